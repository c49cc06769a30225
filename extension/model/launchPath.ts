import { CAP_SETFCAP, CAP_SYS_ADMIN, CAP_SYS_PTRACE } from './capability.ts';
import { emptySet, has, isSubset, without, type CapabilitySet } from './capabilitySet.ts';
import { SECBIT_NO_CAP_AMBIENT_RAISE, SECBIT_NOROOT, type Credentials } from './credentials.ts';
import type { Errno } from './errno.ts';
import { known, type Evidence } from './evidence.ts';
import type { Caller } from './execTransition.ts';
import { kernelRules } from './kernel.ts';
import type { LaunchReason } from './reason.ts';
import type { Launcher, Limits, NetworkNamespace, Parent, System, TunEvidence } from './system.ts';
import { isCapable } from './capable.ts';
import { toBase, type IdExtent, type UserNamespace } from './userNamespace.ts';
import { userNamespaceRefusal } from './userNamespaceCreation.ts';

/** A way to start the program. */
export type LaunchPath =
  'terminal' | 'debugger' | 'ambient' | 'ambient-debugger' | 'sandbox' | 'child';

/** In the order in which reports show them. */
export const launchPaths: readonly LaunchPath[] = [
  'terminal',
  'debugger',
  'ambient',
  'ambient-debugger',
  'sandbox',
  'child',
];

/** The process that is about to exec the program, and what its operations will meet. */
export type Launch =
  | {
      readonly kind: 'ready';
      readonly caller: Caller;
      readonly network: NetworkNamespace;
      readonly tun: TunEvidence;
      readonly limits: Limits;
      readonly reasons: readonly LaunchReason[];
    }
  | {
      readonly kind: 'refused';
      readonly call: string;
      readonly errno: Errno;
      readonly reasons: readonly LaunchReason[];
    };

/** The process that starts the program on a launch path. */
export function launcherOn(
  path: LaunchPath,
  { launcher, debugLauncher }: Pick<System, 'launcher' | 'debugLauncher'>,
): Launcher {
  return path === 'debugger' ? (debugLauncher ?? launcher) : launcher;
}

/** The launcher's credentials and network namespace, once both are known. */
export interface KnownLauncher {
  readonly launcher: Launcher;
  readonly credentials: Credentials;
  readonly network: NetworkNamespace;
}

/**
 * Sets up the process that execs the program on a launch path.
 * @param needed the capabilities that the operations ask for: what the ambient launcher raises
 */
export function prepareLaunch(
  path: LaunchPath,
  system: System,
  { launcher, credentials, network }: KnownLauncher,
  needed: CapabilitySet,
): Launch {
  const { tun, limits, parent } = system;
  const start = (caller: Caller, reasons: readonly LaunchReason[]): Launch => ({
    kind: 'ready',
    caller,
    network,
    tun,
    limits,
    reasons,
  });
  const startTraced = (debugging: Credentials, reasons: readonly LaunchReason[]): Launch => {
    const refusal = traceRefusal(debugging, limits);
    if (refusal === null) return start(traced(debugging), reasons);
    const { call, errno } = refusal;
    return { kind: 'refused', call, errno, reasons: [...reasons, refusal] };
  };
  switch (path) {
    case 'terminal':
      return start(untraced(credentials), [launchedBy(launcher, 'untraced')]);
    case 'debugger':
      return startTraced(credentials, [launchedBy(launcher, 'traced')]);
    case 'ambient': {
      const raised = raiseAmbient(credentials, needed);
      return start(untraced(raised.credentials), raised.reasons);
    }
    case 'ambient-debugger': {
      const raised = raiseAmbient(credentials, needed);
      return startTraced(raised.credentials, raised.reasons);
    }
    case 'sandbox':
      return enterSandbox(system, launcher, credentials);
    case 'child': {
      const holding = parentOf(parent, credentials, needed);
      return start(untraced(holding.credentials), holding.reasons);
    }
  }
}

function untraced(credentials: Credentials): Caller {
  return { credentials, tracer: null, sharesFs: false };
}

/** A debugger that runs with the credentials with which it starts the program. */
function traced(credentials: Credentials): Caller {
  const sysPtrace = isCapable(credentials, credentials.userNamespace, CAP_SYS_PTRACE);
  return { credentials, tracer: { sysPtrace }, sharesFs: false };
}

