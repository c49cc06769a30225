/**
 * What unit files get wrong in silence, as it was measured on real managers: each trap has a rule that tells of it on
 * the releases where it is one, and what only looks like one is let be.
 */
import { describe, expect, test } from 'vitest';
import { evaluateUnit } from '../../extension/rules/unit/evaluateUnit.ts';
import type { UnitSituation } from '../../extension/rules/unit/unitRule.ts';
import { judgedUnit } from './judgedUnit.ts';

type Row = readonly [trap: string, situation: UnitSituation, rules: readonly string[]];

const tun = '# capwright: wants tun.create';
const raw = '# capwright: wants socket.raw';
const port = '# capwright: wants bind.low-port';
const netlink = '# capwright: wants netlink.write';
const packet = '# capwright: wants socket.packet';
const alice = 'User=alice';
const admin = 'AmbientCapabilities=CAP_NET_ADMIN';
const granted = { fileCapabilities: 'cap_net_admin=ep' } as const;

function rulesOn(situation: UnitSituation): readonly string[] {
  return [...new Set(evaluateUnit(judgedUnit(situation)).map(({ rule }) => rule))].sort();
}

const typos: readonly Row[] = [
  [
    'a misspelt name',
    { lines: ['CapabilityBoundingSet=CAP_NET_ADMN'] },
    ['unknown-capability-name'],
  ],
  [
    'a comma list',
    { lines: [alice, 'AmbientCapabilities=CAP_NET_ADMIN,CAP_NET_RAW'] },
    ['unknown-capability-name'],
  ],
  [
    'a list with |',
    { lines: [alice, 'AmbientCapabilities=CAP_NET_ADMIN|CAP_NET_RAW'] },
    ['unknown-capability-name'],
  ],
  [
    'words of cap_from_text(3)',
    { lines: [alice, 'AmbientCapabilities=CAP_NET_ADMIN+ep'] },
    ['unknown-capability-name'],
  ],
  [
    'two names in one quote',
    { lines: [alice, 'AmbientCapabilities="CAP_NET_ADMIN CAP_NET_RAW"'] },
    ['unknown-capability-name'],
  ],
  [
    'no prefix CAP_',
    { lines: [alice, 'AmbientCapabilities=net_admin'] },
    ['unknown-capability-name'],
  ],
  [
    'a typo that wipes an earlier line',
    { lines: ['CapabilityBoundingSet=CAP_NET_ADMIN', 'CapabilityBoundingSet=CAP_NET_RWA'] },
    ['unknown-capability-name'],
  ],
  [
    'a typo after ~, which fills the set',
    { lines: ['CapabilityBoundingSet=~CAP_NET_RWA'] },
    ['unknown-capability-name'],
  ],
  [
    'a specifier, which is not filled in here',
    { lines: [alice, 'AmbientCapabilities=%i'], name: 'a@b.service' },
    ['unknown-capability-name'],
  ],
  [
    'a second ~ amid the line',
    { lines: ['CapabilityBoundingSet=CAP_NET_RAW ~CAP_NET_ADMIN'] },
    ['unknown-capability-name'],
  ],
  ['lower case: none', { lines: [alice, 'AmbientCapabilities=cap_net_admin'] }, []],
  ['a number: none', { lines: [alice, 'AmbientCapabilities=12'] }, []],
  [
    'each word in quotes: none',
    { lines: [alice, 'AmbientCapabilities="CAP_NET_ADMIN" \'CAP_NET_RAW\''] },
    [],
  ],
  [
    'a reset before a new list: none',
    { lines: ['CapabilityBoundingSet=', 'CapabilityBoundingSet=CAP_NET_ADMIN'] },
    [],
  ],
  [
    'the whole set, in a user unit: none',
    { lines: ['CapabilityBoundingSet=~'], scope: 'user' },
    [],
  ],
  [
    'ambient that begins with ~',
    { lines: [alice, 'AmbientCapabilities=~CAP_SYS_ADMIN'] },
    ['ambient-inverted'],
  ],
  [
    'a set that depends on the release',
    { lines: ['CapabilityBoundingSet=~', 'CapabilityBoundingSet=CAP_NET_RAW'] },
    ['bounding-set-differs-by-release'],
  ],
  [
    'families that are none',
    { lines: [alice, 'RestrictAddressFamilies="AF_INET AF_INET6"'] },
    ['address-families-all-shut', 'unit-line-not-read'],
  ],
];

