import {
  CAP_NET_ADMIN,
  CAP_SETFCAP,
  CAP_SETUID,
  CAP_SYS_ADMIN,
  capability,
} from '../capability.ts';
import { emptySet, has, isSubset, setOf, without, type CapabilitySet } from '../capabilitySet.ts';
import { sameIds, SECBIT_KEEP_CAPS, type Credentials } from '../credentials.ts';
import { kernelRules } from '../kernel.ts';
import { mayExecute, type ProgramFile } from '../programFile.ts';
import type { NetworkNamespace } from '../system.ts';
import { isMapped, type IdExtent, type UserNamespace } from '../userNamespace.ts';
import { findGroup, findUser, groupsOf, type Lookup } from './accounts.ts';
import type { UnitCommand } from './commandAssignments.ts';
import { devicePolicyRefusal } from './devicePolicy.ts';
import type { Directive } from './directives.ts';
import { spanOf } from './piece.ts';
import {
  brokenMount,
  covers,
  noExecMount,
  realPath,
  readOnlyMount,
  sandboxMounts,
  viewOf,
  type SandboxMount,
} from './mountView.ts';
import { pathText, sandboxOf, type Sandbox } from './sandbox.ts';
import type { Resolved } from './specifiers.ts';
import type { StartStatus } from './startStatus.ts';
import { allowsDroppingPrivileges } from './systemCalls.ts';
import { valueOf, type Settings, type UnitReading } from './unit.ts';
import type { SettingReference, StartRefusal, UnitReason } from './unitReason.ts';
import type { UnitProgram, UnitSystem } from './unitSystem.ts';

/** The settings whose commands a manager runs, in the order of a unit’s life. */
export const commandDirectives = [
  'ExecCondition',
  'ExecStartPre',
  'ExecStart',
  'ExecStartPost',
  'ExecReload',
  'ExecStop',
  'ExecStopPost',
] as const satisfies readonly Directive[];

export type CommandDirective = (typeof commandDirectives)[number];

export interface UnitExecution {
  /** Why systemd does not load the unit; null where it does. */
  readonly refusal: LoadRefusal | null;
  /** As far as they could be read. */
  readonly commands: readonly CommandExecution[];
}

export interface LoadRefusal {
  /** systemctl(1)’s LoadState. */
  readonly status: 'bad-setting' | 'error';
  readonly reason: UnitReason;
}

/** One command of a unit, up to its execve(2). */
export interface CommandExecution {
  readonly directive: CommandDirective;
  readonly command: UnitCommand;
  /** The file in which it is written. */
  readonly origin: string;
  readonly start: StartStatus;
  /** The process that calls execve(2); null where there is none, or it cannot be told. */
  readonly process: UnitProcess | null;
  /** What could not be seen; a start that hangs on it is `unknown`. */
  readonly unseen: readonly string[];
  /** What was taken for granted, in words for the user. */
  readonly assumptions: readonly string[];
  readonly reasons: readonly UnitReason[];
}

export interface UnitProcess {
  readonly credentials: Credentials;
  readonly network: NetworkNamespace;
  /** Whether its user namespace owns the namespaces that it made for the unit. */
  readonly ownsNamespaces: boolean;
  /** Whether it is not the manager’s network namespace. */
  readonly privateNetwork: boolean;
  readonly program: UnitProgram;
  /** The mounts of its sandbox; empty where it shares those of the manager. */
  readonly mounts: readonly SandboxMount[];
  /** Whether the seccomp filters of the unit hold for it. */
  readonly filtered: boolean;
}

/**
 * What a manager does with each command of a unit: the steps of `exec_invoke()` in their order, the
 * first that fails decides.
 */
export function unitExecution(reading: UnitReading, system: UnitSystem): UnitExecution {
  const { settings } = reading;
  const { rules } = system;
  const sandbox = sandboxOf(settings, rules, true);
  const aside = rules.privatePidsAreForMain ? sandboxOf(settings, rules, false) : sandbox;
  const refusal = loadRefusal(reading, sandbox, system);
  const executions: CommandExecution[] = [];
  for (const directive of commandDirectives) {
    for (const command of valueOf(settings, directive)) {
      const blank = { process: null, unseen: [], assumptions: [], reasons: [] };
      const origin = originOf(settings, directive, command);
      if (refusal !== null) {
        const { status: start, reason } = refusal;
        executions.push({ ...blank, directive, command, origin, start, reasons: [reason] });
        continue;
      }
      // The commands share the unit’s network and IPC namespaces, and each gets a user namespace of
      // its own: where that of the first owns them, no later one may enter them.
      const taken = executions.some(({ process }) => process?.ownsNamespaces ?? false);
      const own = directive === 'ExecStart' ? sandbox : aside;
      const invocation = invoke(directive, command, own, system, taken);
      executions.push({ directive, command, origin, ...invocation });
    }
  }
  return { refusal, commands: executions };
}

