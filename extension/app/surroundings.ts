import {
  unawareParent,
  type Launcher,
  type OperationRequest,
  type System,
} from '../model/system.ts';
import type { Host } from '../probe/host.ts';
import { idViewOf, type IdView } from '../probe/idView.ts';
import { collectLauncher } from '../probe/launcherEvidence.ts';
import { collectFeatures } from '../probe/featureEvidence.ts';
import { collectLimits, collectSecurityModules } from '../probe/limitsEvidence.ts';
import { collectTun } from '../probe/tunEvidence.ts';
import type { ProcessFacts } from '../protocol/probe.ts';
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

/** Where no device and no port is named. */
export const unnamedRequest: OperationRequest = {
  tunDevice: null,
  tunLayer: 'tun',
  multiQueue: false,
  port: 80,
};

export interface LauncherChoices {
  readonly launcher: LauncherChoice;
  /** The process that starts debuggers; null where it is the launcher. */
  readonly debugLauncher: LauncherChoice | null;
}

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

/** The evidence of a check that lies outside the program, on its way. */
export type Gathering =
  | {
      readonly kind: 'gathering';
      readonly view: IdView;
      readonly surroundings: Promise<Surroundings>;
    }
  | Extract<OpenedView, { kind: 'failure' }>;

export async function beginGathering(host: Host, choices: LauncherChoices): Promise<Gathering> {
  const opened = await openView(host);
  if (opened.kind === 'failure') return opened;
  const { view } = opened;
  return {
    kind: 'gathering',
    view,
    surroundings: gatherSurroundings(host, view, choices, unnamedRequest),
  };
}

/** Looks at the launcher, the TUN device, the limits and the kernel, all at the host's vantage. */
export async function gatherSurroundings(
  host: Host,
  view: IdView,
  { launcher: choice, debugLauncher: debugChoice }: LauncherChoices,
  request: OperationRequest,
): Promise<Surroundings> {
  const factsOf = async (each: LauncherChoice | null): Promise<ProcessFacts | null> => {
    if (each?.kind !== 'process') return null;
    const reply = await host.request({ kind: 'process', pid: each.pid });
    return reply.ok ? reply.result : null;
  };
  const [helper, own, ...others] = await Promise.all([
    host.request({ kind: 'process', pid: 'self' }),
    host.request({ kind: 'namespaces', pid: 'self' }),
    factsOf(choice),
    factsOf(debugChoice),
  ]);
  const helperFacts = helper.ok ? helper.result : null;
  const standing = helper.ok && own.ok ? { process: helper.result, namespaces: own.result } : null;
  const collect = async (each: LauncherChoice): Promise<Launcher> =>
    collectLauncher(host, view, pidOf(each), each.process, standing);
  const [launcher, debugLauncher, tun, limits, securityModules, features, release] =
    await Promise.all([
      collect(choice),
      debugChoice === null || pidOf(debugChoice) === pidOf(choice) ? null : collect(debugChoice),
      collectTun(
        host,
        view,
        helperFacts,
        others.filter((each) => each !== null),
      ),
      collectLimits(host, view),
      collectSecurityModules(host),
      collectFeatures(host),
      host.request({ kind: 'read', path: '/proc/sys/kernel/osrelease' }),
    ]);
  const kernelRelease = release.ok ? release.result.text.trim() : 'unknown';
  return {
    kernelRelease,
    launcher,
    debugLauncher,
    parent: unawareParent,
    tun,
    limits,
    securityModules,
    features,
    request,
  };
}

function pidOf(choice: LauncherChoice): number {
  return choice.kind === 'self' ? process.pid : choice.pid;
}
