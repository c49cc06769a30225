/** A unit as the model reads it, put into the words of systemd’s bus. */
import { constants } from 'node:os';
import type { Directive } from '../../../extension/model/unit/directives.ts';
import type { UnitCommand } from '../../../extension/model/unit/commandAssignments.ts';
import type {
  NamespaceTypes,
  SystemCallFilter,
} from '../../../extension/model/unit/wordAssignments.ts';
import { withImpliedSettings } from '../../../extension/model/unit/impliedSettings.ts';
import { unitProblems, type UnitMessage } from '../../../extension/model/unit/problem.ts';
import type { WorkingDirectory } from '../../../extension/model/unit/pathAssignments.ts';
import type { Manager, Resolved } from '../../../extension/model/unit/specifiers.ts';
import { listedCalls } from '../../../extension/model/unit/systemCalls.ts';
import { systemdRules } from '../../../extension/model/unit/systemdRules.ts';
import { readUnit, valueOf, type Settings } from '../../../extension/model/unit/unit.ts';
import { refusalOf, serviceType } from '../../../extension/model/unit/verification.ts';
import { parseUnitFile, type UnitFile } from '../../../extension/model/unit/unitFile.ts';
import { formatUnitName, parseUnitName } from '../../../extension/model/unit/unitName.ts';
import { findUnit } from '../../../extension/model/unit/unitSources.ts';
import { managers } from '../lab/managers.ts';
import type { Complaint } from './observation.ts';
import type { UnitSet } from './unitSet.ts';

export interface Expected {
  /** By name; `undefined` where the value is not known without the machine. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** The places at which systemd says something, and no others; null where that is not foretold. */
  readonly complaints: readonly Pick<Complaint, 'path' | 'line'>[] | null;
}

/** What systemd of that version has to make of the unit. */
export function expectation(set: UnitSet, version: number): Expected {
  const { name, entries } = set;
  const manager = managers[set.manager];
  const asked = parseUnitName(name);
  if (asked === null) throw new Error(`${name} is no unit’s name`);
  const sources = findUnit(asked, entries, manager);
  if (sources.kind !== 'found') {
    return { properties: { LoadState: sources.kind }, complaints: null };
  }
  const rules = systemdRules(version);
  const reading = readUnit(sources, manager, rules);
  const { names, fragment, dropIns } = sources;
  const { loadState } = reading;
  // What is not loaded brings nothing about.
  const settings =
    loadState === 'loaded'
      ? withImpliedSettings(reading.settings, names[0], rules)
      : reading.settings;
  const isUsers = manager.scope === 'user' && rules.dynamicUserIsRefusedForUsers;
  const refused =
    loadState === 'loaded' &&
    (refusalOf(settings, rules) !== null || (isUsers && valueOf(settings, 'DynamicUser')));
  return {
    properties: {
      // A unit whose file cannot be read keeps the name that was asked for, and gets no drop-ins.
      ...(loadState === 'loaded' && {
        Id: formatUnitName(names[0]),
        Names: names.map(formatUnitName).sort(),
        DropInPaths: dropIns.map(({ path }) => path),
        Type: serviceType(settings),
      }),
      LoadState: refused ? 'bad-setting' : loadState,
      FragmentPath: fragment.path,
      ...settingProperties(settings, version, loadState === 'loaded' ? manager : null),
    },
    complaints: expectedComplaints(
      reading.messages,
      [fragment, ...dropIns].map(({ path, text }) => parseUnitFile(path, text)),
    ),
  };
}