/** `service_verify()`, `unit_verify_contexts()`: the unit has LoadState=bad-setting or error. */
function loadRefusal(
  { settings, loadState }: UnitReading,
  { dynamicUser }: Sandbox,
  { manager, rules }: UnitSystem,
): LoadRefusal | null {
  const refused = (
    cause: StartRefusal,
    directive: Directive | null,
    status: 'bad-setting' | 'error' = 'bad-setting',
  ) => {
    const setting = directive === null ? null : referenceTo(settings, directive);
    return { status, reason: { rule: 'unit-start-refused', status, cause, setting } } as const;
  };
  if (loadState !== 'loaded') return refused('fatal-setting', null, loadState);
  const starts = valueOf(settings, 'ExecStart').length;
  const type = valueOf(settings, 'Type');
  const oneshot = type === 'oneshot' || (type === null && starts === 0);
  if (starts === 0 && (!oneshot || valueOf(settings, 'ExecStop').length === 0)) {
    return refused('no-command', null);
  }
  if (starts > 1 && !oneshot) return refused('several-commands', 'ExecStart');
  if (manager.scope === 'user' && dynamicUser && rules.dynamicUserIsRefusedForUsers) {
    return refused('dynamic-user-in-user-manager', 'DynamicUser');
  }
  return null;
}

export function referenceTo(settings: Settings, directive: Directive): SettingReference {
  return { directive, origins: settings[directive]?.origins ?? [] };
}

/** The file of the line that a command is part of. */
function originOf(settings: Settings, directive: CommandDirective, { piece }: UnitCommand): string {
  const { start, end } = spanOf(piece);
  const { origins } = referenceTo(settings, directive);
  const line = origins.find(
    ({ span, value }) => span.start <= start && end <= span.end && value.text.includes(piece.text),
  );
  return line?.path ?? '';
}

type Invocation = Omit<CommandExecution, 'directive' | 'command' | 'origin'>;

const CAP_SETGID = capability('cap_setgid');
const CAP_SYS_CHROOT = capability('cap_sys_chroot');
const CAP_SETPCAP = capability('cap_setpcap');

/** The first id that DynamicUser= gives away. */
const firstDynamicId = 61184;

/** What stands for the id of a user that is not known here. */
const standInId = 61183;

