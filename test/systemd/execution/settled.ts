/** Units whose outcome is settled by hand: what is known of systemd, each line as one unit. */
import { isDeepStrictEqual } from 'node:util';
import type { Lab, Manager } from '../lab/lab.ts';
import { observe, reportSettings, type Observation, type UnitUnderTest } from './observe.ts';
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

export interface Settled {
  readonly manager: Manager;
  /** Lines of its `[Service]` section. */
  readonly settings: readonly string[];
  readonly program: ProgramName;
  /** The characters before the program’s path. */
  readonly prefix: string;
  /** What the unit is called; null where that does not matter. */
  readonly called: string | null;
  readonly outcome: (version: number) => Outcome;
}

/** What becomes of its command. */
export type Outcome =
  | { readonly load: string }
  | { readonly start: string }
  | { readonly net: 'manager' | 'own'; readonly verdicts: Verdicts };

type Verdicts = Readonly<Record<string, string>>;
type Rule = Outcome | ((version: number) => Outcome);

const refused: Verdicts = {
  'tun.create': 'EPERM',
  'socket.packet': 'EPERM',
  'socket.raw': 'EPERM',
  'bind.low-port': 'EACCES',
  'netlink.write': 'EPERM',
};

const groups = {
  admin: ['tun.create', 'netlink.write'],
  raw: ['socket.packet', 'socket.raw'],
  bind: ['bind.low-port'],
} as const;

type Group = keyof typeof groups;

/** It runs, may do these, and is refused the rest as one without capabilities is. */
function may(...allowed: readonly Group[]): Outcome {
  const entries = allowed.flatMap((group) =>
    groups[group].map((name) => [name, 'allowed'] as const),
  );
  return { net: 'manager', verdicts: { ...refused, ...Object.fromEntries(entries) } };
}

function but(outcome: Outcome, verdicts: Verdicts): Outcome {
  if (!('verdicts' in outcome)) throw new Error('it does not run');
  return { ...outcome, verdicts: { ...outcome.verdicts, ...verdicts } };
}

function apart(outcome: Outcome): Outcome {
  return { ...outcome, net: 'own' };
}

function from(version: number, then: Outcome, before: Outcome): Rule {
  return (running) => (running >= version ? then : before);
}

const everything = may('admin', 'raw', 'bind');
const nothing = may();
const only = (name: string): Outcome => ({ net: 'manager', verdicts: { 'tun.create': name } });
const noTun = (errno: string): Outcome => but(everything, { 'tun.create': errno });
const noLowPort = but(everything, { 'bind.low-port': 'EPERM' });
const fails = (start: string): Outcome => ({ start });
const badSetting: Outcome = { load: 'bad-setting' };

type Row = readonly [
  settings: string,
  outcome: Rule,
  program?: ProgramName,
  prefix?: string,
  called?: string,
];

