import type { Failure } from '../app/failure.ts';
import { gatherSession } from '../app/session.ts';
import type { LauncherChoice } from '../app/surroundings.ts';
import { listTunDevices, type TunDevicesOutcome } from '../app/tunDevices.ts';
import type { Host } from '../probe/host.ts';
import { sessionView, type ProcessView } from '../report/sessionView.ts';

/** What is to be seen of the machine beside any program. */
export interface KernelCore {
  session(processes: readonly LauncherChoice[]): Promise<readonly ProcessView[] | Failure>;
  tunDevices(): Promise<TunDevicesOutcome>;
}

export function openKernelCore(host: Host): KernelCore {
  return {
    session: async (processes) => {
      const outcome = await gatherSession(host, processes);
      return outcome.kind === 'failure' ? outcome.failure : sessionView(outcome.session);
    },
    tunDevices: () => listTunDevices(host),
  };
}
