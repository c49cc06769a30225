/** What booted managers were seen to do, one row each; the differential of test/systemd asks more. */
import { describe, expect, test } from 'vitest';
import {
  CAP_NET_ADMIN,
  CAP_WAKE_ALARM,
  type CapabilityName,
} from '../../../extension/model/capability.ts';
import { setOf, type CapabilitySet } from '../../../extension/model/capabilitySet.ts';
import type { ProgramFile } from '../../../extension/model/programFile.ts';
import { releaseStage } from '../../../extension/model/unit/invoke/mountSandbox.ts';
import type {
  PathFacts,
  UnitProgram,
  UnitSystem,
} from '../../../extension/model/unit/unitSystem.ts';
import { judgementsOf, outcomeOf, summaryOf, type Scope } from './world.ts';

const nothing = 'ok EPERM EPERM EACCES EPERM';
const everything = 'ok allowed allowed allowed allowed';
const admin = 'ok allowed EPERM EACCES allowed';

type Row = readonly [
  expected: string,
  versions: readonly number[],
  lines: readonly string[],
  fileCapabilities?: readonly CapabilityName[],
];

const all = [249, 252, 257, 262] as const;
const ofUser = 'User=alice';
const ambient = 'AmbientCapabilities=CAP_NET_ADMIN';
const net: readonly CapabilityName[] = ['cap_net_admin', 'cap_net_raw', 'cap_net_bind_service'];

