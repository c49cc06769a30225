import { emptySet } from '../model/capabilitySet.ts';
import { capabilityConstant } from '../model/gate.ts';
import { formatFileCapability } from '../model/capabilityText.ts';
import { utcTime } from '../model/utcTime.ts';
import type {
  AbsenceReason,
  ExecReason,
  GateReason,
  LaunchReason,
  Reason,
  UnsafeExec,
} from '../model/reason.ts';
import { describeSettingGate, describeUnitStep } from './unit/unitReasonText.ts';
import { listCapabilities, modeText } from './words.ts';

/** One step of the chain as a sentence without a full stop: the observed fact, then what follows. */
export function describeReason(reason: Reason): string {
  switch (reason.rule) {
    case 'gate':
      return describeGate(reason);
    case 'file-lost-capabilities':
    case 'filesystem-without-capabilities':
      return describeAbsence(reason);
    case 'launched-by':
    case 'ambient-raised':
    case 'ambient-not-raised':
    case 'trace-refused':
    case 'sandbox-created':
    case 'sandbox-refused':
    case 'parent-holds':
    case 'parent-raises-ambient':
      return describeLaunch(reason);
    case 'unit-runs-as':
    case 'unit-start-refused':
    case 'unit-fully-privileged':
    case 'unit-bounds':
    case 'unit-raises-ambient':
    case 'unit-ambient-outside-bounding-set':
    case 'unit-no-new-privs':
    case 'unit-user-namespace':
    case 'unit-network-namespace':
    case 'unit-mount-nosuid':
      return describeUnitStep(reason);
    default:
      return describeExec(reason);
  }
}

/** How a step bears on the verdict: a mark for lists and pictures. */
export function reasonEffect(reason: Reason): 'grants' | 'withholds' | 'refuses' | 'neutral' {
  switch (reason.rule) {
    case 'gate':
      return reason.outcome === 'refuses' ? 'refuses' : 'neutral';
    case 'file-grants':
    case 'inheritable-met':
    case 'root-gains-all':
    case 'ambient-kept':
    case 'ambient-raised':
    case 'parent-raises-ambient':
    case 'sandbox-created':
    case 'tracer-privileged':
    case 'unit-raises-ambient':
    case 'unit-fully-privileged':
      return 'grants';
    case 'file-capabilities-malformed':
    case 'not-executable':
    case 'noexec-mount':
    case 'format-refused':
    case 'too-many-interpreters':
    case 'trace-refused':
    case 'interpreter-takes-no-file':
    case 'sandbox-refused':
    case 'unit-start-refused':
      return 'refuses';
    case 'beyond-bounding-set':
      return reason.refused ? 'refuses' : 'withholds';
    case 'file-lost-capabilities':
    case 'filesystem-without-capabilities':
    case 'mount-ignores-privilege':
    case 'file-capabilities-of-other-namespace':
    case 'inheritable-unmet':
    case 'effective-flag-missing':
    case 'root-limited-to-file-capabilities':
    case 'set-id-ignored':
    case 'downgraded':
    case 'ambient-cleared':
    case 'ambient-not-raised':
    case 'permitted-not-passed-on':
    case 'unit-bounds':
    case 'unit-ambient-outside-bounding-set':
    case 'unit-no-new-privs':
    case 'unit-user-namespace':
    case 'unit-network-namespace':
    case 'unit-mount-nosuid':
      return 'withholds';
    default:
      return 'neutral';
  }
}

function describeAbsence(reason: AbsenceReason): string {
  if (reason.rule === 'filesystem-without-capabilities') {
    const { mountPoint, fsType, served } = reason;
    return served
      ? `the server behind ${mountPoint} (${fsType}) keeps no file capabilities here, so the file has none`
      : `${mountPoint} is ${fsType}, which keeps no file capabilities, so the file has none`;
  }
  const { loss, before, after } = reason;
  const had = formatFileCapability(reason);
  switch (loss.way) {
    case 'replaced':
      return `the file has no capabilities any more: inode ${before.inode}, seen with ${had}, was replaced by inode ${after.inode}`;
    case 'written':
      return `the file has no capabilities any more: it was written to after it was seen with ${had}, last at ${utcTime(after.modified)}`;
    case 'owner-changed':
      return `the file has no capabilities any more: its owner changed after it was seen with ${had}`;
    case 'attribute-removed':
      return `the file has no capabilities any more: after it was seen with ${had} they were removed, or chown was called with the same owner, at ${utcTime(after.changed)} or before`;
  }
}

