import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complaintsIn } from '../../extension/model/complaint.ts';

/** Lines as the programs that are named wrote them. */
describe('a message of', () => {
  test.each([
    ['ip', 'ioctl(TUNSETIFF): Operation not permitted', ['tun.create'], 'EPERM'],
    ['C', 'ioctl(TUNSETIFF): EPERM', ['tun.create'], 'EPERM'],
    ['C', 'TUNSETIFF: Operation not permitted', ['tun.create'], 'EPERM'],
    [
      'openvpn',
      'ERROR: Cannot ioctl TUNSETIFF tun: Operation not permitted (errno=1)',
      ...[['tun.create'], 'EPERM'],
    ],
    [
      'openvpn',
      'ERROR: Cannot open TUN/TAP dev /dev/net/tun: No such file or directory (errno=2)',
      ...[['tun.create'], 'ENOENT'],
    ],
    ['ip', 'ioctl(TUNSETIFF): Device or resource busy', ['tun.attach'], 'EBUSY'],
    ['ip', 'ioctl(TUNSETIFF): Invalid argument', ['tun.attach'], 'EINVAL'],
    [
      'openvpn',
      'ERROR: Cannot ioctl TUNSETIFF tun0: Device or resource busy (errno=16)',
      ...[['tun.attach'], 'EBUSY'],
    ],
    ['Go', 'open /dev/net/tun: permission denied', ['tun.create'], 'EACCES'],
    [
      'Go',
      'listen ip4:icmp 0.0.0.0: socket: operation not permitted',
      ...[['socket.raw'], 'EPERM'],
    ],
    ['iproute2', 'RTNETLINK answers: Operation not permitted', ['netlink.write'], 'EPERM'],
    [
      'iptables-legacy',
      "Fatal: can't open lock file /run/xtables.lock: Permission denied",
      ...[['iptables.legacy'], 'EACCES'],
    ],
    [
      'iptables-nft',
      'iptables v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)',
      ...[['nft.read'], 'EACCES'],
    ],
    ['nft', 'Error: Could not process rule: Operation not permitted', ['nft.write'], 'EPERM'],
    [
      'nft',
      'netlink: Error: cache initialization failed: Operation not permitted',
      ...[['nft.read'], 'EPERM'],
    ],
    [
      'tcpdump',
      "tcpdump: eth0: You don't have permission to capture on that device",
      ...[['socket.packet'], 'EPERM'],
    ],
    ['ping', 'ping: socket: Operation not permitted', ...[['socket.ping', 'socket.raw'], 'EPERM']],
    [
      'unshare',
      'unshare: unshare failed: Operation not permitted',
      ...[['namespace.network', 'namespace.sandbox'], 'EPERM'],
    ],
    [
      'procps',
      'sysctl: permission denied on key "net.ipv4.ip_forward"',
      ...[['sysctl.network'], 'EACCES'],
    ],
    [
      'C',
      'setsockopt(SO_BINDTODEVICE): Operation not permitted',
      ...[['option.rebind-to-device', 'option.bind-to-device'], 'EPERM'],
    ],
    ['C', 'bind: Permission denied', ['bind.low-port'], 'EACCES'],
    ['C', 'socket: Operation not permitted', ['socket.raw', 'socket.packet'], 'EPERM'],
    ['Python', 'PermissionError: [Errno 1] Operation not permitted', [], 'EPERM'],
    [
      'Rust',
      'called `Result::unwrap()` on an `Err` value: Os { code: 1, kind: PermissionDenied, message: "Operation not permitted" }',
      ...[[], 'EPERM'],
    ],
    ['Rust', 'Error: Operation not permitted (os error 1)', [], 'EPERM'],
    ['strace', 'setns(4, 0) = -1 EPERM (Operation not permitted)', ['namespace.enter'], 'EPERM'],
  ] as const)('%s: %s', (_, line, operations, errno) => {
    expect(complaintsIn(line)).toMatchObject([{ kind: 'refused', wanted: { operations }, errno }]);
  });

  test.each([
    ['Go', 'listen tcp :80: bind: permission denied', 'bind.low-port', 80],
    ['Go', 'listen tcp [::1]:443: bind: permission denied', 'bind.low-port6', 443],
    ['Go', 'listen udp 0.0.0.0:53: bind: permission denied', 'bind.low-port-udp', 53],
    [
      'nginx',
      'nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)',
      ...(['bind.low-port', 80] as const),
    ],
    [
      'nginx',
      'nginx: [emerg] bind() to [::]:443 failed (13: Permission denied)',
      ...(['bind.low-port6', 443] as const),
    ],
    ['Node', 'Error: listen EACCES: permission denied 0.0.0.0:80', 'bind.low-port', 80],
  ])('%s with a port: %s', (_, line, operation, port) => {
    expect(complaintsIn(line)).toMatchObject([
      { wanted: { operations: [operation], request: { port } }, errno: 'EACCES' },
    ]);
  });

  test('systemd', () => {
    const line =
      'systemd[812]: tun.service: Failed at step CAPABILITIES spawning /opt/my prog: Operation not permitted';
    expect(complaintsIn(line)).toEqual([
      {
        ...{ kind: 'start', unit: 'tun.service', step: 'CAPABILITIES', program: '/opt/my prog' },
        ...{ errno: 'EPERM', start: 14, end: line.length },
      },
    ]);
  });
});

test('is found where it stands', () => {
  const line = '12:30 worker: TUNSETIFF: Operation not permitted (giving up)';
  const [found] = complaintsIn(line);
  expect(line.slice(found?.start, found?.end)).toBe('TUNSETIFF: Operation not permitted');
  const call = 'vpn: ioctl(TUNSETIFF): Operation not permitted';
  expect(complaintsIn(call)).toMatchObject([{ start: 5, end: call.length }]);
});

test.each([
  '{*}.service: Failed at step',
  'cat: /etc/shadow: Permission denied',
  "chown: changing ownership of 'x': Operation not permitted",
  "PermissionError: [Errno 1] Operation not permitted: '/srv/x'",
  "PermissionError: [Errno 13] Permission denied: '/srv/x'",
  'PermissionError: [Errno 13] Permission denied: "/srv/it\'s"',
  "PermissionError: [Errno 13] Permission denied: b'/srv/x'",
  'IP_WHATEVER: Permission denied',
  'bash: ./prog: Permission denied',
  '',
])('%j is about no network', (line) => {
  expect(complaintsIn(line)).toEqual([]);
});

test('places lie in the line, in order, and do not overlap, whatever the line', () => {
  const piece = fc.constantFrom(
    ...['TUNSETIFF', ': Operation not permitted', ' bind', ': Permission denied', '/dev/net/tun'],
    ...['socket(', ')', ' = -1 EPERM', '"', '\\', 'RTNETLINK answers', 'listen tcp :80', '\n', '{'],
  );
  const line = fc.array(fc.oneof(piece, fc.string()), { maxLength: 12 }).map((all) => all.join(''));
  fc.assert(
    fc.property(line, (text) => {
      let last = 0;
      for (const { start, end } of complaintsIn(text)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      expect(last).toBeLessThanOrEqual(text.length);
    }),
  );
});