function invoke(
  directive: CommandDirective,
  command: UnitCommand,
  sandbox: Sandbox,
  system: UnitSystem,
  taken: boolean,
): Invocation {
  const { settings } = sandbox;
  const { rules, manager, accounts } = system;
  const inUserManager = manager.scope === 'user';
  const kernel = kernelRules(system.kernelRelease);
  const reasons: UnitReason[] = [];
  const unseen: string[] = [];
  const assumptions: string[] = [];
  const refuse = (
    status: StartStatus,
    cause: StartRefusal,
    setting: Directive | null,
  ): Invocation => {
    const reference = setting === null ? null : referenceTo(settings, setting);
    reasons.push({ rule: 'unit-start-refused', status, cause, setting: reference });
    return { start: status, process: null, unseen, assumptions, reasons };
  };
  const cannotTell = (what: string): Invocation => {
    unseen.push(what);
    return { start: 'unknown', process: null, unseen, assumptions, reasons };
  };

  const explicit = sandbox.privateUsers !== 'no';
  const permissionsStartOnly =
    valueOf(settings, 'PermissionsStartOnly') && directive !== 'ExecStart';
  const applies = !permissionsStartOnly;
  const sandboxed = applies && command.privilege !== '+';
  const changesIds = sandboxed && command.privilege !== '!';
  if (!sandboxed) {
    const setting = permissionsStartOnly ? referenceTo(settings, 'PermissionsStartOnly') : null;
    reasons.push({ rule: 'unit-fully-privileged', setting });
  }

  let credentials = system.credentials;
  const own = credentials;
  const may = (capability: number) => has(credentials.effective, capability);

  // get_fixed_user(), get_fixed_group(), get_supplementary_groups(): asked for every command.
  let uid: number | null = null;
  let gid: number | null = null;
  const userSetting = valueOf(settings, 'User');
  const groupSetting = valueOf(settings, 'Group');
  let userName: string | null = null;
  if (sandbox.dynamicUser) {
    if (inUserManager) return refuse('217/USER', 'unknown-user', 'DynamicUser');
    uid = firstDynamicId;
    gid = firstDynamicId;
    userName = userSetting === null ? 'a dynamic user' : (nameText(userSetting) ?? 'a user');
    const fixed = userSetting === null ? null : find(findUser, userSetting, system);
    if (fixed?.kind === 'found') ({ uid, gid } = fixed.account);
    const group = groupSetting === null ? null : find(findGroup, groupSetting, system);
    const number = Number(groupSetting === null ? NaN : nameText(groupSetting));
    if (group?.kind === 'found') ({ gid } = group.account);
    else if (Number.isInteger(number)) gid = number;
  } else {
    if (userSetting !== null) {
      const found = find(findUser, userSetting, system);
      userName = nameText(userSetting) ?? '';
      if (found.kind === 'missing') return refuse('217/USER', 'unknown-user', 'User');
      if (found.kind === 'unseen') {
        assumptions.push(`that there is an ordinary user ${JSON.stringify(userName)}`);
        uid = standInId;
        gid = standInId;
      } else {
        ({ uid, gid } = found.account);
        userName = found.account.name;
      }
    }
    if (userSetting === null && command.shell) {
      // The shell is that of the manager’s own user, which counts as if it were named.
      userName = 'the manager’s user';
      uid = own.uid.real;
      gid = own.gid.real;
    }
    if (groupSetting !== null) {
      const found = find(findGroup, groupSetting, system);
      if (found.kind === 'missing') return refuse('216/GROUP', 'unknown-group', 'Group');
      if (found.kind === 'unseen') {
        assumptions.push(`that there is a group ${JSON.stringify(nameText(groupSetting))}`);
        gid = standInId;
      } else ({ gid } = found.account);
    }
  }
  let keepsGroups = false;
  let groups: readonly number[] | null = null;
  if (userName !== null && gid !== null && gid !== 0) {
    if (may(CAP_SETGID)) {
      const name = { name: userName, uid: uid ?? gid, gid };
      credentials = { ...credentials, groups: groupsOf(accounts, name, gid) };
    } else if (!rules.ownUserIsTolerated || gid !== credentials.gid.real) {
      return refuse('216/GROUP', 'groups-of-another-user', userSetting === null ? 'Group' : 'User');
    }
    keepsGroups = true;
  }
  const supplementary = valueOf(settings, 'SupplementaryGroups');
  if (supplementary.length > 0) {
    const name = { name: userName ?? '', uid: uid ?? 0, gid: gid ?? 0 };
    const all = keepsGroups ? [...groupsOf(accounts, name, gid ?? 0)] : [];
    for (const each of supplementary) {
      const found = find(findGroup, each, system);
      if (found.kind === 'missing') {
        return refuse('216/GROUP', 'unknown-group', 'SupplementaryGroups');
      }
      if (found.kind === 'unseen') {
        assumptions.push(`that there is a group ${JSON.stringify(nameText(each))}`);
      } else all.push(found.account.gid);
    }
    groups = [...new Set(all)];
  }

  const delegates = sandbox.privateUsersBy === 'DelegateNamespaces' && explicit;
  const others = sandbox.privatePids || valueOf(settings, 'PrivateIPC');
  if (delegates && others) {
    return cannotTell('how DelegateNamespaces= goes together with other namespaces');
  }
  if (belowRoot(settings)) return cannotTell('what lies below RootDirectory= or RootImage=');
  const usersPath = valueOf(settings, 'UserNamespacePath');
  if (usersPath !== null) return cannotTell('the user namespace that UserNamespacePath= names');
  const networkPath = valueOf(settings, 'NetworkNamespacePath');
  const networkFile = networkPath === null ? null : pathText(networkPath);
  if (networkFile !== null && system.paths.get(networkFile)?.kind === 'missing') {
    return refuse('225/NETWORK', 'network-namespace-missing', 'NetworkNamespacePath');
  }
  if (!inUserManager && devicePolicyRefusal(sandbox, rules, 'null') !== null) {
    return refuse('208/STDIN', 'standard-input-closed', 'DevicePolicy');
  }

  // setup_private_users(): first, where the manager could do nothing without it.
  const entered = () => credentials.userNamespace.id !== own.userNamespace.id;
  const enter = (namespace: UserNamespace, setting: Directive, implied: boolean) => {
    const full = kernel.validCapabilities;
    credentials = {
      ...credentials,
      permitted: full,
      effective: full,
      inheritable: emptySet,
      bounding: full,
      ambient: emptySet,
      securebits: 0,
      userNamespace: namespace,
    };
    reasons.push({
      rule: 'unit-user-namespace',
      implied,
      setting: referenceTo(settings, setting),
    });
  };
  const wantsEarly = rules.sandboxImpliesUserNamespace
    ? inUserManager && sandbox.needUserNamespace.length > 0
    : explicit && !may(CAP_SYS_ADMIN);
  if (sandboxed && wantsEarly) {
    const created = newUserNamespace(sandbox, credentials, uid, gid, system);
    if (created.kind === 'unseen' && explicit) return cannotTell(created.what);
    if (created.kind === 'refused' && explicit) {
      return refuse('217/USER', 'user-namespace', sandbox.privateUsersBy);
    }
    if (created.kind === 'unseen') return cannotTell(created.what);
    if (created.kind === 'created') {
      const [first = 'PrivateUsers'] = sandbox.needUserNamespace;
      enter(created.namespace, explicit ? sandbox.privateUsersBy : first, !explicit);
    }
  }

  const entersEarly = entered();
  let network = system.networkNamespace;
  let privateNetwork = false;
  if (sandbox.networkNamespace) {
    const setting = networkPath === null ? 'PrivateNetwork' : 'NetworkNamespacePath';
    const reference = referenceTo(settings, setting);
    const capable = may(rules.networkNamespaceNeedsNetAdmin ? CAP_NET_ADMIN : CAP_SYS_ADMIN);
    if (networkPath !== null && rules.networkNamespaceNeedsNetAdmin && !capable) {
      return refuse('225/NETWORK', 'network-namespace-missing', setting);
    }
    const owner = credentials.userNamespace;
    // Whose namespace lies at a path is not seen: those of ip-netns(8) are root's.
    const joins =
      networkPath !== null &&
      owner.id === system.networkNamespace.owner.id &&
      !(sandboxed && sandbox.ownsNetworkNamespace);
    if (capable && !taken && (networkPath === null || joins)) {
      network = { id: networkFile ?? 'unit', owner };
      privateNetwork = true;
      const outcome = networkPath === null ? 'private' : 'joined';
      reasons.push({ rule: 'unit-network-namespace', outcome, setting: reference });
    } else {
      reasons.push({ rule: 'unit-network-namespace', outcome: 'host', setting: reference });
    }
  }

  if (taken && sandboxed && valueOf(settings, 'PrivateIPC') && entered()) {
    return refuse('226/NAMESPACE', 'mounts-not-permitted', 'PrivateIPC');
  }
  // Observed on 262: the two together cannot be mounted.
  const bpfAndPids = valueOf(settings, 'PrivateBPF') && sandbox.privatePids;
  if (sandboxed && bpfAndPids && may(CAP_SYS_ADMIN)) {
    return refuse('226/NAMESPACE', 'mounts-not-permitted', 'PrivateBPF');
  }
  let mounts: readonly SandboxMount[] = [];
  const rootSetting = valueOf(settings, 'RootDirectory');
  const rootDirectory = rootSetting === null ? null : pathText(rootSetting);
  if (sandbox.mountNamespace) {
    if (may(CAP_SYS_ADMIN)) {
      mounts = sandboxMounts(sandbox, sandboxed, system.paths);
      if (rootDirectory === '/' && rules.ownRootCannotBeMounted) {
        return refuse('226/NAMESPACE', 'mounts-not-permitted', 'RootDirectory');
      }
      const broken = brokenMount(mounts, system.paths);
      if (broken !== null) return refuse('226/NAMESPACE', 'mount-missing', broken.directive);
    } else if (sandbox.insistsOnMounts) {
      return refuse('226/NAMESPACE', 'mounts-not-permitted', insisting(settings));
    }
  }

  if (changesIds) {
    if (valueOf(settings, 'PAMName') !== null) {
      if (inUserManager && rules.sessionGroupsAreSet) {
        return refuse('216/GROUP', 'session-groups', 'PAMName');
      }
      assumptions.push('that the PAM session brings no capability');
    }
    if (groups !== null && groups.length > 0) {
      if (entered() || !may(CAP_SETGID)) {
        return refuse('216/GROUP', 'supplementary-groups', 'SupplementaryGroups');
      }
      credentials = { ...credentials, groups };
    }
    if (gid !== null) {
      const { real, effective, saved } = credentials.gid;
      const known = isMapped(credentials.userNamespace.gidMap, gid);
      if (!known || (!may(CAP_SETGID) && ![real, effective, saved].includes(gid))) {
        return refuse('216/GROUP', 'another-group', groupSetting === null ? 'User' : 'Group');
      }
      credentials = { ...credentials, gid: sameIds(gid) };
    }
  }

  if (sandboxed && explicit && !entered()) {
    const created = newUserNamespace(sandbox, credentials, uid, gid, system);
    if (created.kind === 'unseen') return cannotTell(created.what);
    if (created.kind === 'refused')
      return refuse('217/USER', 'user-namespace', sandbox.privateUsersBy);
    // The maps are written in the unit’s own /proc by then.
    const closed = sandbox.ownsMountNamespace ? null : readOnlyMount('/proc', mounts);
    if (closed !== null) return refuse('217/USER', 'user-namespace', closed.directive);
    enter(created.namespace, sandbox.privateUsersBy, false);
    if (privateNetwork && sandbox.ownsNetworkNamespace) {
      network = { ...network, owner: created.namespace };
    }
  }

  if (command.shell) return cannotTell('what the user’s shell makes of the command');
  const located = locate(command, mounts, credentials, system);
  if (located.kind === 'refused') {
    const passesOver = command.ignoreFailure && rules.passesOverMissingProgram;
    return refuse(passesOver ? 'skipped' : '203/EXEC', located.cause, located.directive);
  }

  const requestedAmbient = valueOf(settings, 'AmbientCapabilities');
  const secureBits = valueOf(settings, 'SecureBits');
  let keepsPrivileges = false;
  const bounding = boundingOf(settings);
  if (sandboxed) {
    keepsPrivileges =
      rules.filtersLoadWithPrivilege &&
      changesIds &&
      uid !== null &&
      sandbox.filters.length > 0 &&
      allowsDroppingPrivileges(valueOf(settings, 'SystemCallFilter'));
    const kept = keepsPrivileges ? bounding | setOf(CAP_SYS_ADMIN, CAP_SETPCAP) : bounding;
    const lost = without(credentials.bounding, kept);
    if (lost !== emptySet) {
      if (!has(credentials.permitted, CAP_SETPCAP)) {
        return refuse(
          '218/CAPABILITIES',
          'bounding-set-not-permitted',
          boundingDirective(settings),
        );
      }
      credentials = dropBounding(credentials, kept);
    }
    if (requestedAmbient !== emptySet || rules.emptyAmbientClearsInheritable) {
      const refused = raiseAmbient(requestedAmbient, true);
      if (refused !== null) return refused;
    }
  }

  if (rootDirectory !== null && !sandbox.mountNamespace && !may(CAP_SYS_CHROOT)) {
    return refuse('210/CHROOT', 'mounts-not-permitted', 'RootDirectory');
  }

  if (changesIds && uid !== null) {
    if ((requestedAmbient !== emptySet || secureBits !== 0) && uid !== 0) {
      if (
        (credentials.securebits & SECBIT_KEEP_CAPS) === 0 &&
        !has(credentials.permitted, CAP_SETPCAP)
      ) {
        return refuse(
          '217/USER',
          'secure-bits-not-permitted',
          secureBits === 0 ? 'AmbientCapabilities' : 'SecureBits',
        );
      }
      credentials = { ...credentials, securebits: credentials.securebits | SECBIT_KEEP_CAPS };
    }
    if (keepsPrivileges)
      credentials = { ...credentials, securebits: credentials.securebits | SECBIT_KEEP_CAPS };
    const { real, effective, saved } = credentials.uid;
    const known = isMapped(credentials.userNamespace.uidMap, uid);
    if (!known || (!may(CAP_SETUID) && ![real, effective, saved].includes(uid))) {
      return refuse('217/USER', 'another-user', 'User');
    }
    credentials = changeUser(credentials, uid);
    if (keepsPrivileges) {
      const kept = setOf(CAP_SYS_ADMIN, CAP_SETPCAP);
      if (!isSubset(kept, credentials.permitted)) {
        return refuse('217/USER', 'privileges-not-kept', sandbox.filters[0] ?? 'User');
      }
      credentials = {
        ...credentials,
        inheritable: credentials.inheritable | kept,
        effective: credentials.effective | kept,
      };
      if (!has(requestedAmbient, CAP_SETUID)) credentials = dropAll(credentials, setOf(CAP_SETUID));
    }
    if (requestedAmbient !== emptySet) {
      const refused = raiseAmbient(requestedAmbient, false);
      if (refused !== null) return refused;
    }
  }
  if (userName !== null && changesIds && uid !== null) {
    const setting = referenceTo(settings, sandbox.dynamicUser ? 'DynamicUser' : 'User');
    reasons.push({ rule: 'unit-runs-as', user: userName, uid, setting });
  } else {
    reasons.push({ rule: 'unit-runs-as', user: '', uid: own.uid.effective, setting: null });
  }

  if (sandboxed) {
    if (credentials.securebits !== secureBits) {
      if (!has(credentials.permitted, CAP_SETPCAP)) {
        return refuse('213/SECUREBITS', 'secure-bits-not-permitted', 'SecureBits');
      }
      credentials = {
        ...credentials,
        effective: credentials.effective | setOf(CAP_SETPCAP),
        securebits: secureBits,
      };
    }
    if (sandbox.noNewPrivileges) {
      const setting = referenceTo(settings, sandbox.noNewPrivilegesBy);
      reasons.push({ rule: 'unit-no-new-privs', cause: 'asked', setting });
      credentials = { ...credentials, noNewPrivs: true };
    } else if (!may(CAP_SYS_ADMIN) && sandbox.filters[0] !== undefined) {
      const setting = referenceTo(settings, sandbox.filters[0]);
      reasons.push({ rule: 'unit-no-new-privs', cause: 'filters', setting });
      credentials = { ...credentials, noNewPrivs: true };
    }
    if (keepsPrivileges) {
      credentials = dropBounding(credentials, bounding);
      for (const each of [CAP_SYS_ADMIN, CAP_SETPCAP]) {
        if (!has(bounding, each)) credentials = dropAll(credentials, setOf(each));
      }
    }
    const bounded = without(own.bounding, bounding);
    if (bounded !== emptySet) {
      const setting = referenceTo(settings, boundingDirective(settings));
      reasons.push({ rule: 'unit-bounds', lost: bounded, setting });
    }
  }

  const program = seenIn(
    located.program,
    mounts,
    sandbox,
    sandboxed,
    rules.noNewPrivilegesMeansNosuid,
    reasons,
  );
  return {
    start: 'ok',
    process: {
      credentials,
      network,
      ownsNamespaces: entersEarly || (privateNetwork && sandbox.ownsNetworkNamespace),
      privateNetwork,
      program,
      mounts,
      filtered: sandboxed,
    },
    unseen,
    assumptions,
    reasons,
  };

  /** `capability_ambient_set_apply()`; what is not in the bounding set is left out without a word. */
  function raiseAmbient(requested: CapabilitySet, first: boolean): Invocation | null {
    const raised = requested & credentials.bounding;
    const setting = referenceTo(settings, 'AmbientCapabilities');
    if (first) {
      const missing = without(requested & kernel.validCapabilities, raised);
      const asked = setting.origins.length > 0 && missing !== kernel.validCapabilities;
      if (missing !== emptySet && asked) {
        reasons.push({ rule: 'unit-ambient-outside-bounding-set', missing, setting });
      }
      const allowed = credentials.permitted | credentials.inheritable;
      const lostOnTheWay = rules.ambientOfManagerIsLost && inUserManager && !entered();
      if (raised !== emptySet && (!isSubset(raised, allowed) || lostOnTheWay)) {
        return refuse('218/CAPABILITIES', 'ambient-not-permitted', 'AmbientCapabilities');
      }
      credentials = { ...credentials, inheritable: raised };
      if (raised !== emptySet) {
        reasons.push({ rule: 'unit-raises-ambient', capabilities: raised, setting });
      }
    }
    if (!isSubset(raised, credentials.permitted & credentials.inheritable)) {
      return refuse('218/CAPABILITIES', 'ambient-not-permitted', 'AmbientCapabilities');
    }
    credentials = { ...credentials, ambient: raised };
    return null;
  }
}

