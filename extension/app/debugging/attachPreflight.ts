import {
  judgeAttach,
  leastToAttach,
  type AttachReason,
  type AttachVerdict,
} from '../../model/attach.ts';
import type { CapabilitySet } from '../../model/capabilitySet.ts';
import type { Expectation } from '../../model/expectation.ts';
import {
  collectProcessToAttach,
  collectPtraceScope,
  type ProcessToAttach,
} from '../../probe/attachEvidence.ts';
import type { Host } from '../../probe/host.ts';
import type { IdView } from '../../probe/idView.ts';
import { threadCredentials } from '../../probe/launcherEvidence.ts';
import type { Failure } from '../failure.ts';
import { gatherSurroundings, openView } from '../surroundings.ts';

export type AttachPreflight =
  | {
      readonly kind: 'ready';
      readonly process: ProcessToAttach;
      /** What the debugger is to hold. */
      readonly capabilities: CapabilitySet;
      readonly verdict: AttachVerdict;
      /** What it holds, as calls that are refused to it are explained by. */
      readonly expectation: Expectation;
    }
  | { readonly kind: 'refused'; readonly reasons: readonly AttachReason[] }
  | { readonly kind: 'failure'; readonly failure: Failure };

/**
 * Judges whether a debugger of this user could attach to a process.
 * @param asked what the debugger is to hold; null: the fewest that are enough
 */
export async function preflightAttach(
  host: Host,
  { pid, asked }: { readonly pid: number; readonly asked: CapabilitySet | null },
): Promise<AttachPreflight> {
  const opened = await openView(host);
  if (opened.kind === 'failure') return opened;
  const { view } = opened;
  const [target, scope, self] = await Promise.all([
    collectProcessToAttach(host, view, pid),
    collectPtraceScope(host),
    host.request({ kind: 'process', pid: 'self' }),
  ]);
  const own = self.ok ? self.result.threads[0] : undefined;
  if (target === null || own === undefined) {
    return {
      kind: 'failure',
      failure: {
        blame: 'user',
        message: `There is no process ${String(pid)}.`,
        remedy: 'Name the pid of a process that runs.',
      },
    };
  }
  const { uid, gid, permitted } = threadCredentials(own, view);
  const user = { uid, gid, userNamespace: view.namespace };
  const capabilities =
    asked ??
    (uid.real === 0 ? permitted : leastToAttach(user, target, scope)) ??
    // With these it is told best what is in the way.
    target.permitted;
  const holding = { ...user, permitted: capabilities, effective: capabilities };
  const verdict = judgeAttach(holding, target, scope);
  return verdict.kind === 'denied'
    ? { kind: 'refused', reasons: verdict.reasons }
    : {
        kind: 'ready',
        process: target,
        capabilities,
        verdict,
        expectation: await standing(host, view, target),
      };
}

/** As it stands; its network is taken to be this one, which cannot be asked of a more capable process. */
async function standing(
  host: Host,
  view: IdView,
  { pid, userNamespace }: ProcessToAttach,
): Promise<Expectation> {
  const [facts, surroundings] = await Promise.all([
    host.request({ kind: 'process', pid }),
    gatherSurroundings(
      host,
      view,
      { launcher: { kind: 'self', process: 'command-line' }, debugLauncher: null },
      { tunDevice: null, tunLayer: 'tun', multiQueue: false, port: 80 },
    ),
  ]);
  const { launcher, tun, limits } = surroundings;
  const main = facts.ok ? facts.result.threads[0] : undefined;
  if (main === undefined || userNamespace === null || launcher.networkNamespace.kind !== 'known') {
    return { kind: 'unseen', unseen: ['the namespaces of the process'] };
  }
  return {
    kind: 'starts',
    credentials: { ...threadCredentials(main, view), securebits: 0, userNamespace },
    place: { network: launcher.networkNamespace.value, tun, limits },
    reasons: [],
  };
}