/**
 * `yama_ptrace_traceme()`: at scope 2 the debugger needs CAP_SYS_PTRACE, at 3 nothing can be traced.
 * Scope 1 limits attaching alone. Read in source: no kernel that was tested has Yama.
 */
function traceRefusal(
  credentials: Credentials,
  { ptraceScope }: Limits,
): Extract<LaunchReason, { rule: 'trace-refused' }> | null {
  const scope = ptraceScope.kind === 'known' ? ptraceScope.value : 0;
  const capable = isCapable(credentials, credentials.userNamespace, CAP_SYS_PTRACE);
  if (scope < 2 || (scope === 2 && capable)) return null;
  return { rule: 'trace-refused', scope, call: 'ptrace(PTRACE_TRACEME)', errno: 'EPERM' };
}

function launchedBy(launcher: Launcher, how: 'traced' | 'untraced'): LaunchReason {
  const { name, pid } = launcher.vantage;
  return { rule: 'launched-by', name, pid, traced: how === 'traced' };
}

/**
 * The ambient launcher: raises the needed capabilities as inheritable and ambient, from its own
 * permitted set or as root of the user namespace (sudo), and keeps the user's ids. Root's permitted
 * set ends at the bounding set, and no_new_privs keeps sudo from becoming root at all.
 */
function raiseAmbient(
  credentials: Credentials,
  needed: CapabilitySet,
): { readonly credentials: Credentials; readonly reasons: readonly LaunchReason[] } {
  const { source, cause } = ambientSource(credentials, needed);
  const raised = needed & source;
  const missing = without(needed, source);
  const reasons: LaunchReason[] = [{ rule: 'ambient-raised', capabilities: raised }];
  if (missing !== emptySet) reasons.push({ rule: 'ambient-not-raised', missing, cause });
  return {
    credentials: {
      ...credentials,
      permitted: raised,
      effective: raised,
      inheritable: raised,
      ambient: raised,
    },
    reasons,
  };
}

function ambientSource(
  credentials: Credentials,
  needed: CapabilitySet,
): {
  readonly source: CapabilitySet;
  readonly cause: Extract<LaunchReason, { rule: 'ambient-not-raised' }>['cause'];
} {
  const { permitted, bounding, ambient, securebits, noNewPrivs, userNamespace } = credentials;
  if ((securebits & SECBIT_NO_CAP_AMBIENT_RAISE) !== 0)
    return { source: ambient, cause: 'securebits' };
  if (isSubset(needed, permitted)) return { source: permitted, cause: 'bounding-set' };
  if (noNewPrivs) return { source: permitted, cause: 'no-new-privs' };
  // Securebits pass on through sudo, and user 0 gains nothing by its id there.
  if ((securebits & SECBIT_NOROOT) !== 0) return { source: permitted, cause: 'securebits' };
  if (toBase(userNamespace.uidMap, 0) === null) {
    return { source: permitted, cause: 'no-root-in-namespace' };
  }
  return { source: bounding, cause: 'bounding-set' };
}

/**
 * A parent whose file carries the needed capabilities: at its own exec the bounding set limits them,
 * no_new_privs leaves it what the launcher held, and the attribute clears the ambient set. What it
 * then raises is permitted and within the bounding set, so that only a securebit can forbid it.
 */
function parentOf(
  { raisesAmbient }: Parent,
  credentials: Credentials,
  needed: CapabilitySet,
): { readonly credentials: Credentials; readonly reasons: readonly LaunchReason[] } {
  const { permitted, bounding, inheritable, securebits, noNewPrivs } = credentials;
  const granted = needed & bounding;
  const held = noNewPrivs ? granted & permitted : granted;
  const forbidden = (securebits & SECBIT_NO_CAP_AMBIENT_RAISE) !== 0;
  const raised = raisesAmbient && !forbidden ? held : emptySet;
  const reasons: LaunchReason[] = [{ rule: 'parent-holds', capabilities: held }];
  if (raised !== emptySet) reasons.push({ rule: 'parent-raises-ambient', capabilities: raised });
  else if (raisesAmbient && held !== emptySet) {
    reasons.push({ rule: 'ambient-not-raised', missing: held, cause: 'securebits' });
  }
  return {
    credentials: {
      ...credentials,
      permitted: held,
      effective: held,
      inheritable: inheritable | raised,
      ambient: raised,
    },
    reasons,
  };
}