const system: readonly Row[] = [
  [everything, all, []],
  [everything, all, ['Group=alice']],
  [everything, all, ['CapabilityBoundingSet=~CAP_SYS_ADMIN']],
  [nothing, all, [ofUser]],
  [nothing, all, [ofUser, 'CapabilityBoundingSet=CAP_NET_ADMIN']],
  [admin, all, [ofUser, ambient]],
  [admin, all, [ofUser, ambient, 'NoNewPrivileges=yes', 'SystemCallFilter=@system-service']],
  [nothing, all, [ofUser, ambient, 'CapabilityBoundingSet=CAP_NET_RAW']],
  [nothing, all, [ofUser, 'AmbientCapabilities=CAP_NET_ADMN']],
  [admin, all, ['DynamicUser=yes', ambient]],
  [everything, all, ['DynamicUser=yes', 'User=0', 'Group=nosuch']],
  [nothing, all, ['DynamicUser=yes', 'User=4000']],
  ['217/USER', all, ['DynamicUser=yes', 'User=4000', 'ExecStartPre=/usr/bin/prog']],
  ['217/USER', all, ['DynamicUser=yes', 'User=extra']],
  ['217/USER', all, ['DynamicUser=yes', 'User=65534', 'Group=nobody']],
  ['resources', all, ['DynamicUser=yes', 'User="alice"']],
  ['resources', all, ['DynamicUser=yes', 'Group=a.b']],
  ['224/PAM', all, ['DynamicUser=yes', 'PAMName=other']],
  ['224/PAM', all, ['DynamicUser=yes', 'PAMName=other', 'User=1000']],
  [nothing, all, ['DynamicUser=yes', 'PAMName=other', 'User=bob']],
  [nothing, all, ['CapabilityBoundingSet=CAP_NET_ADMN']],
  [nothing, all, ['SecureBits=noroot']],
  [admin, all, ['SecureBits=noroot', ambient]],
  ['217/USER', all, ['User=nosuch']],
  ['217/USER', all, ['User="alice"']],
  ['216/GROUP', all, ['Group=nosuch']],
  ['216/GROUP', all, ['SupplementaryGroups=nosuch']],
  ['bad-setting', all, ['User=%i']],
  ['bad-setting', all, ['DynamicUser=']],
  ['bad-setting', all, ['ExecStart=/usr/bin/prog']],
  // A user namespace of its own: the capabilities are worth nothing outside.
  [nothing, all, ['PrivateUsers=yes']],
  [nothing, [257, 262], ['PrivateUsers=identity']],
  [everything, [252], ['PrivateUsers=identity']],
  [nothing, [262], ['DelegateNamespaces=net']],
  [nothing, [257, 262], ['PrivateUsers=yes', 'PrivateNetwork=yes']],
  [everything, [262], ['PrivateUsers=yes', 'PrivateNetwork=yes', 'DelegateNamespaces=net']],
  ['217/USER', all, ['PrivateUsers=yes', 'ReadOnlyPaths=/']],
  ['200/CHDIR', all, ['WorkingDirectory=/none']],
  [everything, all, [ofUser, 'SystemCallFilter=~nosuch'], net],
  [nothing, [252], [ofUser, 'SystemCallFilter=~swapon'], net],
  [
    everything,
    all,
    [ofUser, 'SystemCallFilter=~ioctl @resources', 'SystemCallFilter=@system-service'],
    net,
  ],
  ['226/NAMESPACE', all, ['RootDirectory=/', 'PrivateDevices=yes', 'BindPaths=/dev/net/tun']],
  // A root of its own: the machine’s /dev is in it, where MountAPIVFS= is not off.
  [everything, all, ['RootDirectory=/srv/x']],
  ['203/EXEC', all, ['RootDirectory=/srv/x', 'InaccessiblePaths=+/usr/bin']],
  [everything, all, ['RootDirectory=/srv/x', 'InaccessiblePaths=/usr/bin', 'ReadOnlyPaths=/none']],
  ['203/EXEC', all, ['RootDirectory=/srv/x', 'InaccessiblePaths=/srv/x/usr/bin']],
  ['ok ENOENT allowed allowed allowed', all, ['RootDirectory=/srv/x', 'PrivateDevices=yes']],
  ['ok unknown allowed allowed allowed', all, ['RootDirectory=/srv/x', 'MountAPIVFS=no']],
  ['226/NAMESPACE', all, ['RootDirectory=/none']],
  ['210/CHROOT', [249, 252, 257], ['RootDirectory=/none', 'MountAPIVFS=no']],
  ['226/NAMESPACE', [262], ['RootDirectory=/none', 'MountAPIVFS=no']],
  ['226/NAMESPACE', [249, 252], ['RootDirectory=/', 'MountFlags=private']],
  [everything, [257, 262], ['RootDirectory=/', 'MountFlags=private']],
  [
    '217/USER',
    all,
    ['RootDirectory=/srv/x', 'MountAPIVFS=no', 'PrivateTmp=yes', 'PrivateUsers=yes'],
  ],
  // Other namespaces that are named.
  [everything, all, ['IPCNamespacePath=/run/ipc']],
  ['226/NAMESPACE', [257, 262], ['IPCNamespacePath=/none']],
  [everything, [252], ['IPCNamespacePath=/none']],
  ['226/NAMESPACE', all, ['IPCNamespacePath=/none', 'PrivateTmp=yes']],
  ['226/NAMESPACE', [262], ['UserNamespacePath=/none']],
  [nothing, [262], ['UserNamespacePath=/run/ns', 'ReadOnlyPaths=/']],
  [
    everything,
    [262],
    ['UserNamespacePath=/run/ns', 'PrivateNetwork=yes', 'DelegateNamespaces=net'],
  ],
  ['bad-setting', [262], ['UserNamespacePath=/none', 'PrivateUsers=yes']],
  [everything, [257], ['UserNamespacePath=/none']],
  [everything, all, ['LogNamespace=mine', 'KeyringMode=shared', 'Delegate=yes']],
  // A session may be moved out of the control group.
  ['ok unknown allowed allowed allowed', all, ['PAMName=login', 'DevicePolicy=closed']],
  ['ok EPERM allowed allowed allowed', all, ['PAMName=', 'DevicePolicy=closed']],
  ['bad-setting', [257, 262], ['WorkingDirectory=~', 'DynamicUser=yes']],
  ['200/CHDIR', [249, 252], ['WorkingDirectory=~', 'DynamicUser=yes']],
  // Devices.
  ['ok ENOENT allowed allowed allowed', all, ['PrivateDevices=yes']],
  ['ok ENOENT allowed allowed allowed', all, ['PrivateDevices=yes', 'DeviceAllow=/dev/net/tun rw']],
  ['ok EPERM allowed allowed allowed', all, ['PrivateDevices=yes', 'BindPaths=/dev/net/tun']],
  [
    everything,
    all,
    ['PrivateDevices=yes', 'BindPaths=/dev/net/tun', 'DeviceAllow=/dev/net/tun rw'],
  ],
  ['ok EPERM allowed allowed allowed', all, ['DevicePolicy=closed']],
  ['208/STDIN', all, ['DevicePolicy=strict']],
  ['ok EPERM allowed allowed allowed', all, ['DevicePolicy=strict', 'DeviceAllow=/dev/null rw']],
  [
    'ok EPERM allowed allowed allowed',
    all,
    ['DeviceAllow=/dev/net/tun r', 'DeviceAllow=/dev/net/tun w'],
  ],
  [everything, all, ['DeviceAllow=/dev/net/tun RW']],
  ['ok EPERM allowed allowed allowed', all, ['DeviceAllow=char-tun rw']],
  ['ok EPERM allowed allowed allowed', all, ['DeviceAllow=/dev/tun rw']],
  [everything, all, ['DeviceAllow=char-misc rw']],
  [everything, all, ['DeviceAllow=char-10 rw']],
  [everything, all, ['DeviceAllow=/dev/char/10:200 rw']],
  ['ok EPERM allowed allowed allowed', [249], ['ProtectClock=yes']],
  [everything, [252, 257, 262], ['ProtectClock=yes']],
  ['ok ENOENT allowed allowed allowed', all, ['TemporaryFileSystem=/dev']],
  [everything, all, ['TemporaryFileSystem=/dev', 'MountAPIVFS=yes']],
  ['ok ENOENT allowed allowed allowed', all, ['InaccessiblePaths=/dev/net']],
  ['ok ENXIO allowed allowed allowed', all, ['InaccessiblePaths=/dev/net/tun']],
  ['ok EACCES EPERM EACCES allowed', all, [ofUser, ambient, 'InaccessiblePaths=/dev/net']],
  [everything, all, ['ReadOnlyPaths=/dev']],
  // Namespaces of the network and of mounts.
  [everything, all, ['PrivateNetwork=yes']],
  ['225/NETWORK', all, ['NetworkNamespacePath=/none']],
  ['226/NAMESPACE', all, ['ReadOnlyPaths=/none']],
  [everything, all, ['ReadOnlyPaths=-/none']],
  ['226/NAMESPACE', all, ['BindPaths=/none']],
  ['226/NAMESPACE', all, ['TemporaryFileSystem=/opt', 'ExecPaths=/opt/prog']],
  ['203/EXEC', all, ['NoExecPaths=/usr']],
  [everything, all, ['NoExecPaths=/', 'ProtectSystem=yes']],
  ['203/EXEC', all, ['InaccessiblePaths=/usr/bin']],
  // Filters.
  ['ok allowed allowed allowed EAFNOSUPPORT', all, ['RestrictAddressFamilies=AF_INET']],
  ['ok allowed EAFNOSUPPORT EAFNOSUPPORT EAFNOSUPPORT', all, ['RestrictAddressFamilies=AF_INETT']],
  ['ok allowed SIGSYS SIGSYS SIGSYS', all, ['SystemCallFilter=~@network-io']],
  ['ok SIGSYS allowed allowed allowed', all, ['SystemCallFilter=~ioctl']],
  ['ok SIGSYS SIGSYS SIGSYS SIGSYS', all, ['SystemCallFilter=@network-io']],
  [
    'ok allowed EPERM EPERM EPERM',
    all,
    ['SystemCallFilter=~socket', 'SystemCallErrorNumber=EPERM'],
  ],
  ['ok allowed allowed EPERM allowed', all, ['SocketBindDeny=any']],
  [everything, all, ['SocketBindDeny=any', 'SocketBindAllow=tcp:80']],
  // File capabilities.
  [everything, all, [ofUser], net],
  [nothing, all, [ofUser, 'NoNewPrivileges=yes'], net],
  [everything, all, [ofUser, 'NoNewPrivileges=yes', ambient], net],
  [nothing, [249, 252], [ofUser, 'LockPersonality=yes'], net],
  [everything, [257, 262], [ofUser, 'LockPersonality=yes'], net],
  [nothing, all, [ofUser, 'SystemCallFilter=~@privileged'], net],
  ['203/EXEC', all, ['CapabilityBoundingSet=CAP_NET_RAW'], net],
  ['31/SYS', all, ['CapabilityBoundingSet=CAP_NET_RAW', 'SystemCallFilter=~@network-io'], net],
  [admin, all, [ofUser, ambient, 'NoNewPrivileges=yes', 'ProtectSystem=yes'], ['cap_net_raw']],
  ['ok EPERM EPERM allowed EPERM', all, [ofUser, ambient], ['cap_net_bind_service']],
];