/** Settings are separated by `; `. */
const system: readonly Row[] = [
  // Who it is.
  ['', everything],
  ['User=root', everything],
  ['Group=alice', everything],
  ['User=alice', nothing],
  ['User=alice; User=', everything],
  ['User="alice"', fails('217/USER')],
  ['User=alice # her', fails('217/USER')],
  ['User=nosuch', fails('217/USER')],
  ['User=%i', badSetting],
  ['Group=nosuch', fails('216/GROUP')],
  ['SupplementaryGroups=nosuch', fails('216/GROUP')],
  ['DynamicUser=yes', nothing],
  ['DynamicUser=yes; User=0', everything],
  ['DynamicUser=yes; User=0; Group=nosuch', everything],
  ['DynamicUser=yes; User=4000', nothing],
  ['DynamicUser=yes; User=tunners', fails('217/USER')],
  // The name is that of the unit, where it is one; root, and a group without a user, are known by it.
  ['DynamicUser=yes', everything, 'plain', '', 'root'],
  ['DynamicUser=yes', fails('217/USER'), 'plain', '', 'tunners'],
  ['DynamicUser=yes; User=bob', nothing, 'plain', '', 'strangers'],
  ['DynamicUser=yes', nothing, 'plain', '', 'with.dot'],
  ['DynamicUser=yes', nothing, 'plain', '', '1002'],
  ['DynamicUser=yes; User="alice"', fails('resources')],
  ['DynamicUser=yes; Group=alice # hers', fails('resources')],
  ['DynamicUser=yes; User=a.b', fails('resources'), 'plain', '+'],
  ['DynamicUser=yes; User=65534; Group=nobody', fails('217/USER')],
  ['User=65534; Group=nobody', fails('216/GROUP')],
  ['User=65534; Group=65534', nothing],
  ['PAMName=other; DynamicUser=yes', fails('224/PAM')],
  ['PAMName=other; DynamicUser=yes', everything, 'plain', '!'],
  ['PAMName=other; DynamicUser=yes; User=bob', nothing],
  // PAM does not find a number.
  ['PAMName=other; DynamicUser=yes; User=1000', fails('224/PAM')],
  ['PAMName=other; DynamicUser=yes; NetworkNamespacePath=/run/netns/nosuch', fails('225/NETWORK')],
  ['PrivatePIDs=yes; Type=forking', from(257, badSetting, everything)],
  // Of other settings such a value is ignored.
  ['DynamicUser=', badSetting],
  ['DynamicUser=maybe', badSetting],
  ['DynamicUser=yes; AmbientCapabilities=CAP_NET_ADMIN', may('admin')],
  ['DynamicUser=yes', nothing, 'all'],

  ['CPUSchedulingPolicy=fifo; IOSchedulingClass=realtime', everything],
  // A priority is for the real-time classes, which have none below 1.
  ['CPUSchedulingPriority=1', fails('214/SETSCHEDULER')],
  ['CPUSchedulingPriority=0', everything],
  ['CPUSchedulingPriority=0x0A', fails('214/SETSCHEDULER')],
  ['CPUSchedulingPriority=99', fails('214/SETSCHEDULER'), 'plain', '+'],
  ['CPUSchedulingPriority=100', everything],
  ['CPUSchedulingPriority=-1', everything],
  ['CPUSchedulingPriority=1; CPUSchedulingPriority=0', everything],
  ['CPUSchedulingPriority=1; CPUSchedulingPriority=', fails('214/SETSCHEDULER')],
  ['CPUSchedulingPriority=1; CPUSchedulingPolicy=', everything],
  ['CPUSchedulingPolicy=fifo; CPUSchedulingPriority=50', everything],
  ['CPUSchedulingPolicy=fifo; CPUSchedulingPriority=0', fails('214/SETSCHEDULER')],
  ['CPUSchedulingPriority=50; CPUSchedulingPolicy=rr', everything],
  ['CPUSchedulingPolicy=4', from(258, everything, fails('214/SETSCHEDULER'))],
  [
    'CPUSchedulingPolicy=4; CPUSchedulingPriority=5',
    from(258, everything, fails('214/SETSCHEDULER')),
  ],
  [
    'CPUSchedulingPriority=0; CPUSchedulingPolicy=4',
    from(258, everything, fails('214/SETSCHEDULER')),
  ],
  // The class that comes later brings the priority into its own range.
  ['CPUSchedulingPriority=50; CPUSchedulingPolicy=batch', everything],
  ['CPUSchedulingPolicy=batch; CPUSchedulingPriority=50', fails('214/SETSCHEDULER')],
  ['CPUSchedulingPolicy=fifo; CPUSchedulingPriority=0; CPUSchedulingPolicy=', everything],
  // Ambient and bounding set.
  ['User=alice; AmbientCapabilities=CAP_NET_ADMIN', may('admin')],
  ['PAMName=other; User=alice; AmbientCapabilities=CAP_NET_ADMIN', may('admin')],
  ['PAMName=nosuch; User=alice', nothing],
  ['User=alice; AmbientCapabilities=cap_net_admin 13', may('admin', 'raw')],
  ['User=alice; CapabilityBoundingSet=CAP_NET_ADMIN', nothing],
  [
    'User=alice; AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW; CapabilityBoundingSet=CAP_NET_RAW',
    may('raw'),
  ],
  ['User=alice; AmbientCapabilities=CAP_NET_ADMIN,CAP_NET_RAW', nothing],
  ['User=alice; AmbientCapabilities="CAP_NET_ADMIN CAP_NET_RAW"', nothing],
  ['User=alice; AmbientCapabilities="CAP_NET_ADMIN" CAP_NET_RAW', may('admin', 'raw')],
  ['User=alice; AmbientCapabilities=CAP_NET_ADMIN # for the device', may('admin')],
  ['User=alice; AmbientCapabilities=net_admin', nothing],
  ['User=alice; AmbientCapabilities=CAP_NET_ADMIN+ep', nothing],
  ['User=alice; AmbientCapabilities=CAP_NET_ADMIN; NoNewPrivileges=false', may('admin')],
  [
    'User=alice; AmbientCapabilities=CAP_NET_ADMIN; AmbientCapabilities=CAP_NET_RAW',
    may('admin', 'raw'),
  ],
  ['User=alice; AmbientCapabilities=CAP_NET_ADMIN; AmbientCapabilities=', nothing],
  ['User=alice; AmbientCapabilities=~CAP_NET_ADMIN', may('raw', 'bind')],
  ['User=alice; AmbientCapabilities=CAP_NET_ADMIN ~CAP_NET_RAW', may('admin')],
  ['CapabilityBoundingSet=CAP_NET_ADMN', nothing],
  ['CapabilityBoundingSet=CAP_NET_ADMIN,CAP_NET_RAW', nothing],
  ['CapabilityBoundingSet=CAP_NET_RAW; CapabilityBoundingSet=CAP_NET_ADMN', nothing],
  ['CapabilityBoundingSet=CAP_NET_RAW; CapabilityBoundingSet=CAP_NET_ADMIN', may('admin', 'raw')],
  ['CapabilityBoundingSet=~CAP_NET_ADMIN', may('raw', 'bind')],
  ['CapabilityBoundingSet=~CAP_NET_ADMN', everything],
  ['CapabilityBoundingSet=~; CapabilityBoundingSet=CAP_NET_RAW', from(262, everything, may('raw'))],
  ['Capabilities=cap_net_raw+ep', everything],
  ['SecureBits=noroot', nothing],
  ['SecureBits=keep-caps; User=alice', nothing],
  ['SecureBits=noroot; AmbientCapabilities=CAP_NET_RAW', may('raw')],

  // File capabilities.
  ['User=alice', everything, 'all'],
  ['User=alice', nothing, 'permitted'],
  ['User=alice', nothing, 'nosuid'],
  ['User=alice', nothing, 'script'],
  ['User=alice; AmbientCapabilities=CAP_NET_RAW', may('raw'), 'script'],
  ['User=alice', may('admin'), 'scriptOfCapable'],
  ['User=alice', everything, 'setuid'],
  ['User=alice; CapabilityBoundingSet=CAP_NET_RAW', fails('203/EXEC'), 'all'],
  ['CapabilityBoundingSet=CAP_NET_RAW', fails('203/EXEC'), 'all'],
  ['User=alice; CapabilityBoundingSet=CAP_NET_RAW', nothing, 'permitted'],
  ['User=alice; AmbientCapabilities=CAP_NET_ADMIN', may('bind'), 'bind'],
  ['User=alice; AmbientCapabilities=CAP_NET_ADMIN', may('admin'), 'inheritable'],
  ['CapabilityBoundingSet=CAP_NET_RAW CAP_NET_BIND_SERVICE', may('raw', 'bind'), 'bind'],

  // no_new_privs.
  ['NoNewPrivileges=yes', everything],
  ['User=alice; NoNewPrivileges=yes', nothing, 'all'],
  ['User=alice; NoNewPrivileges=yes', nothing, 'setuid'],
  ['User=alice; NoNewPrivileges=yes; NoNewPrivileges=', nothing, 'all'],
  ['User=alice; NoNewPrivileges=yes # really', everything, 'all'],
  ['User=alice; NoNewPrivileges=yes; AmbientCapabilities=CAP_NET_ADMIN', may('admin')],
  ['User=alice; NoNewPrivileges=yes; AmbientCapabilities=CAP_CHOWN', everything, 'all'],
  ['User=alice; LockPersonality=yes', from(255, everything, nothing), 'all'],
  ['User=alice; RestrictRealtime=yes; NoNewPrivileges=yes', from(255, everything, nothing), 'all'],
  ['User=alice; SystemCallFilter=~@privileged', nothing, 'all'],
  [
    'User=alice; SystemCallFilter=~ioctl @resources; SystemCallFilter=@system-service',
    everything,
    'all',
  ],
  ['User=alice; PrivateTmp=yes', everything, 'all'],
  [
    'User=alice; NoNewPrivileges=yes; ProtectSystem=strict; AmbientCapabilities=CAP_NET_ADMIN',
    may('admin'),
    'bind',
  ],

  // Device nodes.
  ['PrivateDevices=yes', noTun('ENOENT')],
  ['PrivateDevices=yes; DeviceAllow=/dev/net/tun rw', noTun('ENOENT')],
  ['PrivateDevices=yes; BindPaths=/dev/net/tun', noTun('EPERM')],
  ['PrivateDevices=yes; BindPaths=/dev/net/tun; DeviceAllow=/dev/net/tun rw', everything],
  ['PrivateDevices=yes; BindReadOnlyPaths=/dev/net/tun; DeviceAllow=/dev/net/tun rw', everything],
  ['DevicePolicy=closed', noTun('EPERM')],
  ['DevicePolicy=closed; DevicePolicy=', noTun('EPERM')],
  ['DevicePolicy=closed; DeviceAllow=/dev/net/tun rw', everything],
  ['DeviceAllow=/dev/net/tun r; DeviceAllow=/dev/net/tun w', noTun('EPERM')],
  ['DeviceAllow=/dev/net/tun RW; DevicePolicy=closed', noTun('EPERM')],
  ['DeviceAllow=/dev/net/tun', everything],
  ['DeviceAllow=char-misc rw', everything],
  ['DeviceAllow=char-tun rw', noTun('EPERM')],
  ['DeviceAllow=/dev/tun rw', noTun('EPERM')],
  ['DeviceAllow=/dev/tun rw; DeviceAllow=', everything],
  ['DevicePolicy=strict', fails('208/STDIN')],
  ['DevicePolicy=strict; DeviceAllow=/dev/null rw', noTun('EPERM')],
  ['ProtectClock=yes', everything],
  ['TemporaryFileSystem=/dev', noTun('ENOENT')],
  ['InaccessiblePaths=/dev/net', noTun('ENOENT')],
  ['InaccessiblePaths=/dev/net/tun', noTun('ENXIO')],
  ['User=alice; InaccessiblePaths=/dev/net', but(nothing, { 'tun.create': 'EACCES' })],
  ['ReadOnlyPaths=/dev', everything],
  ['NoExecPaths=/', fails('203/EXEC')],
  ['NoExecPaths=/; ExecPaths=/opt', everything],
  // The interpreter of a script is opened to be executed too.
  [`NoExecPaths=/; ExecPaths=${programs.script.path}`, fails('203/EXEC'), 'script'],
  [`NoExecPaths=/; ExecPaths=${programs.script.path} ${programs.plain.path}`, everything, 'script'],

  // A root of its own: with the machine’s /dev, where MountAPIVFS= is not off. Only what is written with + is below it.
  [`RootDirectory=${otherRoot}`, everything],
  [`RootDirectory=${otherRoot}`, fails('203/EXEC'), 'linked'],
  // The interpreter is the one in the root.
  [`RootDirectory=${otherRoot}; User=alice`, nothing, 'scriptOfCapable'],
  [`RootDirectory=${otherRoot}`, fails('203/EXEC'), 'scriptOfLinked'],
  [`RootDirectory=${otherRoot}; BindPaths=/opt/witness:/srv/link`, everything, 'scriptOfLinked'],
  ['InaccessiblePaths=/srv', fails('203/EXEC'), 'scriptOfLinked'],
  [`RootDirectory=${otherRoot}; MountAPIVFS=no`, fails('203/EXEC'), 'linked'],
  [`RootDirectory=${otherRoot}; MountAPIVFS=no; TemporaryFileSystem=/opt`, fails('203/EXEC')],
  [`RootDirectory=${otherRoot}; TemporaryFileSystem=/dev`, everything],
  [`RootDirectory=${otherRoot}; PrivateDevices=yes`, noTun('ENOENT')],
  [`RootDirectory=${otherRoot}; InaccessiblePaths=/opt`, everything],
  [`RootDirectory=${otherRoot}; InaccessiblePaths=+/opt`, fails('203/EXEC')],
  [`RootDirectory=${otherRoot}; InaccessiblePaths=${otherRoot}/opt`, fails('203/EXEC')],
  [`RootDirectory=${otherRoot}; ReadOnlyPaths=/nosuch`, everything],
  [`RootDirectory=${otherRoot}; ReadOnlyPaths=+/nosuch`, fails('226/NAMESPACE')],
  [`RootDirectory=${otherRoot}; BindPaths=/nosuch:/mnt`, fails('226/NAMESPACE')],
  [`RootDirectory=${otherRoot}; WorkingDirectory=/home/alice`, fails('200/CHDIR')],
  [`RootDirectory=${otherRoot}; User=alice`, everything, 'all'],
  [
    `RootDirectory=${otherRoot}; MountAPIVFS=no; PrivateTmp=yes; PrivateUsers=yes`,
    fails('217/USER'),
  ],
  [
    `RootDirectory=${otherRoot}; MountAPIVFS=no; PrivateTmp=yes; ProtectHostname=yes`,
    fails('226/NAMESPACE'),
  ],
  ['RootDirectory=/nosuch', fails('226/NAMESPACE')],
  ['RootDirectory=/nosuch; MountAPIVFS=no', from(258, fails('226/NAMESPACE'), fails('210/CHROOT'))],
  ['RootDirectory=/; MountFlags=private', from(254, everything, fails('226/NAMESPACE'))],

  // Symbolic links: mounts are made where they lead, and the program is where they lead.
  [`NoExecPaths=/; ExecPaths=${linkToBinaries}`, everything],
  [`NoExecPaths=${linkToBinaries}`, fails('203/EXEC')],
  ['NoExecPaths=/; ExecPaths=/opt', everything, 'linked'],
  ['NoExecPaths=/srv', everything, 'linked'],
  ['NoExecPaths=/opt', fails('203/EXEC'), 'linked'],
  ['InaccessiblePaths=/opt', fails('203/EXEC'), 'linked'],
  ['InaccessiblePaths=/srv', fails('203/EXEC'), 'linked'],
  [`InaccessiblePaths=${linkToBinaries}`, fails('203/EXEC')],
  [`TemporaryFileSystem=/srv; InaccessiblePaths=${linkToBinaries}`, fails('226/NAMESPACE')],
  [`TemporaryFileSystem=/srv; InaccessiblePaths=-${linkToBinaries}`, everything],
  ['BindPaths=/srv:/mnt', everything, 'linked'],
  // Its own /dev lies over the one that the node is bound from.
  ['PrivateDevices=yes; BindPaths=/dev/net/tun; RootDirectory=/', fails('226/NAMESPACE')],

  // Where it begins: as its user, none of whose capabilities is effective yet.
  ['WorkingDirectory=/nosuch', fails('200/CHDIR')],
  ['WorkingDirectory=-/nosuch', everything],
  ['WorkingDirectory=/nosuch; InaccessiblePaths=-/nosuch', fails('200/CHDIR')],
  ['WorkingDirectory=/nosuch', fails('200/CHDIR'), 'plain', '+'],
  ['WorkingDirectory=/nosuch; InaccessiblePaths=/opt', fails('203/EXEC')],
  [`WorkingDirectory=${closedFolder}`, everything],
  [`WorkingDirectory=${closedFolder}; User=alice`, fails('200/CHDIR')],
  [`WorkingDirectory=-${closedFolder}; User=alice`, nothing],
  [`WorkingDirectory=${closedFolder}; User=alice`, everything, 'plain', '!'],
  [
    `WorkingDirectory=${closedFolder}; User=alice; AmbientCapabilities=CAP_DAC_OVERRIDE`,
    fails('200/CHDIR'),
  ],
  ['WorkingDirectory=~; User=alice', nothing],
  ['WorkingDirectory=~; User=alice; ProtectHome=yes', fails('200/CHDIR')],
  ['WorkingDirectory=/home/alice; ProtectHome=tmpfs', fails('200/CHDIR')],
  ['WorkingDirectory=/home; ProtectHome=yes', everything],
  ['WorkingDirectory=~; DynamicUser=yes', from(257, badSetting, fails('200/CHDIR'))],
  ['WorkingDirectory=~; DynamicUser=yes', from(257, badSetting, everything), 'plain', '+'],

  // Namespaces.
  ['PrivateUsers=yes', nothing],
  [
    'RootDirectory=/; PrivateUsers=yes; ReadOnlyPaths=/mnt',
    (version) =>
      version >= 258 ? fails('217/USER') : version >= 255 ? nothing : fails('226/NAMESPACE'),
  ],
  [
    'PrivateUsers=yes; DelegateNamespaces=net; ReadOnlyPaths=/',
    from(258, nothing, fails('217/USER')),
  ],
  ['DynamicUser=yes; WorkingDirectory=-~', (version) => (version >= 257 ? badSetting : nothing)],
  ['PrivateUsers=identity', from(257, nothing, everything)],
  ['PrivateUsers=maybe', everything],
  ['PrivateUsers=yes; PrivateNetwork=yes', apart(nothing)],
  [
    'PrivateUsers=yes; PrivateNetwork=yes; DelegateNamespaces=net',
    from(258, apart(everything), apart(nothing)),
  ],
  ['DelegateNamespaces=net', from(258, nothing, everything)],
  ['PrivateNetwork=yes', apart(everything)],
  [`NetworkNamespacePath=${otherNetwork}`, apart(everything)],
  ['NetworkNamespacePath=/run/netns/nosuch', fails('225/NETWORK')],
  ['NetworkNamespace=private', everything],
  ['RestrictNamespaces=yes', everything],
  ['NetworkNamespacePath=/srv', fails('225/NETWORK')],
  ['NetworkNamespacePath=/etc/passwd', fails('225/NETWORK')],
  [`NetworkNamespacePath=${otherIpc}`, fails('225/NETWORK')],
  [`IPCNamespacePath=${otherNetwork}`, from(253, fails('226/NAMESPACE'), everything)],
  [`IPCNamespacePath=${otherIpc}`, everything],
  ['IPCNamespacePath=/run/ipc-nosuch', from(253, fails('226/NAMESPACE'), everything)],
  ['IPCNamespacePath=/run/ipc-nosuch; PrivateTmp=yes', fails('226/NAMESPACE')],
  ['LogNamespace=mine', everything],
  ['UserNamespacePath=/run/user-nosuch', from(258, fails('226/NAMESPACE'), everything)],
  [`UserNamespacePath=${otherUsers}`, from(258, nothing, everything)],
  [`UserNamespacePath=${otherUsers}; User=alice`, nothing],
  [`UserNamespacePath=${otherUsers}; ReadOnlyPaths=/`, from(258, nothing, everything)],
  [`UserNamespacePath=${otherUsers}`, everything, 'plain', '+'],
  [
    `UserNamespacePath=${otherUsers}; PrivateNetwork=yes; DelegateNamespaces=net`,
    apart(everything),
  ],
  [`UserNamespacePath=${otherIpc}`, from(258, fails('226/NAMESPACE'), everything)],
  ['UserNamespacePath=/run/user-nosuch; PrivateUsers=yes', from(258, badSetting, nothing)],

  // Debian’s 252 is built without it.
  ['SocketBindDeny=any', from(257, noLowPort, everything)],
  ['SocketBindDeny=ipv4:any', from(257, noLowPort, everything)],
  ['SocketBindDeny=ipv4:tcp:1-1023', from(257, noLowPort, everything)],
  ['SocketBindDeny=1-1023', from(257, noLowPort, everything)],
  ['SocketBindDeny=ipv6', everything],
  ['SocketBindDeny=any; SocketBindAllow=tcp:1-1023', everything],
  // A line is one rule: these are none.
  ['SocketBindDeny=any any', everything],
  ['SocketBindDeny=any tcp:80', everything],
  ['SocketBindDeny=tcp:', everything],
  ['SocketBindDeny=0-90', everything],
  ['SocketBindDeny="any"', everything],

  // System call filters.
  [
    'RestrictAddressFamilies=AF_INET',
    but(everything, { 'socket.packet': 'EAFNOSUPPORT', 'netlink.write': 'EAFNOSUPPORT' }),
  ],
  ['RestrictAddressFamilies=~AF_NETLINK', but(everything, { 'netlink.write': 'EAFNOSUPPORT' })],
  [
    'RestrictAddressFamilies=AF_FOO',
    but(everything, {
      ...{ 'socket.packet': 'EAFNOSUPPORT', 'socket.raw': 'EAFNOSUPPORT' },
      ...{ 'bind.low-port': 'EAFNOSUPPORT', 'netlink.write': 'EAFNOSUPPORT' },
    }),
  ],
  ['SystemCallFilter=@system-service', everything],
  ['SystemCallFilter=~@resources', everything],
  ['SystemCallFilter=~ioctl', only('SIGSYS')],
  [
    'SystemCallFilter=~@network-io',
    { net: 'manager', verdicts: { 'tun.create': 'allowed', 'socket.packet': 'SIGSYS' } },
  ],
  ['SystemCallFilter=@network-io', fails('31/SYS')],

  // No effect.
  ['ProtectKernelModules=yes', everything],
  ['KeyringMode=shared; SystemCallFilter=~keyctl', everything],
  ['Delegate=yes; DelegateSubgroup=sub; ProtectControlGroups=yes', everything],
  ['ProtectSystem=strict; ProtectHome=yes; PrivateTmp=yes; ProtectControlGroups=yes', everything],

  // Prefixes.
  ['User=alice', everything, 'plain', '+'],
  ['User=alice; DevicePolicy=closed', noTun('EPERM'), 'plain', '+'],
  ['PrivateDevices=yes', noTun('EPERM'), 'plain', '+'],
  ['User=alice; CapabilityBoundingSet=CAP_NET_RAW', may('raw'), 'plain', '!'],
  ['User=alice; CapabilityBoundingSet=CAP_NET_RAW', everything, 'plain', '+'],
  ['User=alice; AmbientCapabilities=CAP_NET_ADMIN; SecureBits=noroot', may('admin'), 'plain', '!'],
  ['User=alice; PrivateDevices=yes', noTun('ENOENT'), 'plain', '!'],
  ['DynamicUser=yes', everything, 'plain', '+'],
  ['User=alice', nothing, 'plain', '!!'],
  ['User=alice', nothing, 'plain', '-:'],
  ['', from(258, everything, badSetting), 'plain', '|'],
  ['', from(258, everything, badSetting), 'plain', '-|'],
];

