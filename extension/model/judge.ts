import { attributeAbsence } from './attributeAbsence.ts';
import { emptySet, type CapabilitySet } from './capabilitySet.ts';
import type { Credentials } from './credentials.ts';
import { unknown } from './evidence.ts';
import { execTransition } from './execTransition.ts';
import { askGate, type Gate, type GateContext } from './gate.ts';
import { kernelRules } from './kernel.ts';
import {
  launcherOn,
  launchPaths,
  prepareLaunch,
  type KnownLauncher,
  type LaunchPath,
} from './launchPath.ts';
import { honoursPrivilege } from './mount.ts';
import { credentialFile } from './programFile.ts';
import { neededCapabilities, type Operation, type OperationId } from './operations.ts';
import type { ExecReason, GateReason, Reason } from './reason.ts';
import { isUnconfined } from './securityLabel.ts';
import type { Launcher, NetworkNamespace, System } from './system.ts';
import type { Verdict } from './verdict.ts';

/** The verdict of every asked operation on every launch path. */
export interface Judgement {
  readonly paths: readonly PathJudgement[];
}

export interface PathJudgement {
  readonly path: LaunchPath;
  /** What the program would hold; null where it does not start, or that cannot be told. */
  readonly credentials: Credentials | null;
  /** AT_SECURE; null where the program does not start. */
  readonly secureExec: boolean | null;
  readonly verdicts: readonly OperationVerdict[];
}

export interface OperationVerdict {
  readonly operation: OperationId;
  readonly verdict: Verdict;
}

/** Judges the operations on every launch path. Pure: the same evidence gives the same verdicts. */
export function judge(system: System, asked: readonly Operation[]): Judgement {
  return { paths: launchPaths.map((path) => judgePath(path, system, asked)) };
}

export function judgePath(
  path: LaunchPath,
  system: System,
  asked: readonly Operation[],
): PathJudgement {
  const launcher = knownLauncher(launcherOn(path, system));
  if ('unseen' in launcher) return undetermined(path, asked, launcher.unseen);

  const launch = prepareLaunch(path, system, launcher, neededCapabilities(asked));
  if (launch.kind === 'refused') {
    const { call, errno, reasons } = launch;
    return notStarted(path, asked, {
      kind: 'denied',
      call,
      errno,
      refusal: last(reasons),
      reasons,
    });
  }

  const { file, capabilityUnseen } = system.program;
  const { caller, network, tun, limits } = launch;
  const kernel = kernelRules(system.kernelRelease);
  const { mount } = credentialFile(file);
  if (
    capabilityUnseen !== null &&
    honoursPrivilege(mount, caller.credentials.userNamespace, kernel)
  ) {
    return undetermined(path, asked, [
      `the file capabilities of ${file.path}: ${capabilityUnseen}`,
    ]);
  }

  const exec = execTransition(caller, file, kernel);
  if (exec.kind === 'error') {
    const reasons = [...launch.reasons, ...exec.reasons];
    const { errno } = exec;
    return notStarted(path, asked, {
      kind: 'denied',
      call: 'execve',
      errno,
      refusal: last(reasons),
      reasons,
    });
  }

  const { credentials, secureExec } = exec;
  const { features, request } = system;
  const { securityLabel, sandboxAttempt } = launcher.launcher;
  const context: GateContext = {
    credentials,
    opener: null,
    network,
    tun,
    limits,
    features,
    sandboxAttempt:
      path === 'sandbox'
        ? unknown('it was tried outside of the sandbox', 'unshare(CLONE_NEWUSER)')
        : sandboxAttempt,
    securityLabel,
    request,
    kernel,
  };
  return {
    path,
    credentials,
    secureExec,
    verdicts: asked.map((operation) => {
      const verdict = underPolicy(
        operation,
        judgeOperation(operation, context, launch.reasons, exec.reasons),
        launcher.launcher,
      );
      return { operation: operation.id, verdict: explainAbsence(verdict, path, system, operation) };
    }),
  };
}

/** Says why the file has no capabilities, where with them the operation would be allowed. */
function explainAbsence(
  verdict: Verdict,
  path: LaunchPath,
  system: System,
  operation: Operation,
): Verdict {
  const absence = verdict.kind === 'denied' ? attributeAbsence(system, operation) : null;
  if (absence === null) return verdict;
  const [judged] = judgePath(path, absence.without, [operation]).verdicts;
  if (judged?.verdict.kind !== 'allowed') return verdict;
  const reasons = verdict.reasons.map((reason) =>
    reason.rule === 'file-without-capabilities' ? absence.reason : reason,
  );
  return { ...verdict, reasons };
}

/**
 * What the launcher itself may do as it stands, without an exec in between.
 * @param opener who opened the socket or the device node, where that was another process: its network
 *   namespace is the one that is asked about
 */
export function judgeProcess(
  system: Omit<System, 'program'>,
  asked: readonly Operation[],
  opener: Launcher | null = null,
): readonly OperationVerdict[] {
  const launcher = knownLauncher(system.launcher);
  const opened = opener === null ? null : knownLauncher(opener);
  const unseen = [launcher, opened].flatMap((each) =>
    each !== null && 'unseen' in each ? each.unseen : [],
  );
  if ('unseen' in launcher || (opened !== null && 'unseen' in opened)) {
    const verdict: Verdict = { kind: 'unknown', unseen: [...new Set(unseen)], reasons: [] };
    return asked.map(({ id }) => ({ operation: id, verdict }));
  }
  const context: GateContext = {
    ...seenFrom(opened?.network ?? launcher.network, launcher.network, system),
    credentials: launcher.credentials,
    opener: opened?.credentials ?? null,
    features: system.features,
    sandboxAttempt: system.launcher.sandboxAttempt,
    securityLabel: system.launcher.securityLabel,
    request: system.request,
    kernel: kernelRules(system.kernelRelease),
  };
  return asked.map((operation) => ({
    operation: operation.id,
    verdict: underPolicy(operation, judgeOperation(operation, context, [], []), system.launcher),
  }));
}