const user: readonly Row[] = [
  [nothing, all, []],
  ['218/CAPABILITIES', all, [ambient]],
  ['218/CAPABILITIES', all, ['CapabilityBoundingSet=CAP_NET_ADMIN']],
  [nothing, all, ['CapabilityBoundingSet=~', 'AmbientCapabilities=CAP_NET_ADMN']],
  ['213/SECUREBITS', all, ['SecureBits=keep-caps']],
  ['216/GROUP', [249, 252], [ofUser]],
  [nothing, [257, 262], [ofUser]],
  ['216/GROUP', all, ['User=bob']],
  ['216/GROUP', all, ['User=root']],
  ['217/USER', all, ['User=nosuch']],
  [nothing, all, ['Group=alice']],
  ['216/GROUP', all, ['Group=extra']],
  ['216/GROUP', all, ['SupplementaryGroups=alice']],
  ['217/USER', [249, 252], ['DynamicUser=yes']],
  ['bad-setting', [257, 262], ['DynamicUser=yes']],
  ['218/CAPABILITIES', [249, 252], ['PrivateDevices=yes']],
  ['ok ENOENT EPERM EACCES EPERM', [257, 262], ['PrivateDevices=yes']],
  ['226/NAMESPACE', [249, 252], ['TemporaryFileSystem=/srv']],
  [nothing, [257, 262], ['TemporaryFileSystem=/srv']],
  [nothing, all, ['DevicePolicy=closed']],
  ['217/USER', [257, 262], [ofUser, 'LockPersonality=yes']],
  // For a root in place it may not make /run/host.
  ['226/NAMESPACE', all, ['RootDirectory=/', 'MountAPIVFS=yes']],
  ['210/CHROOT', [252], ['RootDirectory=/srv/x', 'MountAPIVFS=no']],
  [nothing, [257, 262], ['RootDirectory=/srv/x']],
  ['226/NAMESPACE', [252], ['RootDirectory=/srv/x']],
  [nothing, [252], ['IPCNamespacePath=/run/ipc']],
  ['226/NAMESPACE', [257, 262], ['IPCNamespacePath=/run/ipc']],
  ['226/NAMESPACE', all, ['LogNamespace=mine']],
  ['224/PAM', all, ['PAMName=login', 'User=root']],
  // File capabilities are the way, as long as nothing takes them away.
  [everything, all, [], net],
  [nothing, all, ['LockPersonality=yes'], net],
  [nothing, all, ['NoNewPrivileges=yes'], net],
  [everything, [249, 252], ['PrivateTmp=yes'], net],
  [nothing, [257, 262], ['PrivateTmp=yes'], net],
  [everything, all, ['ProtectProc=invisible', 'Delegate=yes'], net],
  [nothing, [257, 262], [ambient, 'PrivateTmp=yes']],
  // In a network namespace of its own everything is allowed, and nobody hears of it.
  ['ok allowed EPERM EACCES allowed', [257, 262], [ambient, 'PrivateNetwork=yes']],
  ['ok allowed EPERM EACCES allowed', [252], [ambient, 'PrivateNetwork=yes', 'PrivateUsers=yes']],
  ['218/CAPABILITIES', [252], [ambient, 'PrivateNetwork=yes']],
];

