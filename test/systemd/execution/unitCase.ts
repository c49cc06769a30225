/** Random units with what matters for capabilities, devices and networks, as people write them and get them wrong. */
import * as fc from 'fast-check';
import type { LabFile, Manager } from '../lab/lab.ts';
import { reportSettings, type UnitUnderTest } from './observe.ts';
import {
  closedFolder,
  linkToBinaries,
  otherIpc,
  otherNetwork,
  otherRoot,
  otherUsers,
  programs,
  type ProgramName,
} from './programs.ts';

/** A unit as it was drawn. Its names are given when it is started, so that many can be at once. */
export interface UnitCase {
  readonly manager: Manager;
  readonly shape: Shape;
  /** Lines of `[Service]` in its own file. */
  readonly settings: readonly string[];
  readonly dropIns: readonly DropIn[];
  readonly commands: readonly Command[];
}

export type Shape = 'plain' | 'dashed' | 'instance';

export interface DropIn {
  /** Of the folders of the manager’s load path, in the order of their precedence. */
  readonly level: 0 | 1 | 2;
  /** Whether its folder has the unit’s own name, or the more general one of its shape. */
  readonly general: boolean;
  readonly file: string;
  readonly settings: readonly string[];
}

export interface Command {
  readonly property: 'ExecStartPre' | 'ExecStart';
  readonly prefix: string;
  readonly program: ProgramName;
}

/** Where a manager finds units; the first counts most. */
const loadPaths: Readonly<Record<Manager, readonly [string, string, string]>> = {
  system: ['/etc/systemd/system', '/run/systemd/system', '/usr/lib/systemd/system'],
  user: ['/home/alice/.config/systemd/user', '/etc/systemd/user', '/usr/lib/systemd/user'],
};

/**
 * Stands for an id that nobody has and no other unit names: of units that ask for a dynamic user by one
 * number, only the first gets it.
 */
const ownId = '<id>';

/** Its files, with names that hold `unique`. The commands’ labels are `Pre0`, `Start1`, … */
export function unitOf(drawn: UnitCase, unique: string): UnitUnderTest {
  const { manager, shape, dropIns, commands } = drawn;
  const id = idFor(unique);
  const written = (lines: readonly string[]): readonly string[] =>
    lines.map((line) => line.replace(ownId, id));
  const paths = loadPaths[manager];
  const { name, file, general } = namesOf(shape, unique);
  const execs = commands.map(
    ({ property, prefix, program }, index) =>
      `${property}=${prefix}${programs[program].path} ${property.slice(4)}${index}`,
  );
  const own = ['[Service]', ...reportSettings(name), ...written(drawn.settings), ...execs];
  const files = new Map([[`${paths[0]}/${file}`, own]]);
  for (const dropIn of dropIns) {
    const folder = `${paths[dropIn.level]}/${dropIn.general ? general : name}.d`;
    files.set(`${folder}/${dropIn.file}`, ['[Service]', ...written(dropIn.settings)]);
  }
  return {
    manager,
    name,
    files: [...files].map(([path, lines]): LabFile => ({
      path,
      kind: 'file',
      text: `${lines.join('\n')}\n`,
    })),
  };
}