const lines: readonly Row[] = [
  ['a comment after a Boolean', { lines: ['NoNewPrivileges=yes # safe'] }, ['comment-after-value']],
  [
    'a comment after a device',
    { lines: [tun, alice, admin, 'DeviceAllow=/dev/net/tun rw # tun'] },
    ['comment-after-value'],
  ],
  ['a comment after a user', { lines: ['User=alice # her'] }, ['user-name-taken-literally']],
  ['a user in quotes', { lines: ['User="alice"'] }, ['user-name-taken-literally']],
  [
    'an empty Boolean',
    { lines: ['PrivateUsers=yes', 'PrivateUsers='] },
    ['empty-value-resets-nothing'],
  ],
  [
    'an empty DevicePolicy=',
    { lines: ['DevicePolicy=strict', 'DeviceAllow=/dev/null rw'], dropIns: [['DevicePolicy=']] },
    ['empty-value-resets-nothing'],
  ],
  [
    'Capabilities=',
    { lines: [alice, 'Capabilities=CAP_NET_ADMIN+ep'] },
    ['capabilities-setting-removed'],
  ],
  ['NetworkNamespace=', { lines: ['NetworkNamespace=private'] }, ['misspelt-setting']],
  [
    'a key in lower case',
    { lines: [alice, 'ambientcapabilities=CAP_NET_ADMIN'] },
    ['misspelt-setting'],
  ],
  [
    'JoinsNamespaceOf= in [Service]',
    { lines: ['JoinsNamespaceOf=a.service'] },
    ['setting-in-wrong-section'],
  ],
  [
    'JoinsNamespaceOf= without a namespace',
    { lines: [], unitLines: ['JoinsNamespaceOf=a.service'] },
    ['joins-namespace-of-nothing'],
  ],
  [
    'a drop-in without a section',
    { lines: [alice], dropInFiles: ['AmbientCapabilities=CAP_NET_ADMIN\n'] },
    ['setting-before-section', 'user-without-ambient-capabilities'],
  ],
  [
    'a section in lower case',
    { lines: [alice], dropInFiles: ['[service]\nAmbientCapabilities=CAP_NET_ADMIN\n'] },
    ['unit-line-not-read', 'user-without-ambient-capabilities'],
  ],
  [
    'a second ExecStart= of a drop-in',
    { lines: [], dropIns: [['ExecStart=/usr/bin/prog -d']] },
    ['several-start-commands'],
  ],
  [
    'a reset and another ExecStart=: none',
    { lines: [], dropIns: [['ExecStart=', 'ExecStart=/usr/bin/prog -d']] },
    [],
  ],
  [
    'User=%i where there is no instance',
    { lines: ['User=%i'] },
    ['instance-specifier-outside-template'],
  ],
  ['User=%i in a template: none', { lines: ['User=%i'], name: 'a@.service' }, []],
  ['a backslash at the end of a comment: none', { lines: ['# \\', alice, admin] }, []],
  ['X- keys and sections: none', { lines: ['X-Mine=1', '[X-Mine]', 'Any=thing'] }, []],
];