describe.each<[Scope, readonly Row[]]>([
  ['system', system],
  ['user', user],
])('in a %s manager', (scope, rows) => {
  const cases = rows.flatMap(([expected, versions, lines, fileCapabilities]) =>
    versions.map((version) => ({ expected, version, lines, fileCapabilities })),
  );
  test.each(cases)('$version: $lines, $fileCapabilities', ({ expected, ...situation }) => {
    const { fileCapabilities = [], ...rest } = situation;
    expect(summaryOf({ scope, fileCapabilities, ...rest })).toBe(expected);
  });
});

describe('prefixes', () => {
  const lines = [ofUser, 'PrivateDevices=yes', 'CapabilityBoundingSet=CAP_NET_RAW'];
  test.each([
    ['ExecStart=/usr/bin/prog', 'ok ENOENT EPERM EACCES EPERM'],
    // Without the sandbox, but the device policy is that of the control group.
    ['ExecStart=+/usr/bin/prog', 'ok EPERM allowed allowed allowed'],
    ['ExecStart=!/usr/bin/prog', 'ok ENOENT allowed EACCES EPERM'],
    ['ExecStart=!!/usr/bin/prog', 'ok ENOENT EPERM EACCES EPERM'],
    ['ExecStart=-@/usr/bin/prog prog', 'ok ENOENT EPERM EACCES EPERM'],
  ])('%s', (command, expected) => {
    expect(summaryOf({ version: 257, lines, command })).toBe(expected);
  });

  test.each([
    ['ExecStart=/usr/bin/prog', '200/CHDIR'],
    ['ExecStart=!!/usr/bin/prog', '200/CHDIR'],
    ['ExecStart=!/usr/bin/prog', 'ok'],
    ['ExecStart=+/usr/bin/prog', 'ok'],
  ])('a dynamic user has no home to begin in, and root has: %s', (command, expected) => {
    const homeless = ['DynamicUser=yes', 'User=nosuch', 'WorkingDirectory=~'];
    expect(outcomeOf({ version: 252, lines: homeless, command }).start).toBe(expected);
  });

  test('PermissionsStartOnly= is `+` for all but ExecStart=', () => {
    const command = 'ExecStartPre=/usr/bin/prog\nExecStart=/usr/bin/prog';
    const commands = judgementsOf({
      version: 257,
      lines: [ofUser, 'PermissionsStartOnly=yes'],
      command,
    });
    expect(commands.map(({ credentials }) => credentials?.uid.effective)).toEqual([0, 1000]);
  });

  test('a user manager gets nothing by `+`, and its files keep their capabilities', () => {
    const situation = { scope: 'user', version: 257, lines: ['PrivateTmp=yes'] } as const;
    const command = 'ExecStart=+/usr/bin/prog';
    expect(summaryOf({ ...situation, command })).toBe(nothing);
    expect(summaryOf({ ...situation, command, fileCapabilities: net })).toBe(everything);
  });
});

