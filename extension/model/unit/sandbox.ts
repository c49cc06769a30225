import type { Directive, DirectiveValues } from './directives.ts';
import type { Resolved } from './specifiers.ts';
import type { SystemdRules } from './systemdRules.ts';
import { valueOf, type Settings } from './unit.ts';
import { deniesSomething } from './systemCalls.ts';

/**
 * The settings with what they imply, as `unit_patch_contexts()` and the helpers of
 * `src/core/execute.c` see them.
 */
export interface Sandbox {
  readonly settings: Settings;
  readonly dynamicUser: boolean;
  readonly noNewPrivileges: boolean;
  /** The directive to which no_new_privs is due. */
  readonly noNewPrivilegesBy: Directive;
  readonly protectSystem: DirectiveValues['ProtectSystem'];
  readonly protectHome: DirectiveValues['ProtectHome'];
  readonly privateTmp: boolean;
  readonly privateUsers: DirectiveValues['PrivateUsers'];
  /** The directive to which the user namespace is due. */
  readonly privateUsersBy: Directive;
  /** Whether the unit’s user namespace owns its network namespace. */
  readonly ownsNetworkNamespace: boolean;
  /** Whether the user namespace owns namespaces of the unit; its maps are then written before anything is mounted. */
  readonly delegatesNamespaces: boolean;
  readonly protectControlGroups: boolean;
  readonly protectHostname: boolean;
  readonly privatePids: boolean;
  /** The directives that need seccomp filters: `context_has_seccomp()`. */
  readonly filters: readonly Directive[];
  /** The directives that a user manager can do in a user namespace alone. */
  readonly needUserNamespace: readonly Directive[];
  /** Whether RootDirectory= is for the command. */
  readonly entersRoot: boolean;
  /** The directory that the command has for a root; empty where it is the machine’s own. */
  readonly root: string;
  /** The directives that bring /proc, /dev, /sys and /run along. */
  readonly kernelViews: readonly Directive[];
  readonly networkNamespace: boolean;
  readonly mountNamespace: boolean;
  /** `insist_on_sandboxing()`: the unit may not run without its mounts. */
  readonly insistsOnMounts: boolean;
}