function describeExec(reason: ExecReason): string {
  switch (reason.rule) {
    case 'file-grants':
      return `the file grants ${grantPhrase(reason)}`;
    case 'file-without-capabilities':
      return 'the file has no capabilities of its own';
    case 'file-capabilities-empty':
      return 'the file carries an empty capability attribute (setcap =), which grants nothing and cancels ambient capabilities';
    case 'file-capabilities-malformed':
      return `the file’s capability attribute has a size or revision that the kernel does not know: exec answers ${reason.errno}`;
    case 'file-capabilities-of-other-namespace':
      return `the file’s capabilities belong to the root of another user namespace${reason.rootId === null ? '' : ` (rootid ${String(reason.rootId)})`}, so exec treats them as absent`;
    case 'interpreter-decides':
      return `it is a script: the kernel runs ${reason.interpreter} and takes the credentials from that, not from the script`;
    case 'interpreter-registered':
      return `a binfmt_misc entry runs ${reason.interpreter} for ${reason.path} and takes the credentials from ${reason.ownCredentials ? 'the file itself (flag C)' : 'that, not from the file'}`;
    case 'mount-ignores-privilege':
      return {
        nosuid: `${reason.mountPoint} is mounted nosuid, so exec skips the file’s capabilities`,
        foreign: `the file lies on a mount of another mount namespace, so exec skips its capabilities`,
        'user-namespace': `the filesystem at ${reason.mountPoint} belongs to another user namespace, so exec skips the file’s capabilities`,
      }[reason.cause];
    case 'beyond-bounding-set':
      return reason.refused
        ? `the file demands ${listCapabilities(reason.missing)}, which the bounding set does not hold: exec itself is refused`
        : `${listCapabilities(reason.missing)} is not in the bounding set, so the file’s grant of it is dropped`;
    case 'inheritable-met':
      return `${listCapabilities(reason.capabilities)} is inheritable both in the process and in the file`;
    case 'inheritable-unmet':
      return `the file grants ${listCapabilities(reason.capabilities)} only as inheritable, and the process does not hold it as inheritable`;
    case 'effective-flag-missing':
      return `${listCapabilities(reason.capabilities)} is permitted but not effective: the file lacks the e flag, and the program would have to raise it itself`;
    case 'root-gains-all':
      return `the ${reason.uid} user id is root, so exec grants the whole bounding set`;
    case 'root-limited-to-file-capabilities':
      return 'the file is set-user-id root and carries file capabilities: only those count, not root’s';
    case 'set-user-id':
      return `the file is set-user-id: the effective user id becomes ${String(reason.uid)}`;
    case 'set-group-id':
      return `the file is set-group-id: the effective group id becomes ${String(reason.gid)}`;
    case 'set-id-ignored':
      return {
        mount: 'the set-id bits of the file are ignored on this mount',
        'no-new-privs': 'no_new_privs is set, so the set-id bits of the file are ignored',
        'not-executable': 'the file may not be executed, so its set-id bits are ignored',
        unmapped:
          'the owner of the file has no id in this user namespace, so its set-id bits are ignored',
      }[reason.cause];
    case 'downgraded':
      return reason.lost === emptySet
        ? `${unsafePhrase(reason.causes)}, so a changed user or group id is taken back`
        : `${unsafePhrase(reason.causes)}, so exec drops what the process did not hold before: ${listCapabilities(reason.lost)}`;
    case 'held-before':
      return `${unsafePhrase(reason.causes)}, but the process held these capabilities before: nothing is gained, nothing is dropped`;
    case 'tracer-privileged':
      return 'the debugger holds CAP_SYS_PTRACE, so exec keeps what the file grants';
    case 'ambient-kept':
      return `${listCapabilities(reason.capabilities)} is ambient and passes through exec`;
    case 'ambient-cleared':
      return reason.cause === 'file-capabilities'
        ? `the file carries capabilities of its own, so exec clears the ambient set (${listCapabilities(reason.capabilities)})`
        : `the user or group id changes, so exec clears the ambient set (${listCapabilities(reason.capabilities)})`;
    case 'ambient-empty':
      return 'the process has no ambient capabilities to pass on';
    case 'permitted-not-passed-on':
      return `the process holds ${listCapabilities(reason.capabilities)}, but permitted capabilities do not pass through exec`;
    case 'not-executable':
      return `${reason.path} may not be executed: mode ${modeText(reason.mode)}, owner ${String(reason.uid)}, group ${String(reason.gid)}`;
    case 'noexec-mount':
      return `${reason.mountPoint} is mounted noexec`;
    case 'format-refused':
      return `${reason.path}: ${reason.problem}`;
    case 'too-many-interpreters':
      return 'the chain of interpreters is longer than five';
    case 'interpreter-takes-no-file':
      return `${reason.path} needs an interpreter of its own, and so cannot take the open file that a binfmt_misc entry (flag O or C) hands over`;
  }
}

