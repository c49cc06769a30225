import { describe, expect, test } from 'vitest';
import { readStraceLine, StraceJoiner } from '../../extension/model/straceLine.ts';

const eperm = '= -1 EPERM (Operation not permitted)';
const eacces = '= -1 EACCES (Permission denied)';

/** Lines as strace 6.1 wrote them. */
describe('a refused call', () => {
  test.each([
    [`ioctl(3, TUNSETIFF, 0x7ffd5a)       ${eperm}`, 'ioctl(TUNSETIFF)', ['tun.create']],
    [
      `ioctl(3, SIOCSIFFLAGS, {ifr_name="lo", ifr_flags=0}) ${eperm}`,
      ...['ioctl(SIOCSIFFLAGS)', ['interface.up']],
    ],
    [
      `socket(AF_PACKET, SOCK_RAW|SOCK_CLOEXEC, htons(0x300 /* ETH_P_??? */)) ${eperm}`,
      ...['socket(AF_PACKET)', ['socket.packet']],
    ],
    [
      `socket(AF_INET6, SOCK_RAW|SOCK_CLOEXEC, IPPROTO_ICMPV6) ${eperm}`,
      ...['socket(SOCK_RAW)', ['socket.raw6']],
    ],
    [
      `socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC, IPPROTO_ICMP) ${eacces}`,
      ...['socket(IPPROTO_ICMP)', ['socket.ping']],
    ],
    [
      `setsockopt(3, SOL_IPV6, IPV6_TRANSPARENT, [1], 4) ${eperm}`,
      ...['setsockopt(IPV6_TRANSPARENT)', ['option.transparent6']],
    ],
    [
      `unshare(CLONE_NEWNET)                   ${eperm}`,
      'unshare(CLONE_NEWNET)',
      ['namespace.network'],
    ],
    [`setns(4, 0)                             ${eperm}`, 'setns', ['namespace.enter']],
    [
      `bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_HASH, key_size=4}, 64) ${eperm}`,
      ...['bpf(BPF_MAP_CREATE)', ['bpf.map']],
    ],
    [`openat(AT_FDCWD, "/dev/net/tun", O_RDWR) ${eacces}`, 'openat(/dev/net/tun)', ['tun.create']],
    [
      `openat(AT_FDCWD, "/run/xtables.lock", O_RDONLY|O_CREAT, 0600) ${eacces}`,
      ...['openat(/run/xtables.lock)', ['iptables.legacy']],
    ],
    [
      `openat(AT_FDCWD, "/proc/sys/net/ipv4/ip_forward", O_WRONLY|O_TRUNC) ${eacces}`,
      ...['openat(/proc/sys/net/ipv4/ip_forward)', ['sysctl.network']],
    ],
  ])('%s', (line, call, operations) => {
    expect(readStraceLine(line)).toMatchObject({ tid: null, wanted: { call, operations } });
    expect(readStraceLine(`[pid  4711] ${line}`)?.tid).toBe(4711);
    expect(readStraceLine(`4711 12:30:01.5 ${line}`)?.tid).toBe(4711);
  });

  test('bind is told by its address', () => {
    expect(
      readStraceLine(
        `bind(3, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, "::", &sin6_addr), sin6_scope_id=0}, 28) ${eacces}`,
      ),
    ).toEqual({
      tid: null,
      errno: 'EACCES',
      wanted: { call: 'bind', operations: ['bind.low-port6'], request: { port: 443 } },
    });
  });

  test.each([
    ['nlmsg_type=RTM_NEWLINK, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK', 'netlink.write'],
    [
      'nlmsg_type=RTM_NEWLINK, nlmsg_flags=NLM_F_REQUEST|NLM_F_EXCL|NLM_F_CREATE',
      'netlink.link-create',
    ],
    ['nlmsg_type=RTM_NEWROUTE, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK', 'netlink.route'],
    ['nlmsg_type=RTM_DELRULE, nlmsg_flags=NLM_F_REQUEST', 'netlink.rule'],
    ['nlmsg_type=NFNL_SUBSYS_NFTABLES<<8|NFT_MSG_GETGEN, nlmsg_flags=NLM_F_REQUEST', 'nft.read'],
    ['nlmsg_type=NFNL_SUBSYS_NFTABLES<<8|NFT_MSG_NEWTABLE, nlmsg_flags=NLM_F_REQUEST', 'nft.write'],
  ])('the answer to %s', (header, operation) => {
    const line = `recvmsg(3, {msg_iov=[{iov_base=[{nlmsg_len=76, nlmsg_type=NLMSG_ERROR}, {error=-EPERM, msg=[{nlmsg_len=56, ${header}, nlmsg_seq=1}, {ifi_family=AF_UNSPEC}]}], iov_len=32768}], msg_iovlen=1}, 0) = 76`;
    expect(readStraceLine(line)?.wanted.operations).toEqual([operation]);
  });
});

test.each([
  ['openat(AT_FDCWD, "/srv/x", O_RDONLY) = -1 EACCES (Permission denied)'],
  ['openat(AT_FDCWD, "/proc/sys/net/ipv4/ip_forward", O_RDONLY) = -1 EACCES (Permission denied)'],
  ['ioctl(3, TUNSETIFF, 0x7ffd) = 0'],
  ['socket(AF_KEY, SOCK_RAW, 2) = -1 EAFNOSUPPORT (Address family not supported by protocol)'],
  ['write(1, "ioctl(3, TUNSETIFF, 0) = -1 EPERM", 33) = 33'],
  [`mkdir("/run/netns", 0755) ${eacces}`],
  ['+++ exited with 1 +++'],
  [''],
])('%j is none', (line) => {
  expect(readStraceLine(line)).toBeNull();
});

test('a call that another thread cuts in two is put together', () => {
  const joiner = new StraceJoiner();
  expect(joiner.join('12 ioctl(3, TUNSETIFF <unfinished ...>')).toBeNull();
  expect(joiner.join('13 setns(4, 0) = 0')).toBe('13 setns(4, 0) = 0');
  expect(joiner.join('13 <... setns resumed>) = 0')).toBeNull();
  const whole = joiner.join(`12 <... ioctl resumed>, 0x7ffd) ${eperm}`);
  expect(readStraceLine(whole ?? '')).toMatchObject({
    ...{ tid: 12, errno: 'EPERM', wanted: { call: 'ioctl(TUNSETIFF)' } },
  });
});