const devices: readonly Row[] = [
  [
    'r and w on two lines',
    { lines: [tun, alice, admin, 'DeviceAllow=/dev/net/tun r', 'DeviceAllow=/dev/net/tun w'] },
    ['device-rights-too-few'],
  ],
  [
    'r alone',
    { lines: [tun, alice, admin, 'DeviceAllow=/dev/net/tun r'] },
    ['device-rights-too-few'],
  ],
  [
    'rights in upper case',
    { lines: [tun, alice, admin, 'DeviceAllow=/dev/net/tun RW'] },
    ['device-rights-misspelt'],
  ],
  [
    '/dev/tun',
    { lines: [tun, alice, admin, 'DeviceAllow=/dev/tun rw'] },
    ['device-allow-without-device'],
  ],
  [
    'char-tun',
    { lines: [tun, alice, admin, 'DeviceAllow=char-tun rw'] },
    ['device-allow-without-device'],
  ],
  ['char-misc: none', { lines: [tun, alice, admin, 'DeviceAllow=char-misc rw'] }, []],
  ['/dev/char/10:200: none', { lines: [tun, alice, admin, 'DeviceAllow=/dev/char/10:200 rw'] }, []],
  [
    'no rights, which are all: none',
    { lines: [tun, alice, admin, 'DeviceAllow=/dev/net/tun'] },
    [],
  ],
  [
    'a closed policy',
    { lines: [tun, alice, admin, 'DevicePolicy=closed'] },
    ['device-policy-closes-tun'],
  ],
  [
    'a device allowed, and so the others closed',
    { lines: [tun, alice, admin, 'DeviceAllow=/dev/kvm rw'] },
    ['device-policy-closes-tun'],
  ],
  [
    'a strict policy without /dev/null',
    { lines: ['DevicePolicy=strict', 'DeviceAllow=/dev/net/tun rw'] },
    ['device-policy-without-null'],
  ],
  [
    'a strict policy that lists both: none',
    {
      lines: [
        tun,
        alice,
        admin,
        'DevicePolicy=strict',
        'DeviceAllow=/dev/null rw',
        'DeviceAllow=/dev/net/tun rw',
      ],
    },
    [],
  ],
  [
    'PrivateDevices=',
    { lines: [tun, alice, admin, 'PrivateDevices=yes'] },
    ['private-devices-hides-tun'],
  ],
  [
    'PrivateDevices= and a device allowed alone',
    { lines: [tun, alice, admin, 'PrivateDevices=yes', 'DeviceAllow=/dev/net/tun rw'] },
    ['private-devices-hides-tun'],
  ],
  [
    'PrivateDevices= and the device mounted alone',
    { lines: [tun, alice, admin, 'PrivateDevices=yes', 'BindPaths=/dev/net/tun'] },
    ['private-devices-hides-tun'],
  ],
  [
    'PrivateDevices= with both: none',
    {
      lines: [
        tun,
        alice,
        admin,
        'PrivateDevices=yes',
        'DeviceAllow=/dev/net/tun rw',
        'BindPaths=/dev/net/tun',
      ],
    },
    [],
  ],
  ['PrivateDevices= where nothing wants TUN: none', { lines: [alice, 'PrivateDevices=yes'] }, []],
  [
    'a file system over /dev',
    { lines: [tun, alice, admin, 'TemporaryFileSystem=/dev'] },
    ['tun-node-hidden'],
  ],
  [
    '/dev/net made inaccessible',
    { lines: [tun, alice, admin, 'InaccessiblePaths=/dev/net'] },
    ['tun-node-hidden'],
  ],
  ['/dev read-only: none', { lines: [tun, alice, admin, 'ReadOnlyPaths=/dev'] }, []],
  [
    'devices in a user manager',
    { lines: [tun, 'DeviceAllow=/dev/net/tun rw'], scope: 'user', ...granted },
    ['device-policy-in-user-unit'],
  ],
  ...[249, 251].map((version): Row => [
    `ProtectClock= of ${String(version)}`,
    { lines: [tun, alice, admin, 'ProtectClock=yes'], version },
    ['protect-clock-closes-tun'],
  ]),
  [
    'ProtectClock= of 252: none',
    { lines: [tun, alice, admin, 'ProtectClock=yes'], version: 252 },
    [],
  ],
  [
    'ProtectClock= of 249 with the device allowed: none',
    { lines: [tun, alice, admin, 'ProtectClock=yes', 'DeviceAllow=/dev/net/tun rw'], version: 249 },
    [],
  ],
];

const capabilities: readonly Row[] = [
  [
    'a bounding set alone',
    { lines: [tun, alice, 'CapabilityBoundingSet=CAP_NET_ADMIN'] },
    ['user-without-ambient-capabilities'],
  ],
  [
    'ambient outside of the bounding set',
    { lines: [tun, alice, admin, 'CapabilityBoundingSet=CAP_NET_RAW'] },
    ['ambient-outside-bounding-set'],
  ],
  [
    'root without it in the bounding set',
    { lines: [tun, 'CapabilityBoundingSet=CAP_NET_RAW'] },
    ['bounding-set-lacks-wanted'],
  ],
  ['noroot', { lines: [tun, 'SecureBits=noroot'] }, ['noroot-strips-root']],
  ['noroot with ambient capabilities: none', { lines: [tun, 'SecureBits=noroot', admin] }, []],
  [
    'keep-caps',
    { lines: [tun, alice, 'SecureBits=keep-caps', admin] },
    ['keep-caps-grants-nothing'],
  ],
  [
    'ambient for root',
    { lines: [admin, 'DeviceAllow=/dev/net/tun rw'] },
    ['ambient-redundant-for-root'],
  ],
  [
    'Group= without User=, which stays root: none',
    { lines: ['Group=bob', 'DeviceAllow=/dev/net/tun rw'] },
    [],
  ],
  ['DynamicUser= with ambient capabilities: none', { lines: [tun, 'DynamicUser=yes', admin] }, []],
  [
    'no_new_privs with ambient capabilities: none',
    { lines: [tun, alice, admin, 'NoNewPrivileges=yes'] },
    [],
  ],
  [
    'PermissionsStartOnly=',
    {
      lines: [
        alice,
        'PermissionsStartOnly=yes',
        'ExecStartPre=/usr/bin/prog',
        'ExecStart=/usr/bin/prog',
      ],
    },
    ['permissions-start-only'],
  ],
  ['!!', { lines: [alice, 'ExecStart=!!/usr/bin/prog', admin] }, ['double-exclamation-prefix']],
  ['| before 258', { lines: ['ExecStart=|/usr/bin/prog'] }, ['shell-prefix-of-newer-systemd']],
  [
    'a module that is loaded without CAP_SYS_MODULE',
    {
      lines: [
        'ExecStartPre=/sbin/modprobe tun',
        'ExecStart=/usr/bin/prog',
        'CapabilityBoundingSet=CAP_NET_ADMIN',
      ],
    },
    ['module-loaded-without-capability'],
  ],
  [
    'a module that a command with + loads: none',
    {
      lines: [
        'ExecStartPre=+-/sbin/modprobe tun',
        'ExecStart=/usr/bin/prog',
        'CapabilityBoundingSet=CAP_NET_ADMIN',
      ],
    },
    [],
  ],
];

