import type { OperationRequest, System } from '../model/system.ts';
import type { Host } from '../probe/host.ts';
import { idViewOf, type IdView } from '../probe/idView.ts';
import { collectLauncher } from '../probe/launcherEvidence.ts';
import { collectLimits } from '../probe/limitsEvidence.ts';
import { collectTun } from '../probe/tunEvidence.ts';
import type { Failure } from './failure.ts';

/** The process from which a program would be started, or that is itself asked about. */
export type LauncherChoice =
  | { readonly kind: 'self'; readonly process: 'extension-host' | 'command-line' }
  | {
      readonly kind: 'process';
      readonly pid: number;
      readonly process: 'terminal' | 'named-process';
    };

/** All that a judgement needs except the program. */
export type Surroundings = Omit<System, 'program'>;

export type OpenedView =
  | { readonly kind: 'view'; readonly view: IdView }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Opens the view of ids at the host's vantage, without which no fact can be understood. */
export async function openView(host: Host): Promise<OpenedView> {
  const own = await host.request({ kind: 'namespaces', pid: 'self' });
  if (own.ok) return { kind: 'view', view: idViewOf(own.result) };
  return {
    kind: 'failure',
    failure: {
      blame: 'ours',
      message: `The probe helper does not answer: ${own.error.reason}.`,
      remedy: 'Run the check again; if it stays so, report it with the log.',
    },
  };
}

/** Looks at the launcher, the TUN device, the limits and the kernel, all at the host's vantage. */
export async function gatherSurroundings(
  host: Host,
  view: IdView,
  choice: LauncherChoice,
  request: OperationRequest,
): Promise<Surroundings> {
  const pid = choice.kind === 'self' ? process.pid : choice.pid;
  const [helper, other] = await Promise.all([
    host.request({ kind: 'process', pid: 'self' }),
    choice.kind === 'self' ? null : host.request({ kind: 'process', pid }),
  ]);
  const helperFacts = helper.ok ? helper.result : null;
  const otherFacts = other?.ok === true ? other.result : null;
  const [launcher, tun, limits, release] = await Promise.all([
    collectLauncher(host, view, pid, choice.process, helperFacts),
    collectTun(host, view, helperFacts, otherFacts),
    collectLimits(host, view),
    host.request({ kind: 'read', path: '/proc/sys/kernel/osrelease' }),
  ]);
  const kernelRelease = release.ok ? release.result.text.trim() : 'unknown';
  return { kernelRelease, launcher, tun, limits, request };
}