/** Whether the unit has a root of its own, which was not looked at. */
function belowRoot(settings: Settings): boolean {
  const root = valueOf(settings, 'RootDirectory');
  if (valueOf(settings, 'RootImage') !== null) return true;
  return root !== null && pathText(root) !== '/';
}

/** CapabilityBoundingSet=, without what other settings take out of it (`unit_patch_contexts()`). */
function boundingOf(settings: Settings): CapabilitySet {
  const asked = valueOf(settings, 'CapabilityBoundingSet') ?? (1n << 64n) - 1n;
  return boundingReducers.reduce(
    (set, [directive, capabilities]) =>
      valueOf(settings, directive) ? without(set, capabilities) : set,
    asked,
  );
}

const boundingReducers = [
  ['PrivateDevices', setOf(capability('cap_mknod'), capability('cap_sys_rawio'))],
  ['ProtectKernelModules', setOf(capability('cap_sys_module'))],
  ['ProtectKernelLogs', setOf(capability('cap_syslog'))],
  ['ProtectClock', setOf(capability('cap_sys_time'), capability('cap_wake_alarm'))],
] as const;

function boundingDirective(settings: Settings): Directive {
  if (settings.CapabilityBoundingSet !== undefined) return 'CapabilityBoundingSet';
  const implied = boundingReducers.find(([directive]) => valueOf(settings, directive));
  return implied?.[0] ?? 'CapabilityBoundingSet';
}

