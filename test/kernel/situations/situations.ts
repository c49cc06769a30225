import {
  busyDevice,
  nodevMount,
  noNode,
  otherNode,
  persistentDevice,
  type Surround,
} from './surroundings.ts';
import type { Bench } from './bench.ts';
import {
  deviceCgroupMissing,
  deviceCgroupWithoutTun,
  shellInDeviceCgroup,
} from './deviceCgroup.ts';
import { rootShell, shell, shellUnder, type Launcher } from './launchers.ts';
import { allowed, refused, type Observation } from './observation.ts';
import {
  chainOfScripts,
  copyOf,
  file,
  fixture,
  linkTo,
  madeBy,
  patched,
  placed,
  rawCapabilityMissing,
  scriptAround,
  scriptFor,
  throughOtherMountNamespace,
  withCapabilitiesOfOwnNamespace,
  withRawCapability,
  type Prepare,
} from './programs.ts';
import {
  byCapableParent,
  byParentWithAmbient,
  directly,
  inSandbox,
  underGdb,
  underGdbWithoutBreakpoint,
  underStrace,
  withAmbient,
  withAmbientUnderGdb,
  withAmbientUnderStrace,
  type Start,
} from './starts.ts';

/** A program that wants a TUN device, the way it is started, and what the kernel does with it. */
export interface Situation {
  readonly name: string;
  readonly program: Prepare;
  /** Whether the program's language cannot matter, because it is never run or always the same. */
  readonly anyLanguage?: true;
  /** Changes the space before the program is placed. */
  readonly surroundings?: Surround;
  /** The process from which it is started, and at whose vantage the question is asked. */
  readonly launcher: Launcher;
  readonly start: Start;
  /** The device that the program names; without one it creates any. */
  readonly device?: string;
  /** Whether it asks for a TAP device. */
  readonly tap?: true;
  /** Repairs that cannot help this program, and why. */
  readonly useless?: Readonly<Record<string, string>>;
  /** What the kernel does. */
  readonly observed: Observation;
  /** What other kernels do instead, and which. */
  readonly elsewhere?: { readonly observed: Observation; readonly kernels: string };
  /** Why the situation cannot be made here; null where it can. */
  readonly missing?: (bench: Bench) => Promise<string | null> | string | null;
  /** What a check cannot see here, so that it may say `unknown`. */
  readonly unseen?: string;
  /** The same, for a check that the developer makes from another shell than the launcher. */
  readonly unseenFromOutside?: string;
  /** Why a check does not even take the question. */
  readonly unasked?: string;
}

const netAdmin = { capabilities: 'cap_net_admin+ep' };
const createRefused = refused('ioctl', 'EPERM');

const namesNoDevice = { 'own-tun-device': 'it cannot be told to name a device' };
const namespacesOfPrivileged =
  'the namespaces of a process that holds more capabilities than the one that asks';
const deviceCgroupOfOthers = 'what the device cgroup of another process forbids';