function settingProperties(
  settings: Settings,
  version: number,
  manager: Manager | null,
): Record<string, unknown> {
  const value = <D extends Directive>(directive: D) => valueOf(settings, directive);
  const plain = (...names: readonly Directive[]) =>
    Object.fromEntries(names.map((name) => [name, value(name)]));
  const isOn = (choice: string) => choice !== 'no';
  const families = value('RestrictAddressFamilies');
  const workingDirectory = value('WorkingDirectory');
  const binds = value('BindPaths');
  const environment = [...value('Environment')];
  return {
    ...plain('SecureBits', 'DynamicUser', 'PrivateDevices', 'ProtectClock'),
    ...plain(
      'ProtectKernelModules',
      'ProtectKernelLogs',
      'NoNewPrivileges',
      'PrivateNetwork',
      'PrivateIPC',
    ),
    ...plain('ProtectKernelTunables', 'LockPersonality', 'MemoryDenyWriteExecute'),
    ...plain(
      'RestrictRealtime',
      'RestrictSUIDSGID',
      'DevicePolicy',
      'ProtectSystem',
      'ProtectHome',
    ),
    ...plain('RootDirectoryStartOnly', 'RemainAfterExit', 'SuccessAction'),
    ...commandProperties('ExecStart', value('ExecStart')),
    ...commandProperties('ExecStartPre', value('ExecStartPre')),
    ...commandProperties('ExecStop', value('ExecStop')),
    User: textOf(value('User')),
    Group: textOf(value('Group')),
    PAMName: textOf(value('PAMName')),
    BusName: textOf(value('BusName')),
    SupplementaryGroups: all(value('SupplementaryGroups').map(textOf)),
    AmbientCapabilities: whole(value('AmbientCapabilities')),
    CapabilityBoundingSet: whole(
      value('CapabilityBoundingSet') ?? systemdRules(version).unboundedSet,
    ),
    PrivateUsers: isOn(value('PrivateUsers')),
    PrivateTmp: isOn(value('PrivateTmp')),
    ProtectControlGroups: isOn(value('ProtectControlGroups')),
    ProtectHostname: isOn(value('ProtectHostname')),
    ...(version >= 257 && {
      PrivateUsersEx: yesMeans('self', value('PrivateUsers')),
      PrivateTmpEx: yesMeans('connected', value('PrivateTmp')),
      ProtectControlGroupsEx: value('ProtectControlGroups'),
    }),
    ...(version >= 258 && {
      ProtectHostnameEx: namesHost(settings) ? undefined : [value('ProtectHostname'), ''],
    }),
    CPUSchedulingPolicy: value('CPUSchedulingPolicy')?.policy ?? 0,
    CPUSchedulingPriority: value('CPUSchedulingPolicy')?.priority ?? 0,
    DeviceAllow: sorted(
      value('DeviceAllow').map(({ node, read, write, mknod }) => {
        const rights = `${read ? 'r' : ''}${write ? 'w' : ''}${mknod ? 'm' : ''}`;
        return pair(node, rights);
      }),
    ),
    NetworkNamespacePath: textOf(value('NetworkNamespacePath')),
    IPCNamespacePath: textOf(value('IPCNamespacePath')),
    ...(version >= 258 && { UserNamespacePath: textOf(value('UserNamespacePath')) }),
    MountFlags: mountFlags[value('MountFlags') ?? 'unset'],
    LogNamespace: textOf(value('LogNamespace')),
    SystemCallFilter: callList(value('SystemCallFilter')),
    SystemCallErrorNumber: errorNumber(value('SystemCallErrorNumber')),
    WorkingDirectory:
      workingDirectory === null
        ? manager?.scope === 'user'
          ? `!${manager.home}`
          : ''
        : prefixed(
            isOptional(workingDirectory, version, manager) ? '!' : '',
            workingDirectory.path,
          ),
    RootDirectory: textOf(value('RootDirectory')),
    RootImage: textOf(value('RootImage')),
    ...Object.fromEntries(
      pathSettings.map((name) => [
        name,
        all(
          value(name).map(({ path, optional, belowRoot }) =>
            prefixed(`${optional ? '-' : ''}${belowRoot ? '+' : ''}`, path),
          ),
        ),
      ]),
    ),
    ...Object.fromEntries(
      ['BindPaths', 'BindReadOnlyPaths'].map((name) => [
        name,
        all(
          binds
            .filter(({ readOnly }) => readOnly === (name === 'BindReadOnlyPaths'))
            .map(({ source, destination, optional, recursive }) => {
              const [from, to] = [textOf(source), textOf(destination)];
              if (from === undefined || to === undefined) return undefined;
              return [from, to, optional, recursive ? MS_REC : 0];
            }),
        ),
      ]),
    ),
    TemporaryFileSystem: all(
      value('TemporaryFileSystem').map((each) => pair(each.path, each.options)),
    ),
    RestrictAddressFamilies: [families?.allow ?? false, [...(families?.names ?? [])].sort()],
    RestrictNamespaces: namespaceFlags(value('RestrictNamespaces')),
    Environment: all(environment.map(([name, text]) => prefixed(`${name}=`, text))),
    EnvironmentFiles: all(
      value('EnvironmentFile').map(({ path, optional }) => {
        const text = textOf(path);
        return text === undefined ? undefined : [text, optional];
      }),
    ),
  };
}

/** Whether the unit is given a name of its own, which the model passes over. */
function namesHost({ ProtectHostname: protection }: Settings): boolean {
  return protection?.origins.some(({ value }) => value.text.includes(':')) === true;
}

/** 252 takes the home of a user manager’s own user for optional. */
function isOptional(
  { optional, path }: WorkingDirectory,
  version: number,
  manager: Manager | null,
): boolean {
  const home = manager?.scope === 'user' && path.kind === 'text' && path.text === '~';
  return optional || (home && systemdRules(version).ownHomeIsOptional);
}

const pathSettings = [
  ...(['ReadWritePaths', 'ReadOnlyPaths', 'InaccessiblePaths', 'ExecPaths'] as const),
  'NoExecPaths',
] as const;

