import { pathText } from '../unit/sandbox.ts';
import { valueOf, type Settings } from '../unit/unit.ts';
import type { TunDevice } from '../tunDevice.ts';
import type { JudgedNetdev } from './networkd.ts';

/** A TUN or TAP device that systemd-networkd makes, with the file that says so. */
export interface DeviceOfFile {
  readonly device: TunDevice;
  readonly path: string;
}

/**
 * The device that an argument of ExecStart= names, as `vpn0`, `--dev=vpn0` or `dev:vpn0` does; null where none
 * does. Where it is not known whether [Match] holds, nothing is made for certain.
 */
export function namedDevice(
  settings: Settings,
  netdevs: readonly JudgedNetdev[],
): DeviceOfFile | null {
  const words = new Set(
    valueOf(settings, 'ExecStart')
      .flatMap(({ argv }) => argv.slice(1))
      .flatMap((word) => pathText(word)?.split(/[=:,]/) ?? []),
  );
  for (const { netdev, outcome } of netdevs) {
    if (outcome.kind !== 'made' || outcome.conditional) continue;
    const { device } = outcome;
    if (words.has(device.name)) return { device, path: netdev.file.fragment.path };
  }
  return null;
}