/** What leaves the bounding set leaves the inheritable one, and with that the ambient one. */
function dropBounding(credentials: Credentials, kept: CapabilitySet): Credentials {
  return {
    ...credentials,
    bounding: credentials.bounding & kept,
    inheritable: credentials.inheritable & kept,
    ambient: credentials.ambient & kept,
  };
}

function dropAll(credentials: Credentials, dropped: CapabilitySet): Credentials {
  return {
    ...credentials,
    permitted: without(credentials.permitted, dropped),
    effective: without(credentials.effective, dropped),
    inheritable: without(credentials.inheritable, dropped),
    ambient: without(credentials.ambient, dropped),
  };
}

/** setresuid(2), `cap_emulate_setxuid()`. */
function changeUser(credentials: Credentials, uid: number): Credentials {
  const { uid: before, securebits, userNamespace } = credentials;
  const changed = { ...credentials, uid: sameIds(uid) };
  const root = isMapped(userNamespace.uidMap, 0) ? 0 : null;
  const wasRoot = [before.real, before.effective, before.saved].includes(root ?? -1);
  if (!wasRoot || uid === root) return changed;
  const kept = (securebits & SECBIT_KEEP_CAPS) !== 0;
  return {
    ...changed,
    permitted: kept ? credentials.permitted : emptySet,
    effective: emptySet,
    ambient: emptySet,
  };
}