/** `w12`, `r3n0`: below the ids that DynamicUser= gives away, for two thousand units with thirty variants each. */
function idFor(unique: string): string {
  const [unit = 0, variant = 0] = [...unique.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  return String(1100 + unit * 30 + variant);
}

function namesOf(shape: Shape, unique: string) {
  switch (shape) {
    case 'plain': {
      const name = `${unique}.service`;
      return { name, file: name, general: name };
    }
    case 'dashed': {
      const name = `${unique}-part.service`;
      return { name, file: name, general: `${unique}-.service` };
    }
    case 'instance': {
      const template = `${unique}@.service`;
      return { name: `${unique}@alice.service`, file: template, general: template };
    }
  }
}

type Values = fc.Arbitrary<string>;

function oneOf(...values: readonly string[]): Values {
  return fc.constantFrom(...values);
}

const wordsOf = (word: Values, starts: readonly string[] = ['']): Values =>
  fc
    .tuple(oneOf(...starts), fc.array(word, { minLength: 1, maxLength: 3 }))
    .map(([start, list]) => start + list.join(' '));

/** Each with an empty value too: it resets some settings and not others. */
const boolean = oneOf('yes', 'yes', 'yes', 'true', 'on', '1', 'no', 'off', '', 'maybe', 'yes # no');

const capabilities = fc.oneof(
  {
    weight: 9,
    arbitrary: wordsOf(
      oneOf(
        ...['CAP_NET_ADMIN', 'CAP_NET_ADMIN', 'CAP_NET_RAW', 'CAP_NET_BIND_SERVICE'],
        ...['CAP_CHOWN', 'CAP_SYS_ADMIN', 'CAP_SETUID', 'cap_net_raw', '12', '"CAP_NET_ADMIN"'],
        ...['CAP_NET_ADMN', 'CAP_NET_ADMIN,CAP_NET_RAW', '"CAP_NET_ADMIN CAP_NET_RAW"'],
        ...['net_admin', 'CAP_NET_RAW+ep', '~CAP_NET_RAW', '# for the device'],
      ),
      ['', '', '', '~'],
    ),
  },
  { weight: 1, arbitrary: oneOf('', '~') },
);

const families = wordsOf(
  oneOf(
    ...['AF_INET', 'AF_INET', 'AF_INET6', 'AF_NETLINK', 'AF_NETLINK', 'AF_PACKET', 'AF_UNIX'],
    ...['af_inet', 'AF_FOO', 'AF_INET,AF_NETLINK', '"AF_INET AF_NETLINK"'],
  ),
  ['', '', '~'],
);

const filters = fc.oneof(
  wordsOf(
    oneOf('@network-io', '@privileged', '@resources', '@raw-io', '@module', 'ioctl', 'nosuch'),
    ['~'],
  ),
  oneOf('@system-service', '@system-service @privileged', '@network-io', '~socket:EPERM', ''),
);

type Directive = readonly [key: string, values: Values, weight?: number];

const directives: readonly Directive[] = [
  [
    'User',
    oneOf(
      ...['alice', 'alice', 'alice', 'alice', '1000', 'root', '0', 'bob', 'nosuch', ''],
      ...['"alice"', 'alice # her', '%i', 'tunners', ownId],
    ),
    8,
  ],
  ['Group', oneOf('alice', 'alice', 'tunners', 'strangers', 'nosuch', ownId, ''), 2],
  ['SupplementaryGroups', oneOf('tunners', 'alice', 'tunners strangers', 'nosuch', ''), 1],
  ['DynamicUser', boolean, 3],
  ['AmbientCapabilities', capabilities, 8],
  ['CapabilityBoundingSet', capabilities, 6],
  ['Capabilities', oneOf('cap_net_admin+ep'), 1],
  ['SecureBits', oneOf('noroot', 'keep-caps', 'noroot noroot-locked', 'nosuch', ''), 1],
  ['NoNewPrivileges', boolean, 3],
  ...[
    ...['LockPersonality', 'MemoryDenyWriteExecute', 'RestrictRealtime', 'RestrictSUIDSGID'],
    ...['ProtectKernelModules', 'ProtectKernelLogs', 'ProtectKernelTunables', 'ProtectClock'],
    ...['ProtectHostname', 'ProtectControlGroups', 'PrivateTmp', 'PrivateMounts', 'PrivateIPC'],
    ...['ProtectHome', 'MountAPIVFS', 'PermissionsStartOnly'],
  ].map((key): Directive => [key, boolean]),
  ['SystemCallArchitectures', oneOf('native'), 1],
  ['ProtectSystem', oneOf('yes', 'full', 'strict', 'strict', 'no', ''), 2],
  ['ProtectProc', oneOf('invisible', 'default'), 1],
  ['PrivateDevices', boolean, 4],
  ['DevicePolicy', oneOf('auto', 'closed', 'strict', '', 'Closed'), 2],
  [
    'DeviceAllow',
    oneOf(
      ...['/dev/net/tun rw', '/dev/net/tun rw', '/dev/net/tun', '/dev/net/tun r', '/dev/net/tun w'],
      ...['/dev/net/tun RW', 'char-misc rw', 'char-tun rw', '/dev/tun rw', '/dev/null rw', ''],
      ...['/dev/net/tun rw # device', 'char-10 rw', 'char-* rw', '/dev/char/10:200 rw'],
    ),
    5,
  ],
  ['BindPaths', oneOf('/dev/net/tun', '/dev/net', '-/dev/nosuch', '/opt:/mnt', '/dev/nosuch'), 3],
  ['BindReadOnlyPaths', oneOf('/dev/net/tun', '/opt:/mnt'), 1],
  ['TemporaryFileSystem', oneOf('/dev', '/mnt', '/opt', '/srv:ro'), 1],
  [
    'InaccessiblePaths',
    oneOf(
      ...['/dev/net', '/dev/net/tun', '-/nosuch', '/nosuch', '/opt', linkToBinaries, '/srv'],
      ...['+/opt', '+/nosuch'],
    ),
    1,
  ],
  ['ReadOnlyPaths', oneOf('/', '/dev', '/opt', '+/', `${otherRoot}/opt`), 1],
  ['ReadWritePaths', oneOf('/opt', '/mnt'), 1],
  ['NoExecPaths', oneOf('/', '/', '/opt', '/mnt', '/srv', '+/', '+/opt'), 1],
  ['ExecPaths', oneOf('/opt', '+/opt', '/opt/witness', '/usr', linkToBinaries, '/srv'), 1],
  [
    'WorkingDirectory',
    oneOf(
      ...['/opt', '/nosuch', '-/nosuch', closedFolder, `-${closedFolder}`, '~', '-~', '/root'],
      ...['/home/alice', linkToBinaries, '/mnt', '/tmp', '/opt/witness/plain', ''],
    ),
    2,
  ],
  ['MountFlags', oneOf('slave', 'private', 'shared'), 1],
  ['RootDirectory', oneOf('/', otherRoot, otherRoot, otherRoot, '/nosuch', ''), 2],
  ['RootDirectoryStartOnly', boolean],
  ['IPCNamespacePath', oneOf(otherIpc, otherIpc, otherNetwork, '/run/ipc-nosuch', '/srv', ''), 1],
  ['UserNamespacePath', oneOf(otherUsers, otherUsers, otherIpc, '/run/user-nosuch'), 1],
  ['LogNamespace', oneOf('mine', 'mine', 'not/mine', ''), 1],
  ['KeyringMode', oneOf('private', 'shared', 'inherit', 'nosuch'), 1],
  ['Delegate', oneOf('yes', 'no', 'cpu', ''), 1],
  ['PAMName', oneOf('other', 'login', 'nosuch', ''), 1],
  ['PrivateNetwork', boolean, 3],
  [
    'NetworkNamespacePath',
    oneOf(otherNetwork, '/run/netns/nosuch', '/srv', '/etc/passwd', otherIpc),
    1,
  ],
  ['NetworkNamespace', oneOf('private'), 1],
  ['PrivateUsers', fc.oneof(boolean, oneOf('self', 'identity', 'full')), 2],
  ['DelegateNamespaces', oneOf('net', 'yes', 'no'), 1],
  ['RestrictAddressFamilies', families, 3],
  ['SystemCallFilter', filters, 3],
  ['SystemCallErrorNumber', oneOf('EPERM', 'ENOSYS'), 1],
  ['RestrictNamespaces', fc.oneof(boolean, oneOf('net', '~net', 'user')), 1],
];

/** Settings that seldom decide: together they are drawn as often as one that does, so that those stay what it is about. */
const seldomDecisive: readonly Directive[] = [
  ['ProcSubset', oneOf('pid', 'pid', 'all', '', 'nosuch'), 2],
  ['ProtectProc', oneOf('noaccess', 'ptraceable', '', 'nosuch'), 2],
  ['PrivateBPF', boolean],
  ['BindLogSockets', boolean],
  ['ProtectControlGroups', oneOf('private', 'strict'), 2],
  ['ProtectHostname', oneOf('private', 'private:here')],
  ['PrivateTmp', oneOf('connected', 'disconnected')],
  ['ProtectHome', oneOf('read-only', 'tmpfs'), 2],
  ['UMask', oneOf('0077', '0177', '022', '', '9')],
  ['RestrictFileSystems', oneOf('ext4 tmpfs', '~tmpfs', '@basic-api', 'nosuch', '')],
  ['RestrictNetworkInterfaces', oneOf('lo', '~lo', '')],
  ['SystemCallLog', oneOf('@network-io', '~@privileged', 'ioctl', '')],
  ['SocketBindDeny', oneOf('any', 'ipv4:tcp:1-1023', 'tcp:', ''), 2],
  ['SocketBindAllow', oneOf('tcp:1-1023', 'any', '')],
  ['IPAddressDeny', oneOf('any', 'localhost', '')],
  ['CPUSchedulingPolicy', oneOf('fifo', 'rr', 'batch', 'idle', '2', 'nosuch', ''), 2],
  ['CPUSchedulingPriority', oneOf('1', '99', '100')],
  ['IOSchedulingClass', oneOf('realtime', 'best-effort', 'idle', '1', ''), 2],
  ['Nice', oneOf('-5', '5', '99')],
  ['OOMScoreAdjust', oneOf('-500', '500', '')],
  ['Personality', oneOf('x86-64', 'x86', 'nosuch')],
  ['TimerSlackNSec', oneOf('1ms', '')],
  ['CoredumpFilter', oneOf('all', '')],
  ['CPUAffinity', oneOf('0', '')],
  ['RuntimeDirectory', oneOf('%N', '%N/part', '/absolute', ''), 2],
  ['SetCredential', oneOf('key:value', 'key', ''), 2],
  ['Environment', oneOf('A=b', '"A=b c"', '')],
  ['UnsetEnvironment', oneOf('PATH')],
  ['ExecSearchPath', oneOf('/opt/witness', 'opt', '')],
  ...[
    ...(['LimitAS', 'LimitCORE', 'LimitCPU', 'LimitDATA', 'LimitLOCKS', 'LimitMEMLOCK'] as const),
    ...(['LimitMSGQUEUE', 'LimitNICE', 'LimitNOFILE', 'LimitNPROC', 'LimitRSS'] as const),
    ...(['LimitRTPRIO', 'LimitRTTIME', 'LimitSIGPENDING', 'LimitSTACK'] as const),
  ].map((key): Directive => [key, limits(key)]),
];

/** None under which the witness cannot run. */
function limits(key: string): Values {
  const some = { LimitNICE: ['0', '10', '+5'], LimitRTPRIO: ['0', '50'], LimitCPU: ['60', '1h'] };
  const least = Object.entries(some).find(([name]) => name === key)?.[1] ?? ['1G', '64M:1G'];
  return oneOf(...least, 'infinity', 'nosuch', '');
}

const assignmentOf = (list: readonly Directive[]): Values =>
  fc.oneof(
    ...list.map(([key, values, weight = 1]) => ({
      weight,
      arbitrary: values.map((value) => `${key}=${value}`),
    })),
  );

const assignment = fc.oneof(
  { weight: 12, arbitrary: assignmentOf(directives) },
  { weight: 1, arbitrary: assignmentOf(seldomDecisive) },
);

const manager = fc.constantFrom<Manager>('system', 'system', 'system', 'user', 'user');

const program = fc.constantFrom<ProgramName>(
  ...Array<'plain'>(7).fill('plain'),
  ...Array<'all'>(5).fill('all'),
  ...(['admin', 'raw', 'bind', 'permitted', 'inheritable', 'setuid', 'nosuid'] as const),
  ...(['script', 'scriptOfCapable', 'linked', 'linked'] as const),
);

const prefix = fc.constantFrom(...Array<''>(16).fill(''), '+', '+', '!', '!!', '-', ':', '-+', '|');

const before = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  {
    weight: 1,
    arbitrary: fc
      .record({ prefix: fc.constantFrom('-', '-+', '-!'), program })
      .map((command): Command[] => [{ property: 'ExecStartPre', ...command }]),
  },
);

const commands = fc
  .tuple(before, fc.record({ prefix, program }))
  .map(([first, main]): readonly Command[] => [...first, { property: 'ExecStart', ...main }]);

const dropIn: fc.Arbitrary<DropIn> = fc.record({
  level: fc.constantFrom(0, 1, 2),
  general: fc.boolean(),
  file: oneOf('10-first.conf', '20-second.conf', 'last.conf', 'not.config'),
  settings: fc.array(assignment, { minLength: 1, maxLength: 2 }),
});

/** Shrinks to fewer lines. */
export const unitCase: fc.Arbitrary<UnitCase> = fc.record({
  manager,
  shape: fc.constantFrom<Shape>('plain', 'plain', 'plain', 'dashed', 'instance'),
  settings: fc.array(assignment, { maxLength: 6 }),
  dropIns: fc.oneof(
    { weight: 3, arbitrary: fc.constant<DropIn[]>([]) },
    { weight: 1, arbitrary: fc.array(dropIn, { minLength: 1, maxLength: 3 }) },
  ),
  commands,
});
