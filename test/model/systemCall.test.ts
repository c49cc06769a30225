import { describe, expect, test } from 'vitest';
import { wantedBy } from '../../extension/model/systemCall.ts';

const TUNSETIFF = 0x400454can;
/** `struct ifreq`: a name of 16 bytes, then flags. */
const ifreq = (name: string, flags: number): Uint8Array =>
  Buffer.concat([Buffer.from(name.padEnd(16, '\0')), Buffer.from([flags & 0xff, flags >> 8])]);

const call = (
  name: string,
  args: readonly (bigint | number | null)[],
  memory: Uint8Array | null = null,
): ReturnType<typeof wantedBy> =>
  wantedBy({
    name,
    arguments: args.map((each) => (each === null ? null : BigInt(each))),
    memory,
  });

describe('ioctl', () => {
  test('TUNSETIFF is told by its flags, with the device that it names', () => {
    expect(call('ioctl', [3n, TUNSETIFF, 0n], ifreq('vpn0', 1))).toEqual({
      ...{ call: 'ioctl(TUNSETIFF)', operations: ['tun.create'], request: { tunDevice: 'vpn0' } },
    });
    expect(call('ioctl', [3n, TUNSETIFF, 0n], ifreq('', 0x1002)).operations).toEqual([
      'tap.create',
    ]);
    expect(call('ioctl', [3n, TUNSETIFF, 0n], ifreq('tun%d', 0x101))).toMatchObject({
      ...{ operations: ['tun.multi-queue'], request: { tunDevice: null } },
    });
    expect(call('ioctl', [3n, TUNSETIFF, 0n], ifreq('', 0x32)).operations).toEqual([
      'tap.napi-frags',
    ]);
  });

  test('a request is 32 bits, however the register was extended', () => {
    expect(call('ioctl', [3n, 0xffffffff_00008922n, 0n])).toEqual({
      ...{ call: 'ioctl(SIOCSIFMTU)', operations: ['interface.mtu'] },
    });
  });

  test('an unknown request is no operation', () => {
    expect(call('ioctl', [1n, 0x5413n, 0n])).toEqual({ call: 'ioctl', operations: [] });
  });
});

describe('socket', () => {
  test.each([
    [[17, 3, 0], 'socket(AF_PACKET)', ['socket.packet']],
    [[2, 3 | 0x80000, 1], 'socket(SOCK_RAW)', ['socket.raw']],
    [[10, 3, 58], 'socket(SOCK_RAW)', ['socket.raw6']],
    [[2, 2, 1], 'socket(IPPROTO_ICMP)', ['socket.ping']],
    [[2, 1, 0], 'socket', []],
    // arm64 has lost the family.
    [[null, 3, 1], 'socket(SOCK_RAW)', ['socket.raw', 'socket.raw6']],
  ] as const)('%j', (args, name, operations) => {
    expect(call('socket', args)).toEqual({ call: name, operations });
  });
});

test('bind is told by the address that its argument points to', () => {
  const address = (family: number): Uint8Array => Buffer.from([family, 0, 0, 80, 127, 0, 0, 1]);
  expect(call('bind', [3, 1, 16], address(2))).toEqual({
    ...{ call: 'bind', operations: ['bind.low-port'], request: { port: 80 } },
  });
  expect(call('bind', [3, 1, 28], address(10)).operations).toEqual(['bind.low-port6']);
  expect(call('bind', [3, 1, 16]).operations).toEqual([]);
});

test.each([
  ['setsockopt', [3, 1, 36], 'setsockopt(SO_MARK)'],
  ['setsockopt', [3, 0, 19], 'setsockopt(IP_TRANSPARENT)'],
  ['setsockopt', [3, 7, 99], 'setsockopt'],
  ['unshare', [0x40000000], 'unshare(CLONE_NEWNET)'],
  ['unshare', [0x50000000], 'unshare(CLONE_NEWUSER | CLONE_NEWNET)'],
  ['unshare', [0x20000], 'unshare(CLONE_NEWNS)'],
  ['bpf', [5, 0, 0], 'bpf(BPF_PROG_LOAD)'],
  ['openat', [-100, 0, 0], 'openat(/dev/net/tun)'],
  ['mount', [0], 'mount'],
] as const)('%s %j is called %s', (name, args, called) => {
  expect(call(name, args).call).toBe(called);
});