describe('the credentials before exec', () => {
  test('securebits and the inheritable set as systemd leaves them', () => {
    const lines = [ofUser, ambient, 'LockPersonality=yes'];
    const before = (version: number) =>
      outcomeOf({ version, lines }).execution.process?.credentials;
    const inheritable = [252, 257].map((version) => before(version)?.inheritable.toString(16));
    // Since 255 CAP_SYS_ADMIN and CAP_SETPCAP are kept until the filters are loaded.
    expect(inheritable).toEqual(['1000', '201100']);
    expect(before(257)).toMatchObject({ securebits: 0, noNewPrivs: false });
    expect(before(252)).toMatchObject({ securebits: 0, noNewPrivs: true });
  });
});

test('of two commands of a user unit, only the first has the private network', () => {
  const command = 'ExecStartPre=/usr/bin/prog\nExecStart=/usr/bin/prog';
  const lines = [ambient, 'PrivateNetwork=yes'];
  const commands = judgementsOf({ scope: 'user', version: 257, lines, command });
  expect(commands.map(({ execution }) => execution.process?.privateNetwork)).toEqual([true, false]);
});

test('a `+` command enters a network namespace that the user namespace of another owns', () => {
  const command = ['', '', '+']
    .map((prefix) => `ExecStartPre=${prefix}/usr/bin/prog`)
    .concat('ExecStart=/usr/bin/prog')
    .join('\n');
  const lines = ['PrivateNetwork=yes', 'DelegateNamespaces=yes'];
  const commands = judgementsOf({ version: 262, lines, command });
  const networks = commands.map(({ execution }) => execution.process?.privateNetwork);
  expect(networks).toEqual([true, false, true, false]);
});

