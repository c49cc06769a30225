import type { Mount } from './mount.ts';

/** `/dev/net/tun`, or whatever lies there. Ids are base ids. */
export interface DeviceNode {
  readonly path: string;
  readonly type: 'character' | 'other';
  readonly major: number;
  readonly minor: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mount: Mount;
}

/** An existing TUN or TAP device in the network namespace that is asked about. Ids are base ids. */
export interface TunDevice {
  readonly name: string;
  readonly layer: 'tun' | 'tap';
  /** TUNSETOWNER; null when unset. */
  readonly owner: number | null;
  /** TUNSETGROUP; null when unset. */
  readonly group: number | null;
  readonly persistent: boolean;
  readonly multiQueue: boolean;
  /** Whether a process holds it; null when that could not be seen. */
  readonly attached: boolean | null;
}

export const tunDevicePath = '/dev/net/tun';

/** Major and minor number of the TUN driver's node (Documentation/admin-guide/devices.txt). */
export const tunDeviceNumber = { major: 10, minor: 200 } as const;

/** True for the node that the TUN driver answers. */
export function isTunNode({
  type,
  major,
  minor,
}: Pick<DeviceNode, 'type' | 'major' | 'minor'>): boolean {
  return type === 'character' && major === tunDeviceNumber.major && minor === tunDeviceNumber.minor;
}

/**
 * `dev_valid_name()` and `__dev_alloc_name()` in net/core/dev.c; the empty name lets the kernel
 * choose, and one `%d` is filled in. The kernel counts bytes, and takes 0xa0 for a white space even
 * within a letter of UTF-8.
 */
export function isValidDeviceName(name: string): boolean {
  const bytes = utf8(name);
  return (
    bytes.length <= 15 &&
    !reservedNames.includes(bytes) &&
    !/[/:\t-\r \xa0]/.test(bytes) &&
    !bytes.replace('%d', '').includes('%')
  );
}

/** Directories of `/sys/class/net` and of `/proc/sys/net/ipv4/conf` (`sysctl_dev_name_is_allowed()`). */
const reservedNames: readonly string[] = ['.', '..', 'all', 'default'];

/** One character for each byte; half a surrogate pair, which UTF-8 cannot say, becomes U+FFFD. */
function utf8(text: string): string {
  const whole = text.replaceAll(/\p{Surrogate}/gu, '\ufffd');
  return encodeURIComponent(whole).replaceAll(/%(..)/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