type NewUserNamespace =
  | { readonly kind: 'created'; readonly namespace: UserNamespace }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unseen'; readonly what: string };

/** `setup_private_users()`: the manager’s own ids and, with the right to, those of the unit. */
function newUserNamespace(
  { privateUsers }: Sandbox,
  credentials: Credentials,
  uid: number | null,
  gid: number | null,
  { limits, credentials: own }: UnitSystem,
): NewUserNamespace {
  const { maxUserNamespaces, unprivilegedUserNamespaces } = limits;
  const may = (capability: number) => has(credentials.effective, capability);
  if (maxUserNamespaces.kind === 'known' && maxUserNamespaces.value === 0) {
    return { kind: 'refused' };
  }
  if (!may(CAP_SYS_ADMIN)) {
    if (unprivilegedUserNamespaces.kind === 'unknown') {
      return { kind: 'unseen', what: 'whether users may create user namespaces' };
    }
    if (unprivilegedUserNamespaces.value === 0) return { kind: 'refused' };
  }
  const everyone = privateUsers === 'identity' || privateUsers === 'full';
  if (everyone && !(may(CAP_SETUID) && may(CAP_SETGID))) return { kind: 'refused' };
  if (privateUsers === 'managed') {
    return { kind: 'unseen', what: 'which ids systemd-nsresourced gives' };
  }
  const wide = { inside: 0, base: 0, count: privateUsers === 'full' ? 0xffffffff : 65536 };
  const mapOf = (ownId: number, id: number | null, capable: boolean): readonly IdExtent[] => {
    if (everyone) return [wide];
    const ownExtent = { inside: ownId, base: ownId, count: 1 };
    return id === null || id === ownId || !capable
      ? [ownExtent]
      : [ownExtent, { inside: id, base: id, count: 1 }];
  };
  if (own.uid.real === 0 && !may(CAP_SETFCAP)) return { kind: 'refused' };
  return {
    kind: 'created',
    namespace: {
      id: 'unit',
      parent: credentials.userNamespace,
      ownerUid: credentials.uid.effective,
      uidMap: mapOf(own.uid.real, uid, may(CAP_SETUID)),
      gidMap: mapOf(own.gid.real, gid, may(CAP_SETGID)),
    },
  };
}