function describeLaunch(reason: LaunchReason): string {
  switch (reason.rule) {
    case 'launched-by': {
      const who = reason.pid === null ? reason.name : `${reason.name} (pid ${String(reason.pid)})`;
      return reason.traced ? `a debugger started from ${who} traces it` : `${who} starts it`;
    }
    case 'ambient-raised':
      return `the launcher raises ${listCapabilities(reason.capabilities)} as ambient and keeps your user id`;
    case 'ambient-not-raised':
      return {
        'bounding-set': `the launcher cannot raise ${listCapabilities(reason.missing)}: not even root has it, the bounding set ends before it`,
        'no-new-privs': `the launcher cannot raise ${listCapabilities(reason.missing)}: no_new_privs is set, so sudo cannot become root from here`,
        securebits: `the launcher cannot raise ${listCapabilities(reason.missing)}: the securebits forbid raising ambient capabilities`,
        'no-root-in-namespace': `the launcher cannot raise ${listCapabilities(reason.missing)}: this user namespace has no root to become`,
      }[reason.cause];
    case 'trace-refused':
      return reason.scope === 2
        ? 'kernel.yama.ptrace_scope is 2: a debugger needs CAP_SYS_PTRACE to trace what it starts, and this one has none'
        : `kernel.yama.ptrace_scope is ${String(reason.scope)}: nothing may be traced until the next boot`;
    case 'sandbox-created':
      return 'a new user namespace gives it every capability over a new network namespace';
    case 'sandbox-refused':
      return sandboxRefusalText[reason.cause];
    case 'parent-holds':
      return reason.capabilities === emptySet
        ? 'a parent with file capabilities gains nothing here'
        : `its parent holds ${listCapabilities(reason.capabilities)} from its own file, as permitted and effective; its own exec left it nothing ambient`;
    case 'parent-raises-ambient':
      return `its parent raises ${listCapabilities(reason.capabilities)} as ambient before it execs`;
  }
}

function describeGate({ gate, looked, outcome, call }: GateReason): string {
  switch (looked.kind) {
    case 'capability':
      return describeCapability(looked, gate, call);
    case 'node':
      return outcome === 'refuses'
        ? `${looked.path} cannot be used: ${looked.detail}`
        : `${looked.path} can be opened (${looked.detail})`;
    case 'attempt':
      return looked.errno === null
        ? `${looked.path} was opened to try: it opens`
        : `${looked.path} was opened to try: it answers ${looked.errno}${gate === 'device-cgroup' ? ', although its mode allows it, so a device cgroup (or an LSM) refuses' : ''}`;
    case 'tun-device': {
      const { name, detail, owner, group, uid, groups } = looked;
      const demands = owner === null && group === null ? '' : ` (${ownership(owner, group)})`;
      const holds =
        gate === 'tun-owner'
          ? `; the process has the user id ${String(uid)}, the groups ${groups.join(', ')}${outcome === 'refuses' ? ' and no CAP_NET_ADMIN over the network namespace' : ''}`
          : '';
      return `${name}: ${detail}${demands}${holds}`;
    }
    case 'sysctl':
      return `${looked.name} is ${looked.value}: ${looked.detail}`;
    case 'feature':
      return outcome === 'refuses'
        ? `this kernel does not have ${looked.title} (${looked.source})`
        : `this kernel has ${looked.title} (${looked.source})`;
    case 'namespace':
      return sandboxRefusalText[looked.cause];
    case 'security-label':
      return looked.label === null
        ? 'no security module labels the process'
        : `the security label ${looked.label} says nothing against it`;
    case 'request':
      return looked.detail;
    case 'setting':
      return describeSettingGate(gate, call, looked);
    case 'unseen':
      return `could not be seen: ${looked.what}`;
  }
}