/** What was observed in the process's own network namespace says nothing about another one. */
function seenFrom(
  network: NetworkNamespace,
  own: NetworkNamespace,
  { tun, limits }: Omit<System, 'program'>,
): Pick<GateContext, 'network' | 'tun' | 'limits'> {
  if (network.id === own.id) return { network, tun, limits };
  const elsewhere = unknown('it is that of another network namespace', '/proc/self/net');
  return {
    network,
    tun: { ...tun, devices: elsewhere, interfaces: elsewhere },
    limits: { ...limits, unprivilegedPortStart: elsewhere, pingGroupRange: elsewhere },
  };
}

/**
 * What cannot be read without privilege and may still refuse: the program of a seccomp filter, and
 * the policy behind a security label. The calls that the filters of containers are known to refuse
 * cannot be told then; anything else is allowed with the reservation.
 */
function underPolicy(operation: Operation, verdict: Verdict, launcher: Launcher): Verdict {
  if (verdict.kind !== 'allowed') return verdict;
  const { seccomp, securityLabel, vantage } = launcher;
  const filter = seccomp === 0 ? [] : [`the seccomp filter of ${vantage.name}`];
  const policy = isUnconfined(securityLabel)
    ? []
    : [`the policy for the security label ${securityLabel ?? ''}`];
  const unseen = [...filter, ...policy];
  return operation.filtered === true && filter.length > 0
    ? { kind: 'unknown', unseen: filter, reasons: verdict.reasons }
    : { ...verdict, unseen };
}

/**
 * Walks the gates in kernel order: the first that refuses decides; one that cannot be seen leaves it open.
 * @param gates where there are others among those of the operation
 */
export function judgeOperation(
  operation: Operation,
  context: GateContext,
  launchReasons: readonly Reason[],
  execReasons: readonly ExecReason[],
  gates: readonly Gate[] = operation.gates,
): Verdict {
  const { request } = operation;
  const asked =
    request === undefined ? context : { ...context, request: { ...context.request, ...request } };
  const met: GateReason[] = [];
  const unseen: string[] = [];
  for (const gate of gates) {
    const reason = askGate(gate, asked);
    if (reason === null) continue;
    met.push(reason);
    if (reason.outcome === 'unknown' && reason.looked.kind === 'unseen') {
      unseen.push(reason.looked.what);
    }
    if (reason.outcome === 'refuses' && reason.errno !== null) {
      const before = aboutPrivilege(reason)
        ? [...launchReasons, ...relevant(execReasons, operation.capabilities)]
        : [];
      const reasons = [...before, ...met];
      return { kind: 'denied', call: reason.call, errno: reason.errno, refusal: reason, reasons };
    }
  }
  const reasons = [...launchReasons, ...relevant(execReasons, operation.capabilities), ...met];
  return unseen.length > 0
    ? { kind: 'unknown', unseen: [...new Set(unseen)], reasons }
    : { kind: 'allowed', unseen: [], reasons };
}

/** Whether the way to the credentials helps to explain the gate: not where a file mode or a busy device refuses. */
function aboutPrivilege({ looked }: GateReason): boolean {
  return looked.kind === 'capability' || looked.kind === 'tun-device';
}

/** Leaves out the steps that concern only capabilities nobody asked for. */
function relevant(reasons: readonly Reason[], needed: CapabilitySet): readonly Reason[] {
  return reasons.filter((reason) => {
    const concerned = concernedCapabilities(reason);
    return concerned === null || (concerned & needed) !== emptySet;
  });
}

function concernedCapabilities(reason: Reason): CapabilitySet | null {
  switch (reason.rule) {
    case 'inheritable-met':
    case 'inheritable-unmet':
    case 'effective-flag-missing':
    case 'permitted-not-passed-on':
    case 'ambient-kept':
    case 'ambient-cleared':
    case 'root-gains-all':
      return reason.capabilities;
    case 'beyond-bounding-set':
      return reason.missing;
    case 'downgraded':
      return reason.lost;
    default:
      return null;
  }
}

/** The launcher as far as a launch needs it, or what of it could not be seen. */
export function knownLauncher(
  launcher: Launcher,
): KnownLauncher | { readonly unseen: readonly string[] } {
  const { credentials, networkNamespace } = launcher;
  const who = launcher.vantage.name;
  if (credentials.kind === 'unknown')
    return { unseen: [`the credentials of ${who}: ${credentials.reason}`] };
  if (networkNamespace.kind === 'unknown') {
    return { unseen: [`the network namespace of ${who}: ${networkNamespace.reason}`] };
  }
  return { launcher, credentials: credentials.value, network: networkNamespace.value };
}

function notStarted(
  path: LaunchPath,
  asked: readonly Operation[],
  verdict: Verdict,
): PathJudgement {
  const verdicts = asked.map(({ id }) => ({ operation: id, verdict }));
  return { path, credentials: null, secureExec: null, verdicts };
}

function undetermined(
  path: LaunchPath,
  asked: readonly Operation[],
  unseen: readonly string[],
): PathJudgement {
  return notStarted(path, asked, { kind: 'unknown', unseen, reasons: [] });
}

function last<T extends Reason>(reasons: readonly T[]): T {
  const reason = reasons.at(-1);
  if (reason === undefined) throw new RangeError('a refusal always leaves a reason');
  return reason;
}