const fileCapabilities: readonly Row[] = [
  [
    'outside of the bounding set',
    { lines: [tun, alice, 'CapabilityBoundingSet=CAP_NET_RAW'], ...granted },
    ['file-capability-outside-unit-bounding-set'],
  ],
  [
    'that clear ambient ones',
    { lines: [tun, alice, admin], fileCapabilities: 'cap_net_bind_service=ep' },
    ['file-capabilities-clear-ambient'],
  ],
  [
    'on a script',
    { lines: [tun, alice], ...granted, script: true },
    ['file-capabilities-on-unit-script'],
  ],
  [
    'on a nosuid mount',
    { lines: [tun, alice], ...granted, nosuid: true },
    ['program-on-nosuid-mount'],
  ],
  [
    'below a path that is mounted anew',
    {
      lines: [tun, alice, 'ProtectSystem=strict', 'NoNewPrivileges=yes', 'SecureBits=keep-caps'],
      ...granted,
    },
    ['keep-caps-grants-nothing', 'mounts-drop-file-capabilities'],
  ],
  [
    'with no_new_privs',
    { lines: [tun, alice, 'NoNewPrivileges=yes'], ...granted },
    ['no-new-privs-drops-file-capabilities'],
  ],
  [
    'with no_new_privs and a filter, since 255: none',
    {
      lines: [tun, alice, 'NoNewPrivileges=yes', 'RestrictRealtime=yes'],
      ...granted,
      version: 255,
    },
    [],
  ],
  [
    'with a filter up to 254',
    { lines: [tun, alice, 'RestrictRealtime=yes'], ...granted, version: 254 },
    ['filters-drop-file-capabilities'],
  ],
  [
    'with a filter since 255: none',
    { lines: [tun, alice, 'RestrictRealtime=yes'], ...granted, version: 255 },
    [],
  ],
  [
    'with a filter that forbids capset(2), since 255',
    { lines: [tun, alice, 'SystemCallFilter=~@privileged'], ...granted, version: 257 },
    ['filters-drop-file-capabilities'],
  ],
  [
    'with a filter in a user unit',
    { lines: [tun, 'LockPersonality=yes'], ...granted, scope: 'user' },
    ['filters-drop-file-capabilities'],
  ],
  [
    'with DynamicUser=',
    { lines: [tun, 'DynamicUser=yes'], ...granted },
    ['mounts-drop-file-capabilities'],
  ],
  [
    'that grant something else',
    { lines: [port, alice], ...granted },
    ['file-capabilities-lack-wanted'],
  ],
  [
    'that are not effective',
    { lines: [tun, alice], fileCapabilities: 'cap_net_admin=p' },
    ['program-raises-capabilities-itself'],
  ],
  ['alone: none', { lines: [tun, alice], ...granted }, []],
  ['in a user unit: none', { lines: [tun], ...granted, scope: 'user' }, []],
];