export const situations: readonly Situation[] = [
  // What the program's file grants.
  {
    name: 'no capability',
    program: placed(),
    launcher: shell(),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'cap_net_admin+ep',
    program: placed(netAdmin),
    launcher: shell(),
    start: directly,
    observed: allowed,
  },
  {
    name: 'cap_net_admin+eip',
    program: placed({ capabilities: 'cap_net_admin+eip' }),
    launcher: shell(),
    start: directly,
    observed: allowed,
  },
  {
    name: 'cap_net_admin+p, and the program does not raise it',
    program: placed({ capabilities: 'cap_net_admin+p' }),
    launcher: shell(),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'cap_net_admin+ei',
    program: placed({ capabilities: 'cap_net_admin+ei' }),
    launcher: shell(),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'cap_net_admin+ei from a shell in which it is inheritable',
    program: placed({ capabilities: 'cap_net_admin+ei' }),
    launcher: shell('--inh-caps=+net_admin'),
    start: directly,
    observed: allowed,
  },
  {
    name: 'another capability than the one that is needed',
    program: placed({ capabilities: 'cap_net_raw+ep' }),
    launcher: shell(),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'an empty set of capabilities',
    program: placed({ capabilities: '=' }),
    launcher: shell(),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'capabilities of another user namespace',
    program: withCapabilitiesOfOwnNamespace('cap_net_admin+ep'),
    launcher: shell(),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'a copy that has lost the capabilities',
    program: copyOf(placed(netAdmin)),
    launcher: shell(),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'cap_net_admin+ep, reached through another mount namespace',
    program: throughOtherMountNamespace(placed(netAdmin)),
    launcher: shell(),
    start: directly,
    useless: { 'run-in-sandbox': 'from there the path through /proc may not be walked' },
    observed: createRefused,
  },
  {
    name: 'a symbolic link to a program with capabilities',
    program: linkTo(placed(netAdmin), '--symbolic'),
    launcher: shell(),
    start: directly,
    observed: allowed,
  },
  {
    name: 'a hard link to a program with capabilities',
    program: linkTo(placed(netAdmin)),
    launcher: shell(),
    start: directly,
    observed: allowed,
  },
  {
    name: 'a script that carries the capabilities and executes a plain program',
    program: scriptAround(placed(), netAdmin),
    launcher: shell(),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'an attribute of revision 1',
    program: withRawCapability(Buffer.from('010000010010000000000000', 'hex')),
    missing: rawCapabilityMissing,
    launcher: shell(),
    start: directly,
    observed: allowed,
    unseen: 'getxattr(2) hands out no attribute of revision 1, though execve(2) honours it',
  },
  {
    name: 'an attribute of an unknown revision',
    program: withRawCapability(Buffer.from('0100000900100000000000000000000000000000', 'hex')),
    missing: rawCapabilityMissing,
    launcher: shell(),
    start: directly,
    observed: refused('exec', 'EINVAL'),
    unseen: 'getxattr(2) hands out no malformed attribute',
  },
  {
    name: 'an attribute that is too long',
    program: withRawCapability(Buffer.alloc(40, 2)),
    missing: rawCapabilityMissing,
    launcher: shell(),
    start: directly,
    observed: refused('exec', 'ERANGE'),
    unseen: 'getxattr(2) hands out no malformed attribute',
  },

  // Where it lies, and whether it can be executed at all.
  {
    name: 'cap_net_admin+ep on a nosuid mount',
    program: placed({ ...netAdmin, mount: 'nosuid' }),
    launcher: shell(),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'a noexec mount',
    program: placed({ ...netAdmin, mount: 'noexec' }),
    launcher: shell(),
    start: directly,
    observed: refused('exec', 'EACCES'),
  },
  {
    name: 'no permission to execute',
    program: placed({ ...netAdmin, mode: 0o644 }),
    launcher: shell(),
    start: directly,
    observed: refused('exec', 'EACCES'),
  },
  {
    name: 'a plain program that can be executed and not read',
    program: placed({ owner: 'root', mode: 0o711 }),
    launcher: shell(),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'cap_net_admin+ep on a program that can be executed and not read',
    program: placed({ ...netAdmin, owner: 'root', mode: 0o711 }),
    launcher: shell(),
    start: directly,
    observed: allowed,
  },
  {
    name: 'a text that does not begin with #!',
    program: file('echo ok tun0\n', netAdmin),
    anyLanguage: true,
    launcher: shell(),
    start: directly,
    observed: refused('exec', 'ENOEXEC'),
  },
  {
    name: 'an empty file',
    program: file('', netAdmin),
    anyLanguage: true,
    launcher: shell(),
    start: directly,
    observed: refused('exec', 'ENOEXEC'),
  },
  {
    name: 'a script whose interpreter does not exist',
    program: file('#!/nonexistent/interpreter\n', netAdmin),
    anyLanguage: true,
    launcher: shell(),
    start: directly,
    observed: refused('exec', 'ENOENT'),
  },
  {
    name: 'a script whose interpreter may not be executed',
    program: scriptFor(placed({ mode: 0o644 })),
    launcher: shell(),
    start: directly,
    observed: refused('exec', 'EACCES'),
  },
  {
    name: 'a script whose interpreter is a folder',
    program: scriptFor(madeBy('mkdir')),
    anyLanguage: true,
    launcher: shell(),
    start: directly,
    observed: refused('exec', 'EACCES'),
  },
  {
    name: 'five scripts in a chain',
    program: chainOfScripts(5),
    launcher: shell(),
    start: directly,
    useless: namesNoDevice,
    observed: createRefused,
  },
  {
    name: 'six scripts in a chain',
    program: chainOfScripts(6),
    launcher: shell(),
    start: directly,
    useless: namesNoDevice,
    observed: refused('exec', 'ELOOP'),
  },
  {
    name: 'a program whose ELF interpreter does not exist',
    program: fixture(({ fixtures }) => fixtures.tunWithoutInterpreter, netAdmin),
    anyLanguage: true,
    launcher: shell(),
    start: directly,
    observed: refused('exec', 'ENOENT'),
  },
  {
    name: 'a 32-bit program',
    program: fixture(({ fixtures }) => fixtures.tun32.path ?? ''),
    anyLanguage: true,
    launcher: shell(),
    start: directly,
    useless: namesNoDevice,
    missing: ({ fixtures: { tun32 } }) => (tun32.path === null ? tun32.reason : null),
    observed: createRefused,
    elsewhere: {
      observed: refused('exec', 'ENOEXEC'),
      kernels: 'kernels that run no 32-bit x86 programs (CONFIG_IA32_EMULATION)',
    },
  },
  {
    name: 'a 32-bit program with cap_net_admin+ep',
    program: fixture(({ fixtures }) => fixtures.tun32.path ?? '', netAdmin),
    anyLanguage: true,
    launcher: shell(),
    start: directly,
    useless: namesNoDevice,
    missing: ({ fixtures: { tun32 } }) => (tun32.path === null ? tun32.reason : null),
    observed: allowed,
    elsewhere: {
      observed: refused('exec', 'ENOEXEC'),
      kernels: 'kernels that run no 32-bit x86 programs (CONFIG_IA32_EMULATION)',
    },
  },
  {
    name: 'a program for another machine',
    program: patched(forAnotherMachine),
    launcher: shell(),
    start: directly,
    observed: refused('exec', 'ENOEXEC'),
  },
  {
    name: 'a folder',
    program: madeBy('mkdir'),
    anyLanguage: true,
    launcher: shell(),
    start: directly,
    observed: refused('exec', 'EACCES'),
    unasked: 'a folder is no program',
  },
  {
    name: 'a FIFO',
    program: madeBy('mkfifo'),
    anyLanguage: true,
    launcher: shell(),
    start: directly,
    observed: refused('exec', 'EACCES'),
    unasked: 'a FIFO is no program',
  },

  // Who starts it.
  {
    name: 'cap_net_admin+ep under no_new_privs',
    program: placed(netAdmin),
    launcher: shell('--no-new-privs'),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'cap_net_admin+ep under no_new_privs, from a shell that holds it',
    program: placed(netAdmin),
    launcher: shell('--no-new-privs', ...ambient('net_admin')),
    start: directly,
    observed: allowed,
    unseenFromOutside: namespacesOfPrivileged,
  },
  {
    name: 'cap_net_admin+ep outside of the bounding set',
    program: placed(netAdmin),
    launcher: shell('--bounding-set=-net_admin'),
    start: directly,
    observed: refused('exec', 'EPERM'),
  },
  {
    name: 'cap_net_admin+p outside of the bounding set',
    program: placed({ capabilities: 'cap_net_admin+p' }),
    launcher: shell('--bounding-set=-net_admin'),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'a plain program, started by root',
    program: placed(),
    launcher: rootShell(),
    start: directly,
    observed: allowed,
    unseenFromOutside: namespacesOfPrivileged,
  },
  {
    name: 'cap_net_admin+ep, started by root',
    program: placed(netAdmin),
    launcher: rootShell(),
    start: directly,
    observed: allowed,
    unseenFromOutside: namespacesOfPrivileged,
  },
  {
    name: 'a plain program, started by root with SECBIT_NOROOT',
    program: placed(),
    launcher: rootShell('setpriv', '--securebits=+noroot', '--'),
    start: directly,
    observed: createRefused,
    unseenFromOutside: namespacesOfPrivileged,
  },
  {
    name: 'set-user-id root',
    program: placed({ owner: 'root', mode: 0o4755 }),
    launcher: shell(),
    start: directly,
    observed: allowed,
  },
  {
    name: 'set-user-id root under no_new_privs',
    program: placed({ owner: 'root', mode: 0o4755 }),
    launcher: shell('--no-new-privs'),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'set-user-id root on a nosuid mount',
    program: placed({ owner: 'root', mode: 0o4755, mount: 'nosuid' }),
    launcher: shell(),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'set-user-id root with an empty set of capabilities',
    program: placed({ owner: 'root', mode: 0o4755, capabilities: '=' }),
    launcher: shell(),
    start: directly,
    observed: createRefused,
  },

  // Debuggers.
  {
    name: 'cap_net_admin+ep under strace',
    program: placed(netAdmin),
    launcher: shell(),
    start: underStrace,
    observed: createRefused,
  },
  {
    name: 'cap_net_admin+ep under gdb',
    program: placed(netAdmin),
    launcher: shell(),
    start: underGdb,
    observed: createRefused,
  },
  {
    name: 'cap_net_admin+ep under strace, from a shell that holds it',
    program: placed(netAdmin),
    launcher: shell(...ambient('net_admin')),
    start: underStrace,
    observed: allowed,
  },
  {
    name: 'cap_net_admin+ep under a strace that holds CAP_SYS_PTRACE',
    program: placed(netAdmin),
    launcher: shell(...ambient('sys_ptrace')),
    start: underStrace,
    observed: allowed,
  },
  {
    name: 'cap_net_admin+ep under a gdb that holds CAP_SYS_PTRACE',
    program: placed(netAdmin),
    launcher: shell(...ambient('sys_ptrace')),
    start: underGdbWithoutBreakpoint,
    observed: allowed,
  },
  {
    name: 'set-user-id root under strace',
    program: placed({ owner: 'root', mode: 0o4755 }),
    launcher: shell(),
    start: underStrace,
    observed: createRefused,
  },

  // Ambient capabilities.
  {
    name: 'ambient capabilities',
    program: placed(),
    launcher: shell(),
    start: withAmbient,
    observed: allowed,
  },
  {
    name: 'ambient capabilities under gdb',
    program: placed(),
    launcher: shell(),
    start: withAmbientUnderGdb,
    observed: allowed,
  },
  {
    name: 'ambient capabilities under strace',
    program: placed(),
    launcher: shell(),
    start: withAmbientUnderStrace,
    observed: allowed,
  },
  {
    name: 'ambient capabilities on a nosuid mount',
    program: placed({ mount: 'nosuid' }),
    launcher: shell(),
    start: withAmbient,
    observed: allowed,
  },
  {
    name: 'ambient capabilities under no_new_privs',
    program: placed(),
    launcher: shell('--no-new-privs', ...ambient('net_admin')),
    start: directly,
    observed: allowed,
    unseenFromOutside: namespacesOfPrivileged,
  },
  {
    name: 'ambient capabilities through a script',
    program: scriptAround(placed()),
    launcher: shell(),
    start: withAmbient,
    observed: allowed,
  },
  {
    name: 'ambient capabilities for a program that has the same ones',
    program: placed(netAdmin),
    launcher: shell(),
    start: withAmbient,
    observed: allowed,
  },
  {
    name: 'ambient capabilities for a program that has others',
    program: placed({ capabilities: 'cap_net_raw+ep' }),
    launcher: shell(),
    start: withAmbient,
    observed: createRefused,
  },
  {
    name: 'ambient capabilities for a program with an empty set',
    program: placed({ capabilities: '=' }),
    launcher: shell(),
    start: withAmbient,
    observed: createRefused,
  },
  {
    name: 'ambient capabilities for a program that has others, on a nosuid mount',
    program: placed({ capabilities: 'cap_net_raw+ep', mount: 'nosuid' }),
    launcher: shell(),
    start: withAmbient,
    observed: allowed,
  },
  {
    name: 'ambient capabilities for a program with set-group-id to a group of the user',
    program: placed({ group: 'tunners', mode: 0o2755 }),
    launcher: shell(),
    start: withAmbient,
    observed: allowed,
    elsewhere: { observed: createRefused, kernels: 'kernels before 6.16' },
  },
  {
    name: 'ambient capabilities for a program with set-group-id to another group',
    program: placed({ group: 'strangers', mode: 0o2755 }),
    launcher: shell(),
    start: withAmbient,
    observed: createRefused,
  },
  {
    name: 'another ambient capability than the one that is needed',
    program: placed(),
    launcher: shell(...ambient('net_raw')),
    start: directly,
    observed: createRefused,
    unseenFromOutside: namespacesOfPrivileged,
  },

  // Children.
  {
    name: 'a plain child of a parent with capabilities',
    program: placed(),
    launcher: shell(),
    start: byCapableParent,
    observed: createRefused,
  },
  {
    name: 'a child with capabilities of its own',
    program: placed(netAdmin),
    launcher: shell(),
    start: byCapableParent,
    observed: allowed,
  },
  {
    name: 'a plain child of a parent that raises its capabilities as ambient',
    program: placed(),
    launcher: shell(),
    start: byParentWithAmbient,
    observed: allowed,
  },

  // User and network namespaces.
  {
    name: 'a plain program in a sandbox',
    program: placed(),
    launcher: shell(),
    start: inSandbox,
    observed: allowed,
  },
  {
    name: 'cap_net_admin+ep in a sandbox',
    program: placed(netAdmin),
    launcher: shell(),
    start: inSandbox,
    observed: allowed,
  },
  {
    name: 'an empty set of capabilities in a sandbox',
    program: placed({ capabilities: '=' }),
    launcher: shell(),
    start: inSandbox,
    observed: createRefused,
  },
  {
    name: 'a sandbox under no_new_privs',
    program: placed(),
    launcher: shell('--no-new-privs'),
    start: inSandbox,
    observed: allowed,
  },
  {
    name: 'from a shell in a user namespace with a network namespace',
    program: placed(),
    launcher: shellUnder('unshare', '--map-root-user', '--net', '--'),
    start: directly,
    observed: allowed,
  },
  {
    name: 'from a shell in a user namespace without ids, with a network namespace',
    program: placed(),
    launcher: shellUnder('unshare', '--user', '--net', '--'),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'a sandbox from a user namespace without ids',
    program: placed(),
    launcher: shellUnder('unshare', '--user', '--'),
    start: inSandbox,
    observed: refused('sandbox', 'EPERM'),
  },
  {
    name: 'a sandbox where no user namespace may be created',
    program: placed(),
    launcher: shellUnder(
      ...['unshare', '--map-root-user', '--', 'sh', '-c'],
      ...['echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"', 'sh'],
    ),
    start: inSandbox,
    observed: refused('sandbox', 'ENOSPC'),
  },
  {
    name: 'from a shell in a user namespace without a network namespace',
    program: placed(),
    launcher: shellUnder('unshare', '--map-root-user', '--'),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'cap_net_admin+ep from a shell in a user namespace without a network namespace',
    program: placed(netAdmin),
    launcher: shellUnder('unshare', '--map-root-user', '--'),
    start: directly,
    observed: createRefused,
  },
  {
    name: 'capabilities of the own user namespace, where that owns the network',
    program: withCapabilitiesOfOwnNamespace('cap_net_admin+ep'),
    launcher: shellUnder('unshare', '--map-current-user', '--net', '--'),
    start: directly,
    observed: createRefused,
  },

  // The device node.
  {
    name: 'no device node',
    program: placed(netAdmin),
    surroundings: noNode,
    launcher: shell(),
    start: directly,
    observed: refused('open', 'ENOENT'),
  },
  {
    name: 'a device node for root alone',
    program: placed(netAdmin),
    surroundings: otherNode('0600'),
    launcher: shell(),
    start: directly,
    observed: refused('open', 'EACCES'),
  },
  {
    name: 'a device node for a group of the user',
    program: placed(netAdmin),
    surroundings: otherNode('0660', 'tunners'),
    launcher: shell(),
    start: directly,
    observed: allowed,
  },
  {
    name: 'a device node on a nodev mount',
    program: placed(netAdmin),
    surroundings: nodevMount,
    launcher: shell(),
    start: directly,
    observed: refused('open', 'EACCES'),
  },
  {
    name: 'a device node with the number of no driver',
    program: placed(netAdmin),
    surroundings: otherNode('0666', undefined, '254'),
    launcher: shell(),
    start: directly,
    observed: refused('open', 'ENODEV'),
    unseen: 'what an unknown driver would do: such a node is not opened to try',
  },
  {
    name: 'a device cgroup (v1) that forbids the node',
    program: placed(netAdmin),
    surroundings: deviceCgroupWithoutTun(1),
    launcher: shellInDeviceCgroup(1),
    missing: deviceCgroupMissing(1),
    start: directly,
    observed: refused('open', 'EPERM'),
    unseenFromOutside: deviceCgroupOfOthers,
  },
  {
    name: 'a device cgroup (v2) that forbids the node',
    program: placed(netAdmin),
    surroundings: deviceCgroupWithoutTun(2),
    launcher: shellInDeviceCgroup(2),
    missing: deviceCgroupMissing(2),
    start: directly,
    observed: refused('open', 'EPERM'),
    unseenFromOutside: deviceCgroupOfOthers,
  },

  // Devices that exist already.
  {
    name: 'a device of the user',
    program: placed(),
    surroundings: persistentDevice('work0', { user: 'dev' }),
    launcher: shell(),
    start: directly,
    device: 'work0',
    observed: allowed,
  },
  {
    name: 'a device of the user, under gdb',
    program: placed(),
    surroundings: persistentDevice('work0', { user: 'dev' }),
    launcher: shell(),
    start: underGdb,
    device: 'work0',
    observed: allowed,
  },
  {
    name: 'a device of the user, under no_new_privs and on a nosuid mount',
    program: placed({ mount: 'nosuid' }),
    surroundings: persistentDevice('work0', { user: 'dev' }),
    launcher: shell('--no-new-privs'),
    start: directly,
    device: 'work0',
    observed: allowed,
  },
  {
    name: 'another device than the one of the user',
    program: placed(),
    surroundings: persistentDevice('work0', { user: 'dev' }),
    launcher: shell(),
    start: directly,
    device: 'work1',
    observed: createRefused,
  },
  {
    name: 'a device of another user',
    program: placed(),
    surroundings: persistentDevice('work0', { user: 'other' }),
    launcher: shell(),
    start: directly,
    device: 'work0',
    observed: createRefused,
  },
  {
    name: 'a device of another user, with cap_net_admin+ep',
    program: placed(netAdmin),
    surroundings: persistentDevice('work0', { user: 'other' }),
    launcher: shell(),
    start: directly,
    device: 'work0',
    observed: allowed,
  },
  {
    name: 'a device of a group of the user',
    program: placed(),
    surroundings: persistentDevice('work0', { group: 'tunners' }),
    launcher: shell(),
    start: directly,
    device: 'work0',
    observed: allowed,
  },
  {
    name: 'a device of a group that is none of the user',
    program: placed(),
    surroundings: persistentDevice('work0', { group: 'strangers' }),
    launcher: shell(),
    start: directly,
    device: 'work0',
    observed: createRefused,
  },
  {
    name: 'a device of the user and of a group that is none of the user',
    program: placed(),
    surroundings: persistentDevice('work0', { user: 'dev', group: 'strangers' }),
    launcher: shell(),
    start: directly,
    device: 'work0',
    observed: createRefused,
  },
  {
    name: 'a device of another user and of a group of the user',
    program: placed(),
    surroundings: persistentDevice('work0', { user: 'other', group: 'tunners' }),
    launcher: shell(),
    start: directly,
    device: 'work0',
    observed: createRefused,
  },
  {
    name: 'a device of the user and of a group of the user',
    program: placed(),
    surroundings: persistentDevice('work0', { user: 'dev', group: 'tunners' }),
    launcher: shell(),
    start: directly,
    device: 'work0',
    observed: allowed,
  },
  {
    name: 'a device of nobody',
    program: placed(),
    surroundings: persistentDevice('work0'),
    launcher: shell(),
    start: directly,
    device: 'work0',
    observed: allowed,
    elsewhere: {
      observed: createRefused,
      kernels: 'kernels that ask for CAP_NET_ADMIN here, such as 6.12.117 and 7.3.2',
    },
  },
  {
    name: 'a device that another process holds',
    program: placed(),
    surroundings: busyDevice('work0'),
    launcher: shell(),
    start: directly,
    device: 'work0',
    observed: refused('ioctl', 'EBUSY'),
  },
  {
    name: 'a TAP device where a TUN device is asked for',
    program: placed(),
    surroundings: persistentDevice('work0', { user: 'dev', mode: 'tap' }),
    launcher: shell(),
    start: directly,
    device: 'work0',
    observed: refused('ioctl', 'EINVAL'),
  },
  {
    name: 'a TUN device where a TAP device is asked for',
    program: placed(),
    surroundings: persistentDevice('work0', { user: 'dev' }),
    launcher: shell(),
    start: directly,
    device: 'work0',
    tap: true,
    observed: refused('ioctl', 'EINVAL'),
  },
  {
    name: 'a TAP device of the user',
    program: placed(),
    surroundings: persistentDevice('work0', { user: 'dev', mode: 'tap' }),
    launcher: shell(),
    start: directly,
    device: 'work0',
    tap: true,
    observed: allowed,
  },
  {
    name: 'a device with several queues where one is asked for',
    program: placed(),
    surroundings: persistentDevice('work0', { user: 'dev', flags: ['multi_queue'] }),
    launcher: shell(),
    start: directly,
    device: 'work0',
    observed: refused('ioctl', 'EINVAL'),
  },
  {
    name: 'the name of a device that is no TUN device',
    program: placed(netAdmin),
    launcher: shell(),
    start: directly,
    device: 'lo',
    observed: refused('ioctl', 'EINVAL'),
  },
  {
    name: 'a name that no device can have',
    program: placed(netAdmin),
    launcher: shell(),
    start: directly,
    device: 'work/0',
    observed: refused('ioctl', 'EINVAL'),
  },
  {
    name: 'a name that no device can have, without a capability',
    program: placed(),
    launcher: shell(),
    start: directly,
    device: 'work/0',
    observed: createRefused,
  },
  {
    name: 'a name that the kernel keeps for itself',
    program: placed(netAdmin),
    launcher: shell(),
    start: directly,
    device: 'all',
    observed: refused('ioctl', 'EINVAL'),
  },
  {
    name: 'a name with a percent sign that is not followed by d',
    program: placed(netAdmin),
    launcher: shell(),
    start: directly,
    device: 'work%s',
    observed: refused('ioctl', 'EINVAL'),
  },
  {
    name: 'a name of 15 bytes that are 5 characters',
    program: placed(netAdmin),
    launcher: shell(),
    start: directly,
    device: '網網網網網',
    observed: allowed,
  },
  {
    name: 'a name with a number that the kernel fills in',
    program: placed(netAdmin),
    launcher: shell(),
    start: directly,
    device: 'work%d',
    observed: allowed,
  },
  {
    name: 'a name that is too long, and is cut',
    program: placed(netAdmin),
    launcher: shell(),
    start: directly,
    device: 'a-name-of-18-bytes',
    observed: allowed,
    unasked: 'the device would have another name',
  },
];

/** The options of setpriv(1) that raise a capability. */
function ambient(capability: string): readonly string[] {
  return [`--inh-caps=+${capability}`, `--ambient-caps=+${capability}`];
}

/** An ELF file whose `e_machine` says AArch64, or x86-64 where that is what runs here. */
function forAnotherMachine(program: Buffer): Buffer {
  const machine = 18;
  const [aarch64, x86] = [183, 62];
  const other = Buffer.from(program);
  other.writeUInt16LE(program.readUInt16LE(machine) === aarch64 ? x86 : aarch64, machine);
  return other;
}
