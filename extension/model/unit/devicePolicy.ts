import type { Directive } from './directives.ts';
import { pathText, type Sandbox } from './sandbox.ts';
import type { SystemdRules } from './systemdRules.ts';
import { valueOf } from './unit.ts';

/** A device that a policy is asked about: the TUN node, or the null device that is standard input. */
export type PolicyDevice = 'tun' | 'null';

/**
 * The directive because of which the unit’s device policy refuses the device; null where it is
 * allowed. TUN is opened for reading and writing, and one rule has to allow both: each is a test of
 * its own in the BPF program (`bpf_devices_allow_list_device()`).
 */
export function devicePolicyRefusal(
  { settings }: Sandbox,
  rules: SystemdRules,
  device: PolicyDevice,
): Directive | null {
  const policy = valueOf(settings, 'DevicePolicy');
  const allowed = valueOf(settings, 'DeviceAllow');
  const privateDevices = valueOf(settings, 'PrivateDevices');
  const clock = rules.protectClockClosesDevices && valueOf(settings, 'ProtectClock');
  const closing: Directive | null =
    policy !== 'auto'
      ? 'DevicePolicy'
      : allowed.length > 0
        ? 'DeviceAllow'
        : privateDevices
          ? 'PrivateDevices'
          : clock
            ? 'ProtectClock'
            : null;
  if (closing === null || (device === 'null' && policy !== 'strict')) return null;
  const listed = allowed.some(({ node, read, write }) => {
    const path = pathText(node);
    const enough = device === 'tun' ? read && write : read;
    return path === null || (enough && matches(path, device));
  });
  return listed ? null : closing;
}

const devices = {
  tun: { path: '/dev/net/tun', major: 10, minor: 200, driver: 'misc' },
  null: { path: '/dev/null', major: 1, minor: 3, driver: 'mem' },
} as const;

/** A node, a `/dev/char/MAJOR:MINOR`, or a class by its major or by a pattern on /proc/devices. */
function matches(node: string, device: PolicyDevice): boolean {
  const { path, major, minor, driver } = devices[device];
  if (node === path || node === `/dev/char/${String(major)}:${String(minor)}`) return true;
  const pattern = /^char-(.+)$/s.exec(node)?.[1];
  if (pattern === undefined) return false;
  return /^\d+$/.test(pattern) ? Number(pattern) === major : matchesPattern(pattern, driver);
}

/** fnmatch(3) for `*`, `?` and plain characters. */
function matchesPattern(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|\\]/g, String.raw`\$&`);
  try {
    return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
  } catch {
    return false;
  }
}