test('commands that join one user namespace share its network namespace, unless a `+` command made that', () => {
  const networks = (prefix: string) => {
    const command = `ExecStartPre=${prefix}/usr/bin/prog\nExecStart=/usr/bin/prog`;
    const lines = ['UserNamespacePath=/run/ns', 'PrivateNetwork=yes', 'DelegateNamespaces=yes'];
    const commands = judgementsOf({ version: 262, lines, command });
    return commands.map(({ execution }) => execution.process?.privateNetwork);
  };
  expect(networks('')).toEqual([true, true]);
  expect(networks('+')).toEqual([true, false]);
});

describe('a dynamic user has the name of the unit, where that is a name', () => {
  test.each([
    ['root.service', 0],
    ['alice.service', 1000],
    ['alice@bob.service', 1000],
    ['test.service', 61184],
    ['1000.service', 61184],
    ['ali.ce.service', 61184],
    [`${'alice'.repeat(7)}.service`, 61184],
    ['extra.service', null],
  ])('%s', (name, uid) => {
    const { start, credentials } = outcomeOf({ version: 257, name, lines: ['DynamicUser=yes'] });
    expect(start).toBe(uid === null ? '217/USER' : 'ok');
    expect(credentials?.uid.effective ?? null).toBe(uid);
  });

  test('which another unit may have by the same number', () => {
    const situation = { version: 257, lines: ['DynamicUser=yes', 'User=4000'] };
    const { execution } = outcomeOf(situation);
    expect(execution.assumptions).toEqual(['that no other unit runs as the dynamic user 4000']);
    const named = outcomeOf({ ...situation, lines: ['DynamicUser=yes', 'User=shared'] });
    expect(named.execution.assumptions).toEqual([]);
  });
});

describe('a session of systemd-user brings an ordinary user CAP_WAKE_ALARM', () => {
  const wake = setOf(CAP_WAKE_ALARM);
  test.each<readonly [number, readonly string[], CapabilitySet]>([
    [252, [ofUser], 0n],
    [257, [ofUser], wake],
    [262, [ofUser, ambient], wake | setOf(CAP_NET_ADMIN)],
    [262, ['User=root'], 0n],
    [262, [ofUser, 'CapabilityBoundingSet=CAP_NET_ADMIN'], 0n],
    [262, [ofUser, 'ProtectClock=yes'], 0n],
    [262, [ofUser, 'PrivateUsers=yes'], wake],
  ])('%s %j', (version, lines, expected) => {
    const session = (name: string) =>
      outcomeOf({ version, lines: [`PAMName=${name}`, ...lines] }).credentials?.ambient;
    expect(session('systemd-user')).toBe(expected);
    expect(session('login')).toBe(expected & setOf(CAP_NET_ADMIN));
  });

  test('which spares it no_new_privs', () => {
    const lines = ['PAMName=systemd-user', ofUser, 'NoNewPrivileges=yes'];
    expect(summaryOf({ version: 262, lines, fileCapabilities: net })).toBe(everything);
    expect(summaryOf({ version: 252, lines, fileCapabilities: net })).toBe(nothing);
  });

  test('and says so', () => {
    const lines = ['PAMName=systemd-user', ofUser, ambient];
    const { reasons } = outcomeOf({ version: 262, lines });
    const raised = reasons.flatMap((reason) =>
      reason.rule === 'unit-raises-ambient'
        ? [[reason.setting.directive, reason.capabilities] as const]
        : [],
    );
    expect(raised).toEqual([
      ['AmbientCapabilities', setOf(CAP_NET_ADMIN)],
      ['PAMName', wake],
    ]);
  });
});

test('of a user namespace that somebody else made the ids are supposed to be those outside', () => {
  const lines = ['UserNamespacePath=/run/ns', ofUser];
  const { execution, credentials } = outcomeOf({ version: 262, lines });
  expect(credentials?.uid.effective).toBe(1000);
  expect(execution.assumptions).toEqual([
    'that the user namespace at /run/ns has the ids that are outside',
  ]);
  expect(summaryOf({ version: 262, scope: 'user', lines: lines.slice(0, 1) })).toBe('217/USER');
});