/** mount(2). */
const MS_REC = 16384;
const mountFlags = { unset: 0, shared: 1 << 20, slave: 1 << 19, private: 1 << 18 } as const;

/** `SECCOMP_ERROR_NUMBER_KILL`. */
const killing = 0x7ffffffe;

/** Those that are ruled by the model, with what they answer, by name where it has one. */
function callList(filter: SystemCallFilter | null): readonly unknown[] {
  if (filter === null) return [false, []];
  const calls = [...listedCalls(filter)].flatMap(([name, errno]) => {
    if (errno === null) return name;
    return filter.allow ? [] : `${name}:${errno === 'kill' ? errno : errnoName(errno)}`;
  });
  return [filter.allow, calls.sort()];
}

function errorNumber(errno: string | null): number {
  if (errno === null) return killing;
  return /^\d+$/.test(errno) ? Number(errno) : Number(errnos.get(errno));
}

const errnos: ReadonlyMap<string, number> = new Map(Object.entries(constants.errno));

function errnoName(errno: string): string {
  const found = [...errnos].find(([, number]) => String(number) === errno);
  return found?.[0] ?? errno;
}

/** A number as `observe()` gives it. */
function whole(number: bigint): number | string {
  const text = String(number);
  return text.length < 16 ? Number(number) : text;
}

function yesMeans(word: string, choice: string): string {
  return choice === 'yes' ? word : choice;
}

function commandProperties(name: string, commands: readonly UnitCommand[]) {
  const each = commands.map(
    ({ program, argv, ignoreFailure, verbatim, shell, privilege }): unknown => {
      const path = textOf(program);
      const words = all(argv.map(textOf));
      if (path === undefined || words === undefined) return undefined;
      const flags = [
        ...(ignoreFailure ? ['ignore-failure'] : []),
        ...(privilege === '+' ? ['privileged'] : []),
        ...(privilege === '!' ? ['no-setuid'] : []),
        ...(privilege === '!!' ? ['ambient'] : []),
        ...(verbatim ? ['no-env-expand'] : []),
        ...(shell ? ['via-shell'] : []),
      ];
      return [path, words, flags];
    },
  );
  return { [`${name}Ex`]: all(each) };
}

const namespaceBits: Readonly<Record<string, number>> = {
  cgroup: 0x02000000,
  ipc: 0x08000000,
  net: 0x40000000,
  mnt: 0x00020000,
  pid: 0x20000000,
  user: 0x10000000,
  uts: 0x04000000,
  time: 0x00000080,
};

/** Without and with `time`. */
export const everyNamespace = [0x7e020000, 0x7e020080];

function namespaceFlags(types: NamespaceTypes): number | string {
  if (types === null) return 'unrestricted';
  const flags = [...types].reduce((sum, type) => sum + (namespaceBits[type] ?? 0), 0);
  return everyNamespace.includes(flags) ? 'unrestricted' : flags;
}

function textOf(resolved: Resolved | null): string | undefined {
  if (resolved === null) return '';
  return resolved.kind === 'text' ? resolved.text : undefined;
}

function prefixed(prefix: string, resolved: Resolved): string | undefined {
  return resolved.kind === 'text' ? `${prefix}${resolved.text}` : undefined;
}

function pair(first: Resolved, second: string): readonly string[] | undefined {
  return first.kind === 'text' ? [first.text, second] : undefined;
}

/** Nothing, where one of them is not known. */
function all(values: readonly unknown[]): readonly unknown[] | undefined {
  return values.includes(undefined) ? undefined : values;
}

/** systemd names the last line of what it reads as one. */
function expectedComplaints(messages: readonly UnitMessage[], files: readonly UnitFile[]) {
  return messages
    .filter(({ problem }) => unitProblems[problem].logged)
    .flatMap(({ path, span }) => {
      const file = files.find((each) => each.path === path);
      const line = file?.lines.findLast((each) => each.span.start <= span.start);
      if (file === undefined || line === undefined) return [];
      return [{ path, line: lineNumber(file.text, line.span.end) }];
    });
}

/** As systemd counts; one more where the file ends although the line would go on. */
function lineNumber(text: string, end: number): number {
  const before = text.slice(0, end);
  const ends = [...before.matchAll(/(?:\n\r?|\r\n?)\0?|\0/g)];
  const last = ends.at(-1);
  const closed = last !== undefined && last.index + last[0].length === end;
  const content = closed ? before.slice(0, last.index) : before;
  const goesOn = /(?<!\\)(?:\\\\)*\\$/.test(content.replace(/(?:\r?\n[ \t]*[#;][^\n]*)+$/, ''));
  return ends.length + (closed ? 0 : 1) + (goesOn ? 1 : 0);
}

/** Their order on the bus is another one in older releases. */
function sorted(values: readonly unknown[]): readonly unknown[] | undefined {
  return all(
    values.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
  );
}