function insisting(settings: Settings): Directive {
  const all = ['TemporaryFileSystem', 'RootDirectory', 'RootImage', 'BindPaths'] as const;
  return all.find((each) => settings[each] !== undefined) ?? 'DynamicUser';
}

type Located =
  | { readonly kind: 'found'; readonly program: UnitProgram }
  | {
      readonly kind: 'refused';
      readonly cause: StartRefusal;
      readonly directive: Directive | null;
    };

/** `find_executable_full()`, with the manager’s rights inside the unit’s mounts. */
function locate(
  { program }: UnitCommand,
  mounts: readonly SandboxMount[],
  credentials: Credentials,
  { programs, paths }: UnitSystem,
): Located {
  const path = pathText(program);
  if (path === null) {
    return {
      kind: 'found',
      program: { kind: 'unseen', reason: 'which program the command names' },
    };
  }
  const view = viewOf(path, mounts);
  if (view.kind !== 'machine') {
    return { kind: 'refused', cause: 'program-hidden', directive: view.by.directive };
  }
  const found = programs.get(view.path) ?? {
    kind: 'unseen' as const,
    reason: `${view.path} was not looked at`,
  };
  if (found.kind === 'missing') {
    return { kind: 'refused', cause: 'program-missing', directive: null };
  }
  const noExec = noExecMount(realPath(path, paths), mounts);
  if (noExec !== null) {
    return { kind: 'refused', cause: 'program-not-executable', directive: noExec.directive };
  }
  if (found.kind === 'file' && !mayExecute(credentials, found.file)) {
    return { kind: 'refused', cause: 'program-not-executable', directive: null };
  }
  return { kind: 'found', program: found };
}