describe('what cannot be told', () => {
  test('an unknown user is supposed where there may be others', () => {
    const { start, execution } = outcomeOf({
      version: 257,
      lines: ['User=caddy'],
      change: (system) => ({ ...system, accounts: { ...system.accounts, complete: false } }),
    });
    expect(start).toBe('ok');
    expect(execution.assumptions).toEqual(['that there is an ordinary user "caddy"']);
  });

  test('a program that is not on this machine is supposed, and that is said', () => {
    const reason = 'it is not on this machine';
    const { start, execution } = outcomeOf({
      version: 257,
      lines: [],
      change: (system) => ({
        ...system,
        programs: new Map([['/usr/bin/prog', { kind: 'unseen', reason }]]),
      }),
    });
    expect(start).toBe('ok');
    expect(execution.assumptions).toEqual([
      `that /usr/bin/prog is there, without file capabilities: ${reason}`,
    ]);
  });

  test('user namespaces are forbidden: what asks for one fails, what only implies it goes on', () => {
    const forbidden = (lines: readonly string[]) =>
      summaryOf({
        scope: 'user',
        version: 257,
        lines,
        change: (system) => ({
          ...system,
          limits: {
            ...system.limits,
            maxUserNamespaces: { kind: 'known', value: 0, source: 'test' },
          },
        }),
      });
    expect(forbidden(['PrivateUsers=yes'])).toBe('217/USER');
    expect(forbidden(['PrivateTmp=yes'])).toBe(nothing);
    expect(forbidden(['TemporaryFileSystem=/srv'])).toBe('226/NAMESPACE');
  });
});

describe('with a root of its own', () => {
  const below = (path: string, facts: PathFacts) => (system: UnitSystem) => ({
    ...system,
    paths: new Map([...system.paths, [path, facts]]),
  });
  const lines = ['RootDirectory=/srv/x'];
  const gone: PathFacts = { kind: 'missing' };

  test('the program is the one in it', () => {
    const change = (system: UnitSystem): UnitSystem => ({
      ...system,
      programs: new Map([...system.programs, ['/srv/x/usr/bin/prog', { kind: 'missing' }]]),
    });
    expect(summaryOf({ version: 257, lines, change })).toBe('203/EXEC');
    const chroot = [...lines, 'MountAPIVFS=no'];
    expect(summaryOf({ version: 257, lines: chroot, change })).toBe('203/EXEC');
  });

  test('the node of a root without the machine’s /dev is its own', () => {
    const change = below('/srv/x/dev/net/tun', gone);
    const chroot = [...lines, 'MountAPIVFS=no'];
    expect(summaryOf({ version: 257, lines, change })).toBe(everything);
    expect(summaryOf({ version: 257, lines: chroot, change })).toBe(
      'ok ENOENT allowed allowed allowed',
    );
  });

  test('a working directory is looked for in it', () => {
    const begins = [...lines, 'WorkingDirectory=/srv'];
    const change = below('/srv/x/srv', gone);
    expect(summaryOf({ version: 257, lines: begins, change })).toBe('200/CHDIR');
  });

  test('a link that was looked at from outside tells nothing', () => {
    const change = below('/srv/x/usr/bin/prog', {
      kind: 'other',
      real: '/usr/bin/other',
      namespace: null,
    });
    expect(summaryOf({ version: 257, lines, change })).toBe(everything);
  });

  test('a user may not make mount points in it', () => {
    const change = below('/srv/x/mnt', gone);
    const binds = [...lines, 'BindPaths=/opt:/mnt'];
    expect(outcomeOf({ scope: 'user', version: 257, lines: binds, change }).start).toBe('unknown');
    expect(summaryOf({ version: 257, lines: binds, change })).toBe(everything);
  });
});

test('a system unit leaves what a user’s root in place needs', () => {
  const stage: PathFacts = { kind: 'directory', real: releaseStage, closed: [] };
  const summary = summaryOf({
    ...{ scope: 'user', version: 257, lines: ['RootDirectory=/', 'MountAPIVFS=yes'] },
    change: (system) => ({ ...system, paths: new Map([[releaseStage, stage]]) }),
  });
  expect(summary).toBe(nothing);
});

/** With /usr/bin/prog a link to one in /opt. */
const linked = (system: UnitSystem): UnitSystem => ({
  ...system,
  paths: new Map([
    ...system.paths,
    ['/usr/bin/prog', { kind: 'other', real: '/opt/prog', namespace: null }],
  ]),
});