function describeCapability(
  {
    capability,
    alternative,
    held,
    scope,
    namespace,
    ownNamespace,
  }: Extract<GateReason['looked'], { kind: 'capability' }>,
  gate: GateReason['gate'],
  call: string,
): string {
  const constant = [capability, alternative]
    .filter((each) => each !== null)
    .map(capabilityConstant)
    .join(' or ');
  const elsewhere = namespace === ownNamespace ? '' : ', which is not the process’s own';
  const place = {
    network: `in the user namespace that owns the network namespace${elsewhere}`,
    initial: `in the initial user namespace${elsewhere}`,
    own: 'in its own user namespace',
  }[scope];
  const what = gate === 'tun-net-admin' ? 'a new device needs' : `${call} needs`;
  if (gate === 'opener-capability') {
    return `${what} ${constant} ${place}, of whoever opened the socket as well; ${held ? 'the opener had it' : 'the opener did not have it'}`;
  }
  return `${what} ${constant} ${place}; the process ${held ? 'has it' : 'does not have it'}`;
}

const sandboxRefusalText: Readonly<
  Record<Extract<LaunchReason, { rule: 'sandbox-refused' }>['cause'], string>
> = {
  attempt: 'a user namespace was to be created to try, and that was refused',
  chrooted:
    'the process has another root directory than its mount namespace (chroot), and the kernel refuses it a user namespace',
  'max-user-namespaces': 'user.max_user_namespaces is 0: no user namespace can be created',
  'unprivileged-userns-clone':
    'kernel.unprivileged_userns_clone is 0: only root may create user namespaces',
  'max-net-namespaces': 'user.max_net_namespaces is 0: no network namespace can be created',
  'apparmor-restriction':
    'kernel.apparmor_restrict_unprivileged_userns is 1: an unconfined process holds nothing in a user namespace that it creates',
  'unmapped-ids':
    'the process’s ids have no name in its own user namespace, so it may not create another one',
  'root-without-setfcap':
    'root may be mapped into a new user namespace only by a process with CAP_SETFCAP, and this one has none',
};

function grantPhrase({
  permitted,
  inheritable,
  effective,
}: Extract<ExecReason, { rule: 'file-grants' }>): string {
  const flags = effective ? 'permitted, effective' : 'permitted';
  if (permitted === inheritable) return `${listCapabilities(permitted)} (${flags}, inheritable)`;
  return [
    permitted === emptySet ? null : `${listCapabilities(permitted)} (${flags})`,
    inheritable === emptySet ? null : `${listCapabilities(inheritable)} (inheritable)`,
  ]
    .filter((part) => part !== null)
    .join(' and ');
}

function ownership(owner: number | null, group: number | null): string {
  const user = owner === null ? 'no owner' : `owner ${String(owner)}`;
  return group === null ? user : `${user}, group ${String(group)}`;
}

function unsafePhrase(causes: readonly UnsafeExec[]): string {
  const phrases: Readonly<Record<UnsafeExec, string>> = {
    ptrace: 'a debugger without CAP_SYS_PTRACE traces the process',
    'no-new-privs': 'no_new_privs is set',
    'shared-fs': 'another process shares its filesystem information (CLONE_FS)',
  };
  return causes.map((cause) => phrases[cause]).join(', and ');
}