const user: readonly Row[] = [
  ['', nothing],
  ['', everything, 'all'],
  ['', nothing, 'nosuid'],

  ['AmbientCapabilities=CAP_NET_ADMIN', fails('218/CAPABILITIES')],
  ['AmbientCapabilities=CAP_NET_ADMN', nothing],
  ['CapabilityBoundingSet=CAP_NET_ADMIN', fails('218/CAPABILITIES')],
  ['CapabilityBoundingSet=~', everything, 'all'],
  [
    'AmbientCapabilities=CAP_NET_ADMIN; PrivateTmp=yes',
    from(254, nothing, fails('218/CAPABILITIES')),
  ],
  ['SecureBits=noroot', fails('213/SECUREBITS')],
  ['SecureBits=noroot; WorkingDirectory=/nosuch', fails('200/CHDIR')],
  ['AmbientCapabilities=CAP_NET_ADMIN; WorkingDirectory=/nosuch', fails('218/CAPABILITIES')],
  [`WorkingDirectory=${closedFolder}`, fails('200/CHDIR')],
  ['WorkingDirectory=~; ProtectHome=yes', from(254, fails('200/CHDIR'), everything), 'all'],
  ['NoExecPaths=/opt', from(254, fails('203/EXEC'), nothing), 'linked'],

  ['User=alice', from(257, everything, fails('216/GROUP')), 'all'],
  ['User=root', fails('216/GROUP')],
  ['User=nosuch', fails('217/USER')],
  ['User=%i', badSetting],
  ['Group=alice', everything, 'all'],
  ['Group=tunners', fails('216/GROUP')],
  ['SupplementaryGroups=tunners', fails('216/GROUP')],
  ['PAMName=other', from(257, fails('216/GROUP'), everything), 'all'],
  ['PAMName=other; User=alice', fails('216/GROUP')],
  ['PAMName=other; PrivateTmp=yes', from(257, fails('216/GROUP'), everything), 'all'],
  ['PAMName=', everything, 'all'],
  ['PAMName=other', everything, 'all', '+'],
  ['DynamicUser=yes', from(256, badSetting, fails('217/USER'))],
  ['DynamicUser=yes; User="alice"', from(256, badSetting, fails('resources'))],

  [`UserNamespacePath=${otherUsers}`, from(258, fails('217/USER'), everything), 'all'],
  [`UserNamespacePath=${otherUsers}`, everything, 'all', '+'],
  [`UserNamespacePath=${otherIpc}`, from(258, fails('226/NAMESPACE'), everything), 'all', '+'],

  // A user namespace that nobody asked for.
  ['PrivateUsers=yes', nothing, 'all'],
  ['PrivateTmp=yes', from(254, nothing, everything), 'all'],
  ['PrivateTmp=yes', everything, 'all', '+'],
  ['AmbientCapabilities=CAP_NET_ADMIN', nothing, 'plain', '+'],
  ['ProtectSystem=yes', from(254, nothing, everything), 'all'],
  ['ProtectHome=yes', from(254, nothing, everything), 'all'],
  [
    'PrivateDevices=yes',
    from(254, but(nothing, { 'tun.create': 'ENOENT' }), fails('218/CAPABILITIES')),
    'all',
  ],
  ['ProtectClock=yes', from(254, nothing, fails('218/CAPABILITIES')), 'all'],
  ['RestrictNamespaces=yes', nothing, 'all'],
  ['LockPersonality=yes', nothing, 'all'],
  ['NoNewPrivileges=yes', nothing, 'all'],
  ['PrivateNetwork=yes', from(254, apart(everything), everything), 'all'],
  [
    'PrivateNetwork=yes; AmbientCapabilities=CAP_NET_ADMIN',
    from(254, apart(may('admin')), fails('218/CAPABILITIES')),
  ],
  ['PrivateNetwork=yes; PrivateUsers=yes; AmbientCapabilities=CAP_NET_ADMIN', apart(may('admin'))],
  // It stays in the manager’s network namespace.
  [`NetworkNamespacePath=${otherNetwork}`, from(254, nothing, everything), 'all'],
  ['RootDirectory=/', from(254, nothing, fails('210/CHROOT')), 'all'],
  [
    'RootDirectory=/; StateDirectory=%N; MountAPIVFS=no',
    from(254, nothing, fails('226/NAMESPACE')),
    'all',
  ],
  [
    `RootDirectory=${otherRoot}; RuntimeDirectory=%N`,
    from(254, nothing, fails('226/NAMESPACE')),
    'all',
  ],
  // It may not make /run/host.
  ['RootDirectory=/; MountAPIVFS=yes', fails('226/NAMESPACE')],
  [`RootDirectory=${otherRoot}`, from(254, fails('203/EXEC'), fails('226/NAMESPACE')), 'linked'],
  [
    `RootDirectory=${otherRoot}; MountAPIVFS=no`,
    from(254, fails('203/EXEC'), fails('210/CHROOT')),
    'linked',
  ],
  [`RootDirectory=${otherRoot}`, from(254, nothing, fails('226/NAMESPACE')), 'all'],
  [`IPCNamespacePath=${otherIpc}`, from(254, fails('226/NAMESPACE'), everything), 'all'],
  [`IPCNamespacePath=${otherIpc}`, everything, 'all', '+'],
  ['LogNamespace=mine', fails('226/NAMESPACE')],
  ['BindPaths=/opt:/mnt', from(254, nothing, fails('226/NAMESPACE')), 'all'],
  ['TemporaryFileSystem=/mnt', from(254, nothing, fails('226/NAMESPACE')), 'all'],
  [
    'RestrictAddressFamilies=AF_INET',
    but(nothing, { 'socket.packet': 'EAFNOSUPPORT', 'netlink.write': 'EAFNOSUPPORT' }),
    'all',
  ],

  // No effect.
  ['DevicePolicy=closed', everything, 'all'],
  ['DeviceAllow=/dev/null rw', everything, 'all'],
  ['ProtectProc=invisible', everything, 'all'],
  ['UMask=0077', everything, 'all'],
  ['MountFlags=slave', everything, 'all'],
  ['KeyringMode=shared', everything, 'all'],
  ['KeyringMode=shared; User=root', fails('237/KEYRING')],
  ...['fifo', 'rr', '1', '2'].map((policy): Row => [
    `CPUSchedulingPolicy=${policy}`,
    fails('214/SETSCHEDULER'),
  ]),
  ['CPUSchedulingPolicy=fifo; LimitRTPRIO=50', fails('214/SETSCHEDULER')],
  ['CPUSchedulingPolicy=fifo', fails('214/SETSCHEDULER'), 'plain', '+'],
  ['CPUSchedulingPolicy=fifo; Delegate=; User=root', fails('214/SETSCHEDULER')],
  ['CPUSchedulingPolicy=fifo; CPUSchedulingPolicy=batch', everything, 'all'],
  ['CPUSchedulingPolicy=nosuch', everything, 'all'],
  ['CPUSchedulingPolicy=fifo; CPUSchedulingPolicy=', everything, 'all'],
  ['CPUSchedulingPriority=1', fails('214/SETSCHEDULER')],
  ['ProtectHostname=private:here', from(258, nothing, everything), 'all'],
  ['ProtectHostname=yes:here', from(258, nothing, everything), 'all'],
  ['ProtectHostname=no:here', everything, 'all'],
  ['ProtectHostname=private:', everything, 'all'],
  ['ProtectHostname=private:%H', from(258, nothing, everything), 'all'],
  ['ProtectHostname=private:a b', everything, 'all'],
  ['ProtectHostname=:here', everything, 'all'],
  ['IOSchedulingClass=realtime', fails('211/IOPRIO')],
  ['IOSchedulingClass=1', fails('211/IOPRIO')],
  ['IOSchedulingClass=idle; Nice=-5; OOMScoreAdjust=-500', everything, 'all'],
  ['Delegate=; User=root', fails('219/CGROUP')],
  ['Delegate=cpu; Group=strangers', from(254, fails('219/CGROUP'), fails('216/GROUP'))],
  ['Delegate=; Group=tunners', fails('216/GROUP')],
  ['PAMName=other; User=root', fails('224/PAM')],
  ['PAMName=other; User=root; PrivateTmp=yes', fails('224/PAM')],
  ['Delegate=yes; DelegateSubgroup=sub', everything, 'all'],
];