/** Of those that imply a user namespace in a user manager since 254, one of each kind. */
const implying = [
  ...['PrivateTmp=yes', 'ProtectHome=yes', 'ProtectSystem=yes', 'ProtectKernelTunables=yes'],
  ...['ProtectControlGroups=yes', 'PrivateMounts=yes', 'PrivateIPC=yes', 'BindPaths=/srv'],
  ...[
    'ReadWritePaths=/srv',
    'TemporaryFileSystem=/mnt',
    'MountAPIVFS=yes',
    'InaccessiblePaths=/srv',
  ],
];

const namespaces: readonly Row[] = [
  ...implying.flatMap((line): readonly Row[] => [
    [
      `${line} in a user unit since 254`,
      { lines: [tun, line], ...granted, scope: 'user', version: 257 },
      ['user-namespace-implied'],
    ],
  ]),
  [
    'PrivateTmp= in a user unit of 252: none',
    { lines: [tun, 'PrivateTmp=yes'], ...granted, scope: 'user', version: 252 },
    [],
  ],
  [
    'what implies none in a user unit: none',
    {
      lines: [tun, 'ProtectProc=invisible', 'UMask=0077', 'RuntimeDirectory=a'],
      ...granted,
      scope: 'user',
    },
    [],
  ],
  [
    'PrivateUsers=',
    { lines: [tun, alice, admin, 'PrivateUsers=yes'] },
    ['user-namespace-without-host-network'],
  ],
  [
    'PrivateUsers= and a port',
    { lines: [port, alice, 'AmbientCapabilities=CAP_NET_BIND_SERVICE', 'PrivateUsers=self'] },
    ['user-namespace-without-host-network'],
  ],
  [
    'PrivateUsers=identity before 257: none but the line',
    { lines: [tun, alice, admin, 'PrivateUsers=identity'], version: 252 },
    ['unit-line-not-read'],
  ],
  ['PrivateUsers=no: none', { lines: [tun, alice, admin, 'PrivateUsers=no'] }, []],
  [
    'PrivateNetwork=',
    { lines: [tun, alice, admin, 'PrivateNetwork=yes'] },
    ['private-network-isolates'],
  ],
  [
    'PrivateNetwork= in a user unit of 252, which stays outside',
    { lines: [tun, 'PrivateNetwork=yes'], ...granted, scope: 'user', version: 252 },
    ['network-namespace-not-made'],
  ],
  [
    'ConditionCapability= in a user unit',
    { lines: [], unitLines: ['ConditionCapability=CAP_NET_ADMIN'], scope: 'user' },
    ['condition-capability-in-user-unit'],
  ],
];

const filters: readonly Row[] = [
  [
    'netlink shut out',
    { lines: [netlink, alice, admin, 'RestrictAddressFamilies=AF_INET AF_INET6'] },
    ['address-family-shut-out'],
  ],
  [
    'packet sockets shut out',
    {
      lines: [packet, alice, 'AmbientCapabilities=CAP_NET_RAW', 'RestrictAddressFamilies=AF_INET'],
    },
    ['address-family-shut-out'],
  ],
  [
    'raw ICMP with AF_INET: none',
    { lines: [raw, alice, 'AmbientCapabilities=CAP_NET_RAW', 'RestrictAddressFamilies=AF_INET'] },
    [],
  ],
  [
    'TUN without AF_NETLINK, which gets no address',
    { lines: [tun, alice, admin, 'RestrictAddressFamilies=AF_INET'] },
    ['address-family-shut-out'],
  ],
  ['@system-service: none', { lines: [tun, alice, admin, 'SystemCallFilter=@system-service'] }, []],
  [
    '~@privileged with ambient capabilities: none',
    { lines: [tun, alice, admin, 'SystemCallFilter=~@privileged'] },
    [],
  ],
  ['~ioctl', { lines: [tun, alice, admin, 'SystemCallFilter=~ioctl'] }, ['system-call-refused']],
  [
    '~@network-io',
    { lines: [raw, alice, 'AmbientCapabilities=CAP_NET_RAW', 'SystemCallFilter=~@network-io'] },
    ['system-call-refused'],
  ],
  [
    'SocketBindDeny=any',
    { lines: [port, alice, 'AmbientCapabilities=CAP_NET_BIND_SERVICE', 'SocketBindDeny=any'] },
    ['socket-bind-denied'],
  ],
  [
    'SocketBindDeny=any but the port: none',
    {
      lines: [
        port,
        alice,
        'AmbientCapabilities=CAP_NET_BIND_SERVICE',
        'SocketBindDeny=any',
        'SocketBindAllow=tcp:80',
      ],
    },
    [],
  ],
  [
    'RestrictNamespaces= around pasta',
    {
      lines: [
        tun,
        'ExecStart=/usr/bin/pasta --config-net -- /usr/bin/prog',
        'RestrictNamespaces=yes',
      ],
      scope: 'user',
    },
    ['namespaces-restricted'],
  ],
];

