import type { AssignmentRule } from './assignmentRules.ts';
import { ambientSet, boundingSet } from './capabilityAssignments.ts';
import { boolean, choice, strictBoolean, tristate } from './choices.ts';
import { commands } from './commandAssignments.ts';
import { environment, environmentFiles } from './environmentAssignments.ts';
import { emergencyAction } from './emergencyAction.ts';
import {
  bindMounts,
  deviceAllow,
  namespacePaths,
  rootPath,
  singlePath,
  temporaryFileSystems,
  workingDirectory,
} from './pathAssignments.ts';
import { processorScheduling } from './processorScheduling.ts';
import { protectedHostname } from './protectedHostname.ts';
import { bindRules } from './socketBind.ts';
import {
  addressFamilies,
  busName,
  delegatedNamespaces,
  delegation,
  groups,
  managedDirectories,
  logNamespace,
  permittedNamespaces,
  plainText,
  secureBits,
  architectures,
  systemCallError,
  systemCallFilter,
  userOrGroup,
} from './wordAssignments.ts';

/**
 * The directives of a service that decide what its commands may do, and how each reads its
 * assignments. Those of a version are read by every version here: which one knows the directive is
 * `keyStatus()`.
 */
const table = {
  /** Null where it follows from the other settings (`serviceType()`). */
  Type: choice(null, {
    ...{ simple: 0, exec: 0, forking: 0, oneshot: 0, dbus: 0, notify: 0, idle: 0 },
    'notify-reload': 253,
  }),
  /** Means Type=dbus where that is not set. */
  BusName: busName,
  ExecCondition: commands,
  ExecStartPre: commands,
  ExecStart: commands,
  ExecStartPost: commands,
  ExecReload: commands,
  ExecStop: commands,
  ExecStopPost: commands,
  RemainAfterExit: boolean,
  /** In [Unit]. */
  SuccessAction: emergencyAction,
  PermissionsStartOnly: boolean,
  RootDirectoryStartOnly: boolean,

  User: userOrGroup,
  Group: userOrGroup,
  SupplementaryGroups: groups,
  DynamicUser: strictBoolean,
  PAMName: plainText,
  Delegate: delegation,
  /** With CPUSchedulingPriority=. */
  CPUSchedulingPolicy: processorScheduling,
  IOSchedulingClass: choice(null, {
    ...{ none: 0, realtime: 0, 'best-effort': 0, idle: 0 },
    ...{ 0: 0, 1: 0, 2: 0, 3: 0 },
  }),
  KeyringMode: choice(null, { inherit: 0, private: 0, shared: 0 }),

  AmbientCapabilities: ambientSet,
  CapabilityBoundingSet: boundingSet,
  SecureBits: secureBits,
  NoNewPrivileges: boolean,

  PrivateDevices: boolean,
  DevicePolicy: choice('auto', { auto: 0, closed: 0, strict: 0 }),
  DeviceAllow: deviceAllow,
  SocketBindAllow: bindRules,
  SocketBindDeny: bindRules,

  PrivateNetwork: boolean,
  NetworkNamespacePath: singlePath,
  PrivateUsers: choice('no', { no: 0, yes: 0, self: 257, identity: 257, full: 258, managed: 260 }),
  PrivateMounts: tristate,
  PrivateIPC: boolean,
  IPCNamespacePath: singlePath,
  LogNamespace: logNamespace,
  PrivatePIDs: choice('no', { no: 257, yes: 257 }),
  BindLogSockets: tristate,
  DelegateNamespaces: delegatedNamespaces,
  UserNamespacePath: singlePath,
  PrivateBPF: boolean,
  ProtectProc: choice('default', { default: 0, noaccess: 0, invisible: 0, ptraceable: 0 }),
  ProcSubset: choice('all', { all: 0, pid: 0 }),
  PrivateTmp: choice('no', { no: 0, yes: 0, connected: 257, disconnected: 257 }),
  ProtectSystem: choice('no', { no: 0, yes: 0, full: 0, strict: 0 }),
  ProtectHome: choice('no', { no: 0, yes: 0, 'read-only': 0, tmpfs: 0 }),
  ProtectKernelTunables: boolean,
  ProtectKernelModules: boolean,
  ProtectKernelLogs: boolean,
  ProtectClock: boolean,
  ProtectControlGroups: choice('no', { no: 0, yes: 0, private: 257, strict: 257 }),
  ProtectHostname: protectedHostname,

  WorkingDirectory: workingDirectory,
  /** With RuntimeDirectory=, CacheDirectory=, LogsDirectory= and ConfigurationDirectory=, whatever they name. */
  StateDirectory: managedDirectories,
  RootDirectory: rootPath,
  RootImage: rootPath,
  MountAPIVFS: tristate,
  MountFlags: choice(null, { shared: 0, slave: 0, private: 0 }, 0),
  ReadWritePaths: namespacePaths,
  ReadOnlyPaths: namespacePaths,
  InaccessiblePaths: namespacePaths,
  ExecPaths: namespacePaths,
  NoExecPaths: namespacePaths,
  /** With BindReadOnlyPaths=. */
  BindPaths: bindMounts,
  TemporaryFileSystem: temporaryFileSystems,

  RestrictAddressFamilies: addressFamilies,
  RestrictNamespaces: permittedNamespaces,
  SystemCallFilter: systemCallFilter,
  SystemCallErrorNumber: systemCallError,
  SystemCallLog: systemCallFilter,
  SystemCallArchitectures: architectures,
  LockPersonality: boolean,
  MemoryDenyWriteExecute: boolean,
  RestrictRealtime: boolean,
  RestrictSUIDSGID: boolean,

  Environment: environment,
  EnvironmentFile: environmentFiles,
};

export type Directive = keyof typeof table;

/** What each directive’s value is. */
export type DirectiveValues = {
  readonly [D in Directive]: (typeof table)[D] extends AssignmentRule<infer T> ? T : never;
};

export const directives: {
  readonly [D in Directive]: AssignmentRule<DirectiveValues[D]>;
} = table;

/** The directive that a key of the service’s own section means, or one of [Unit]; null for all others. */
export function directiveOf(key: string, section: 'own' | 'Unit' = 'own'): Directive | null {
  const name = otherNames.get(key) ?? key;
  return isDirective(name) && inUnitSection.has(name) === (section === 'Unit') ? name : null;
}

const inUnitSection: ReadonlySet<Directive> = new Set(['SuccessAction']);

const otherNames: ReadonlyMap<string, string> = new Map([
  ['BindReadOnlyPaths', 'BindPaths'],
  ...['RuntimeDirectory', 'CacheDirectory', 'LogsDirectory', 'ConfigurationDirectory'].map(
    (key) => [key, 'StateDirectory'] as const,
  ),
  ['CPUSchedulingPriority', 'CPUSchedulingPolicy'],
  ['ReadWriteDirectories', 'ReadWritePaths'],
  ['ReadOnlyDirectories', 'ReadOnlyPaths'],
  ['InaccessibleDirectories', 'InaccessiblePaths'],
]);

function isDirective(key: string): key is Directive {
  return Object.hasOwn(table, key);
}
