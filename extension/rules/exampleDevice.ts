import { known } from '../model/evidence.ts';
import type { System } from '../model/system.ts';
import type { TunDevice } from '../model/tunDevice.ts';
import { exampleSystem } from './exampleSystem.ts';

/** A persistent single-queue device `tun0` of the example's user, and a program that asks for it. */
export function exampleDevice(
  device: Partial<TunDevice>,
  change: Pick<Parameters<typeof exampleSystem>[0], 'program' | 'request'> = {},
): System {
  const existing: TunDevice = {
    name: 'tun0',
    layer: 'tun',
    owner: 1000,
    group: null,
    persistent: true,
    multiQueue: false,
    attached: false,
    ...device,
  };
  return exampleSystem({
    ...change,
    tun: { devices: known([existing], 'an example') },
    request: { tunDevice: 'tun0', ...change.request },
  });
}