const userManager: readonly Row[] = [
  [
    'AmbientCapabilities=',
    { lines: [tun, admin], scope: 'user' },
    ['ambient-capabilities-in-user-unit'],
  ],
  [
    'CapabilityBoundingSet=',
    { lines: ['CapabilityBoundingSet=CAP_NET_ADMIN'], scope: 'user' },
    ['bounding-set-in-user-unit'],
  ],
  ['SecureBits=', { lines: ['SecureBits=noroot'], scope: 'user' }, ['secure-bits-in-user-unit']],
  ['Group= of another', { lines: ['Group=bob'], scope: 'user' }, ['group-in-user-unit']],
  ['Group= of its own: none', { lines: ['Group=alice'], scope: 'user' }, []],
  [
    'SupplementaryGroups=',
    { lines: ['SupplementaryGroups=alice'], scope: 'user' },
    ['supplementary-groups-in-user-unit'],
  ],
  ['User= of another', { lines: ['User=bob'], scope: 'user' }, ['user-in-user-unit']],
  [
    'User= of its own up to 256',
    { lines: [alice], scope: 'user', version: 256 },
    ['user-in-user-unit'],
  ],
  ['User= of its own since 257: none', { lines: [alice], scope: 'user', version: 257 }, []],
  [
    'DynamicUser=',
    { lines: ['DynamicUser=yes'], scope: 'user', version: 252 },
    ['dynamic-user-in-user-unit'],
  ],
  [
    'PAMName= since 257',
    { lines: ['PAMName=login'], scope: 'user', version: 257 },
    ['pam-name-in-user-unit'],
  ],
  ['PAMName= up to 255: none', { lines: ['PAMName=login'], scope: 'user', version: 255 }, []],
  [
    'RootDirectory= up to 253',
    { lines: ['RootDirectory=/srv'], scope: 'user', version: 253 },
    ['sandbox-needs-privileges'],
  ],
  ...['PrivateDevices', 'ProtectKernelModules', 'ProtectKernelLogs', 'ProtectClock'].map(
    (key): Row => [
      `${key}= up to 253`,
      { lines: [`${key}=yes`], scope: 'user', version: 252 },
      ['protection-in-user-unit'],
    ],
  ),
  [
    'ids of everybody',
    { lines: ['PrivateUsers=identity'], scope: 'user' },
    ['user-namespace-not-made'],
  ],
  [
    'ambient of a manager that holds it: none',
    { lines: [tun, admin], scope: 'user', managerHolds: ['cap_net_admin'] },
    [],
  ],
  ...[255, 256].map((version): Row => [
    `ambient of a manager of ${String(version)} that holds it`,
    { lines: [tun, admin], scope: 'user', managerHolds: ['cap_net_admin'], version },
    ['ambient-lost-in-user-manager'],
  ]),
  [
    'nothing that would grant anything',
    { lines: [tun], scope: 'user' },
    ['user-service-without-capabilities'],
  ],
  ['nothing that it wants: none', { lines: [], scope: 'user' }, []],
  ...[
    'pasta --config-net -- /usr/bin/prog',
    'unshare -Urn /usr/bin/prog',
    'unshare --user --map-root-user --net -- /usr/bin/prog -x',
    'rootlesskit --net=slirp4netns /usr/bin/prog',
    'capwright run --sandbox -- /usr/bin/prog',
  ].map((command): Row => [
    `a program in namespaces of its own: none (${command})`,
    { lines: [tun, `ExecStart=/usr/bin/${command}`], scope: 'user' },
    [],
  ]),
  [
    'unshare(1) without a network namespace',
    { lines: [tun, 'ExecStart=/usr/bin/unshare -Ur /usr/bin/prog -n'], scope: 'user' },
    ['user-service-without-capabilities'],
  ],
];

describe.each([
  ['lists of capabilities and families', typos],
  ['lines', lines],
  ['devices', devices],
  ['capabilities', capabilities],
  ['file capabilities', fileCapabilities],
  ['namespaces', namespaces],
  ['filters', filters],
  ['a user manager', userManager],
])('%s', (_, rows) => {
  test.each(rows)('%s', (_trap, situation, rules) => {
    expect(rulesOn(situation)).toEqual(rules);
  });
});