/** With no_new_privs asked for, all mounts of the sandbox are made nosuid (`make_nosuid()`). */
function seenIn(
  program: UnitProgram,
  mounts: readonly SandboxMount[],
  sandbox: Sandbox,
  sandboxed: boolean,
  known: boolean,
  reasons: UnitReason[],
): UnitProgram {
  if (program.kind !== 'file' || !sandboxed || !sandbox.noNewPrivileges || !known) return program;
  const seen = (file: ProgramFile): ProgramFile => {
    const { path, format } = file;
    const mount = mounts.find((each) => covers(each.path, path));
    const chain =
      format.kind === 'script' ? { ...format, interpreter: seen(format.interpreter) } : format;
    if (mount === undefined) return { ...file, format: chain };
    const setting = referenceTo(sandbox.settings, mount.directive);
    reasons.push({ rule: 'unit-mount-nosuid', path, mountPoint: mount.path, setting });
    const nosuid = { ...file.mount, nosuid: true, mountPoint: mount.path };
    return { ...file, mount: nosuid, format: chain };
  };
  return { ...program, file: seen(program.file) };
}

function find<T>(
  by: (accounts: UnitSystem['accounts'], name: string) => Lookup<T>,
  name: Resolved,
  { accounts }: UnitSystem,
): Lookup<T> {
  const text = nameText(name);
  return text === null ? { kind: 'unseen' } : by(accounts, text);
}

function nameText(name: Resolved): string | null {
  return name.kind === 'text' ? name.text : null;
}