/** Every one of them, for both managers. */
export const settled: readonly Settled[] = [
  ...system.map((row) => settledOf('system', row)),
  ...user.map((row) => settledOf('user', row)),
];

/** Has the lab start all of them. Outcomes are in the same order, told as far as `outcome` tells them. */
export async function observeSettled(lab: Lab): Promise<readonly Outcome[]> {
  const observed = await observe(lab, settled.map(unitOf));
  return observed.map(outcomeOf);
}

/** A line for each of them that is not as it should be. */
export async function findUnsettled(lab: Lab): Promise<readonly string[]> {
  const observed = await observeSettled(lab);
  return settled.flatMap((each, index) => {
    const expected = each.outcome(lab.version);
    if (isDeepStrictEqual(observed[index], expected)) return [];
    const [was, should] = [observed[index], expected].map((outcome) => JSON.stringify(outcome));
    return [`${describeSettled(each)}\n  is:     ${was}\n  should: ${should}`];
  });
}

export function describeSettled({ manager, settings, program, prefix, called }: Settled): string {
  const name = called === null ? '' : `${called}.service: `;
  return `${manager}: ${name}${settings.join('; ')} (${prefix}${program})`;
}

function settledOf(manager: Manager, row: Row): Settled {
  const [text, rule, program = 'plain', prefix = '', called = null] = row;
  const settings = text === '' ? [] : text.split('; ');
  const outcome = typeof rule === 'function' ? rule : () => rule;
  return { manager, settings, program, prefix, called, outcome };
}

function unitOf(
  { manager, settings, program, prefix, called }: Settled,
  index: number,
): UnitUnderTest {
  const name = `${called ?? `settled-${index}`}.service`;
  const command = `ExecStart=${prefix}${programs[program].path} start`;
  const text = ['[Service]', ...reportSettings(name), ...settings, command, ''].join('\n');
  return { manager, name, files: [{ path: `${folders[manager]}/${name}`, kind: 'file', text }] };
}

const folders: Readonly<Record<Manager, string>> = {
  system: '/etc/systemd/system',
  user: '/home/alice/.config/systemd/user',
};

function outcomeOf({ load, commands: [command] }: Observation): Outcome {
  if (load !== 'loaded' || command === undefined) return { load };
  if (command.start === null) throw new Error('a command that is loaded was not reached');
  if (command.start !== 'ok') return { start: command.start };
  if (command.namespaces === null) throw new Error('it does not see in which namespaces it is');
  return { net: command.namespaces.net, verdicts: command.verdicts };
}
