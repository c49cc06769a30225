import { judgeProcess, type OperationVerdict } from '../model/judge.ts';
import type { Operation } from '../model/operations.ts';
import type { Launcher, OperationRequest } from '../model/system.ts';
import type { Host } from '../probe/host.ts';
import type { Failure } from './failure.ts';
import { gatherSurroundings, openView, type LauncherChoice } from './surroundings.ts';

export type CanOutcome =
  | {
      readonly kind: 'answer';
      readonly launcher: Launcher;
      readonly verdicts: readonly OperationVerdict[];
    }
  | { readonly kind: 'failure'; readonly failure: Failure };

/**
 * What a running process may do now, as it stands: no exec in between.
 * @param who the process, and the one that opened the socket or device node that it uses, as that one
 *   stands; null where it opens them itself
 */
export async function canProcess(
  host: Host,
  who: { readonly launcher: LauncherChoice; readonly opener: LauncherChoice | null },
  operations: readonly Operation[],
  request: OperationRequest,
): Promise<CanOutcome> {
  const opened = await openView(host);
  if (opened.kind === 'failure') return opened;
  const surroundings = await gatherSurroundings(
    host,
    opened.view,
    { launcher: who.launcher, debugLauncher: who.opener },
    request,
  );
  const { launcher, debugLauncher: opener } = surroundings;
  const { credentials } = launcher;
  if (credentials.kind === 'unknown') {
    return {
      kind: 'failure',
      failure: {
        blame: 'user',
        message: `The credentials of ${launcher.vantage.name} cannot be read: ${credentials.reason}.`,
        remedy: 'Name the PID of a running process, and one of your own.',
      },
    };
  }
  return { kind: 'answer', launcher, verdicts: judgeProcess(surroundings, operations, opener) };
}