test.each([
  ['is hidden where it lies', ['InaccessiblePaths=/usr/bin'], '203/EXEC'],
  ['is hidden where it leads', ['InaccessiblePaths=/opt'], '203/EXEC'],
  ['may be run although it lies where nothing may', ['NoExecPaths=/usr'], everything],
  ['may not be run where it leads', ['NoExecPaths=/opt'], '203/EXEC'],
])('a link to the program %s', (_, lines, expected) => {
  expect(summaryOf({ version: 257, lines, change: linked })).toBe(expected);
});

test('a working directory is entered as the user, before any capability is effective', () => {
  const closed: PathFacts = {
    kind: 'directory',
    real: '/srv/x',
    closed: [{ mode: 0o750, uid: 0, gid: 2000 }],
  };
  const begin = (...lines: readonly string[]) =>
    outcomeOf({
      version: 257,
      lines: ['WorkingDirectory=/srv/x', ...lines],
      change: (system) => ({ ...system, paths: new Map([['/srv/x', closed]]) }),
    }).start;
  expect(begin()).toBe('ok');
  expect(begin('User=bob')).toBe('200/CHDIR');
  expect(begin('User=bob', 'AmbientCapabilities=CAP_DAC_OVERRIDE')).toBe('200/CHDIR');
  // She is in the group.
  expect(begin('User=alice')).toBe('ok');
});

test('a program behind a link is excepted by the name of the link', () => {
  const other = { kind: 'other', real: '/usr/bin/prog-1', namespace: null } as const;
  const { start } = outcomeOf({
    version: 257,
    lines: ['NoExecPaths=/', 'ExecPaths=/usr/bin/prog /usr/lib'],
    change: (system) => ({
      ...system,
      paths: new Map([...system.paths, ['/usr/bin/prog', other]]),
    }),
  });
  expect(start).toBe('ok');
});

test('the interpreter of a script is the one that the unit’s root and mounts show', () => {
  const begun = (lines: readonly string[], below: UnitProgram | null) =>
    outcomeOf({
      version: 257,
      lines: ['User=alice', ...lines],
      change: (system) => {
        const found = system.programs.get('/opt/prog');
        if (found?.kind !== 'file') throw new RangeError('/opt/prog');
        const format = { kind: 'script', interpreter: { ...found.file, path: '/bin/sh' } } as const;
        const script = { ...found, file: { ...found.file, format } };
        const names = ['/usr/bin/prog', '/srv/x/usr/bin/prog'];
        const inRoot = below === null ? [] : [['/srv/x/bin/sh', below] as const];
        const programs = new Map([...names.map((name) => [name, script] as const), ...inRoot]);
        return { ...system, programs };
      },
    });
  const root = ['RootDirectory=/srv/x'];
  expect(begun(['InaccessiblePaths=/bin'], null).start).toBe('203/EXEC');
  expect(begun(['TemporaryFileSystem=/bin'], null).start).toBe('203/EXEC');
  expect(begun(['PrivateTmp=yes'], null).start).toBe('ok');
  expect(begun(root, { kind: 'missing' }).start).toBe('203/EXEC');
  // What was not looked at is taken to be there.
  expect(begun(root, null).start).toBe('ok');
});

test('the interpreter of a script has to be executable where it leads', () => {
  const dash = { kind: 'other', real: '/usr/bin/dash', namespace: null } as const;
  const begun = (exec: string, paths: UnitSystem['paths']) =>
    outcomeOf({
      version: 257,
      lines: ['NoExecPaths=/', `ExecPaths=${exec}`],
      change: (system) => {
        const found = system.programs.get('/opt/prog');
        if (found?.kind !== 'file') throw new RangeError('/opt/prog');
        const interpreter = { ...found.file, path: '/bin/sh' };
        const file: ProgramFile = {
          ...found.file,
          path: '/usr/bin/prog',
          format: { kind: 'script', interpreter },
        };
        const programs = new Map([['/usr/bin/prog', { ...found, file }]]);
        return { ...system, programs, paths };
      },
    }).start;
  expect(begun('/usr', new Map())).toBe('203/EXEC');
  expect(begun('/usr', new Map([['/bin/sh', dash]]))).toBe('ok');
  expect(begun('/usr/bin/prog', new Map([['/bin/sh', dash]]))).toBe('203/EXEC');
  expect(begun('/usr/bin/prog /bin', new Map())).toBe('ok');
});