/**
 * `unshare --user --map-current-user --net --keep-caps`: a user namespace in which the user keeps
 * the id and holds every capability, and a network namespace that it owns.
 */
function enterSandbox(
  { kernelRelease, limits, tun }: System,
  launcher: Launcher,
  credentials: Credentials,
): Launch {
  const refusal = sandboxRefusal(limits, launcher, credentials);
  if (refusal !== null) {
    const { call, errno } = refusal;
    return { kind: 'refused', call, errno, reasons: [refusal] };
  }
  const userNamespace: UserNamespace = {
    id: 'sandbox',
    parent: credentials.userNamespace,
    ownerUid: credentials.uid.effective,
    uidMap: [onlyId(credentials.uid.effective)],
    gidMap: [onlyId(credentials.gid.effective)],
  };
  // set_cred_user_ns(): a new user namespace starts with everything, whatever was bounded outside.
  const fullSet = kernelRules(kernelRelease).validCapabilities;
  return {
    kind: 'ready',
    caller: untraced({
      ...credentials,
      permitted: fullSet,
      effective: fullSet,
      inheritable: fullSet,
      bounding: fullSet,
      ambient: fullSet,
      securebits: 0,
      userNamespace,
    }),
    network: { id: 'sandbox', owner: userNamespace },
    tun: {
      ...tun,
      devices: known([], 'a new network namespace is empty'),
      interfaces: known(['lo'], 'a new network namespace is empty'),
    },
    limits: {
      ...limits,
      unprivilegedPortStart: known(1024, 'the default of a new network namespace'),
      pingGroupRange: known([1, 0], 'the default of a new network namespace'),
    },
    reasons: [{ rule: 'sandbox-created' }],
  };
}

type SandboxRefusal = Extract<LaunchReason, { rule: 'sandbox-refused' }>;

/**
 * Where `create_user_ns()` refuses, or `verify_root_map()` the map of the user's own id: root may
 * be mapped only by one who held CAP_SETFCAP before (Linux 5.12). Ubuntu's AppArmor lets an unconfined
 * process create it and takes away what it would hold there; a profile says for itself. That is known
 * from reports, not observed: it refuses the map or, with some profiles, a later call.
 */
function sandboxRefusal(
  limits: Limits,
  { securityLabel, sandboxAttempt }: Launcher,
  credentials: Credentials,
): SandboxRefusal | null {
  const is = (limit: Evidence<number>, value: number): boolean =>
    limit.kind === 'known' && limit.value === value;
  const { uid, effective, userNamespace } = credentials;
  const refused = (cause: SandboxRefusal['cause'], call: string, errno: Errno) =>
    ({ rule: 'sandbox-refused', cause, call, errno }) as const;
  const refusal = userNamespaceRefusal(limits, credentials);
  if (refusal !== null) return refused(refusal.cause, 'unshare(CLONE_NEWUSER)', refusal.errno);
  if (is(limits.maxNetworkNamespaces, 0)) {
    return refused('max-net-namespaces', 'unshare(CLONE_NEWNET)', 'ENOSPC');
  }
  const privileged = isCapable(credentials, userNamespace, CAP_SYS_ADMIN);
  const tried = sandboxAttempt.kind === 'known' ? sandboxAttempt.value : null;
  const restricted = is(limits.appArmorUserNamespaces, 1) && securityLabel === 'unconfined';
  if (restricted && !privileged && tried?.refusal !== null) {
    return refused('apparmor-restriction', writeMapCall, 'EPERM');
  }
  const root = toBase(userNamespace.uidMap, 0) === uid.effective;
  if (root && !has(effective, CAP_SETFCAP)) {
    return refused('root-without-setfcap', writeMapCall, 'EPERM');
  }
  if (!tried?.refusal) return null;
  return refused(tried.chrooted ? 'chrooted' : 'attempt', tried.refusal.call, tried.refusal.errno);
}

const writeMapCall = 'write(/proc/self/uid_map)';

function onlyId(id: number): IdExtent {
  return { inside: id, base: id, count: 1 };
}
