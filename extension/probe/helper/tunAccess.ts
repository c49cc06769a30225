import type {
  Outcome,
  ProbeReply,
  ProbeRequestOf,
  TunDevice,
  TunFlag,
} from '../../protocol/probe.ts';
import {
  deviceNumber,
  fileType,
  statsOf,
  whileHeld,
  whileReopened,
  type HeldFile,
} from './descriptor.ts';
import type { NativeProbe } from './nativeProbe.ts';
import { failureOf } from './outcome.ts';

/** Documentation/admin-guide/devices.txt: misc (10), minor 200. */
const tunDevice = { major: 10, minor: 200 } as const;

/** struct ifreq holds IFNAMSIZ (16) bytes, the last of which the kernel makes NUL. */
const longestName = 15;

/** Opens the TUN device for reading and writing, as a program would, and closes it again. */
export function openDevice(path: string): ProbeReply<'openDevice'> {
  const attempt = whileTunOpen(path, () => null);
  switch (attempt.kind) {
    case 'opened':
      return { ok: true, result: { opened: true } };
    case 'failed':
      return { ok: true, result: { opened: false, call: 'open', errno: attempt.errno } };
    case 'refused':
      return { ok: false, error: attempt };
  }
}

/** Opens the TUN device and asks for an interface: see `AttachTun` for what that leaves behind. */
export function tunAttempt(
  { device, name, layer, flags }: ProbeRequestOf<'tunAttempt'>,
  probe: NativeProbe,
): ProbeReply<'tunAttempt'> {
  const asked = name ?? '';
  if (Buffer.byteLength(asked) > longestName) {
    const reason = `an interface name has at most ${longestName} bytes, so no program can ask for "${asked}"`;
    return { ok: false, error: { kind: 'refused', reason } };
  }
  const chosen = flagsToAsk(flags ?? [], probe.listTunDevices(), asked);
  const attempt = whileTunOpen(device, (fd) => probe.attachTun(fd, asked, layer, chosen));
  switch (attempt.kind) {
    case 'refused':
      return { ok: false, error: attempt };
    case 'failed':
      return { ok: true, result: { call: 'open', errno: attempt.errno, name: null } };
    case 'opened':
      break;
  }
  const attached = attempt.value;
  if ('value' in attached) {
    return { ok: true, result: { call: null, errno: null, name: attached.value } };
  }
  if ('error' in attached) {
    const { errno } = attached.error;
    return { ok: true, result: { call: 'ioctl(TUNSETIFF)', errno, name: null } };
  }
  return { ok: false, error: failureOf(attached) };
}

/**
 * TUNSETIFF gives an existing device the framing flags that are asked for, also under a program that
 * holds another queue of it. They decide nothing about the answer, so the device's own are asked.
 */
function flagsToAsk(
  flags: readonly TunFlag[],
  devices: Outcome<readonly TunDevice[]>,
  name: string,
): readonly TunFlag[] {
  const existing =
    'value' in devices ? devices.value.find((device) => device.name === name) : undefined;
  if (existing === undefined) return flags;
  const own: TunFlag[] = [];
  if (!existing.packetInfo) own.push('no_pi');
  if (existing.vnetHdr) own.push('vnet_hdr');
  return [...flags.filter((flag) => flag !== 'no_pi' && flag !== 'vnet_hdr'), ...own];
}

type TunOpen<T> =
  | { readonly kind: 'opened'; readonly value: T }
  | { readonly kind: 'failed'; readonly errno: string }
  | { readonly kind: 'refused'; readonly reason: string };

function whileTunOpen<T>(path: string, use: (fd: number) => T): TunOpen<T> {
  const held = whileHeld(path, (file): TunOpen<T> => {
    const reason = whyNotOpened(file);
    if (reason !== undefined) return { kind: 'refused', reason };
    const opened = whileReopened(file, 'readWrite', use);
    return 'value' in opened ? { kind: 'opened', value: opened.value } : failed(opened);
  });
  return 'value' in held ? held.value : failed(held);
}

function failed(outcome: Parameters<typeof failureOf>[0]): TunOpen<never> {
  return 'error' in outcome
    ? { kind: 'failed', errno: outcome.error.errno }
    : { kind: 'refused', reason: outcome.unavailable };
}

/**
 * Opening another device, or a FIFO, may do something: rewind, block, wake a reader. A file without
 * such effects is opened: that /dev/net/tun is one is a fault to be shown by what follows.
 */
function whyNotOpened({ fd, path }: HeldFile): string | undefined {
  const stats = statsOf(fd);
  const type = fileType(stats);
  switch (type) {
    case 'regular':
    case 'directory':
    case 'socket':
      return undefined;
    case 'character':
    case 'block': {
      const { major, minor } = deviceNumber(stats.rdev);
      if (type === 'character' && major === tunDevice.major && minor === tunDevice.minor) {
        return undefined;
      }
      return `${path} is ${type} device ${major}:${minor}, not the TUN device, character 10:200`;
    }
    case 'fifo':
    case undefined:
      return `${path} is not the TUN device, character 10:200`;
  }
}