/** @param main whether it is for a command of ExecStart= */
export function sandboxOf(settings: Settings, rules: SystemdRules, main: boolean): Sandbox {
  const value = <D extends Directive>(directive: D) => valueOf(settings, directive);
  const set = (...directives: readonly Directive[]) =>
    directives.filter((directive) => isOn(settings, directive));
  const dynamicUser = value('DynamicUser');
  const privateTmp = (dynamicUser ? 'connected' : value('PrivateTmp')) !== 'no';
  const protectSystem = dynamicUser ? 'strict' : value('ProtectSystem');
  const ownHome = value('ProtectHome');
  const protectHome = dynamicUser && ownHome === 'no' ? 'read-only' : ownHome;
  // `user` alone brings no user namespace along; `no`, which delegates nothing, does.
  const delegated = value('DelegateNamespaces');
  const delegates = delegated !== null && !(delegated.size === 1 && delegated.has('user'));
  const ownUsers = value('PrivateUsers');
  const privateUsers = ownUsers === 'no' && delegates ? 'self' : ownUsers;
  const protectControlGroups = value('ProtectControlGroups') !== 'no';
  const protectHostname = value('ProtectHostname') !== 'no';
  const networkNamespace = value('PrivateNetwork') || value('NetworkNamespacePath') !== null;
  const pathLists = set(
    'ReadWritePaths',
    'ReadOnlyPaths',
    'InaccessiblePaths',
    'ExecPaths',
    'NoExecPaths',
  );
  const mounts = set('BindPaths', 'TemporaryFileSystem');
  const binds = value('BindPaths');
  const privatePids = main && value('PrivatePIDs') === 'yes';
  const rootDirectory = value('RootDirectory');
  const apiMounts =
    value('MountAPIVFS') ?? (rootDirectory !== null && pathText(rootDirectory) !== '/');
  const entersRoot = rootDirectory !== null && (main || !value('RootDirectoryStartOnly'));
  const also = (directive: Directive, on: boolean) => (on ? [directive] : []);
  const shared = [
    ...pathLists,
    ...mounts,
    ...set('PrivateDevices', 'PrivateIPC', 'IPCNamespacePath', 'ProtectKernelTunables'),
    ...set('ProtectKernelModules', 'ProtectKernelLogs'),
    ...also('PrivateTmp', privateTmp),
    ...also('ProtectSystem', protectSystem !== 'no'),
    ...also('ProtectHome', protectHome !== 'no'),
    ...also('ProtectControlGroups', protectControlGroups),
    ...also('PrivatePIDs', privatePids),
    ...also('PrivateMounts', value('PrivateMounts') === true),
    ...also('BindLogSockets', value('BindLogSockets') === true),
  ];
  const procViews = set('ProtectProc', 'ProcSubset', 'PrivateBPF');
  const kernelViews = [
    ...also(value('MountAPIVFS') === null ? 'RootDirectory' : 'MountAPIVFS', apiMounts),
    ...also('ProtectControlGroups', protectControlGroups),
    ...set('ProtectKernelTunables'),
    ...also('PrivatePIDs', privatePids),
    ...procViews,
  ];
  return {
    settings,
    dynamicUser,
    noNewPrivileges: dynamicUser || value('NoNewPrivileges'),
    noNewPrivilegesBy: value('NoNewPrivileges') ? 'NoNewPrivileges' : 'DynamicUser',
    protectSystem,
    protectHome,
    privateTmp,
    privateUsers,
    privateUsersBy: delegates ? 'DelegateNamespaces' : 'PrivateUsers',
    ownsNetworkNamespace: delegated?.has('net') ?? false,
    delegatesNamespaces: [...(delegated ?? [])].some((type) => type !== 'user'),
    protectControlGroups,
    protectHostname,
    privatePids,
    filters: [
      ...set('LockPersonality', 'MemoryDenyWriteExecute', 'PrivateDevices', 'ProtectClock'),
      ...also('ProtectHostname', value('ProtectHostname') === 'yes'),
      ...set('ProtectKernelTunables', 'ProtectKernelModules', 'ProtectKernelLogs'),
      ...set('RestrictAddressFamilies', 'RestrictNamespaces', 'RestrictRealtime'),
      ...also('RestrictSUIDSGID', dynamicUser || value('RestrictSUIDSGID')),
      ...set('SystemCallFilter', 'SystemCallLog', 'SystemCallArchitectures'),
    ],
    needUserNamespace: [
      ...also('PrivateUsers', privateUsers !== 'no'),
      ...shared,
      ...set('PrivateNetwork', 'NetworkNamespacePath', 'RootDirectory', 'ProtectClock'),
      ...also('ProtectHostname', protectHostname),
      ...also('MountAPIVFS', value('MountAPIVFS') === true),
    ],
    entersRoot,
    root: entersRoot ? rootOf(settings) : '',
    kernelViews,
    networkNamespace,
    mountNamespace:
      shared.length > 0 ||
      procViews.length > 0 ||
      value('RootImage') !== null ||
      value('LogNamespace') !== null ||
      !['shared', null].includes(value('MountFlags')) ||
      (rootDirectory !== null && (apiMounts || value('StateDirectory').size > 0)) ||
      (rules.networkNamespaceImpliesMounts && value('PrivateMounts') === null && networkNamespace),
    insistsOnMounts:
      value('TemporaryFileSystem').length > 0 ||
      entersRoot ||
      value('RootImage') !== null ||
      value('LogNamespace') !== null ||
      dynamicUser ||
      binds.some(({ source, destination }) => pathText(source) !== pathText(destination)),
  };
}

/** RootDirectory=; empty where that is the machine’s own root, or not known without the machine. */
export function rootOf(settings: Settings): string {
  const directory = valueOf(settings, 'RootDirectory');
  const root = directory === null ? null : pathText(directory);
  return root === null || root === '/' ? '' : root;
}

/** RootDirectory=/: mounts are made over the manager’s own. */
export function isOwnRoot(settings: Settings): boolean {
  const directory = valueOf(settings, 'RootDirectory');
  return directory !== null && pathText(directory) === '/';
}

/** The path, or null for one that only the machine knows. */
export function pathText(path: Resolved): string | null {
  return path.kind === 'text' ? path.text : null;
}

/** `no` lets every type through, and no filter is loaded. */
function restrictsNamespaces(permitted: DirectiveValues['RestrictNamespaces']): boolean {
  return permitted !== null && !everyNamespace.every((type) => permitted.has(type));
}

const everyNamespace = ['cgroup', 'ipc', 'net', 'mnt', 'pid', 'user', 'uts'] as const;

function isOn(settings: Settings, directive: Directive): boolean {
  const value: unknown = valueOf(settings, directive);
  if (directive === 'RestrictNamespaces') return restrictsNamespaces(valueOf(settings, directive));
  if (directive === 'RestrictAddressFamilies') {
    // A list that forbids nothing is none.
    const filter = valueOf(settings, directive);
    return filter !== null && (filter.allow || filter.names.size > 0);
  }
  if (directive === 'SystemCallFilter') {
    const filter = valueOf(settings, directive);
    return filter !== null && (filter.allow || deniesSomething(filter));
  }
  if (value === 'default' || value === 'all') return false;
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== false;
}
