import { CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH } from '../capability.ts';
import { overridesFileAccess } from '../capable.ts';
import type { Errno } from '../errno.ts';
import { cannotTell, refuses, type Gate } from '../gate.ts';
import type { Operation, OperationId } from '../operations.ts';
import { tunDevicePath } from '../tunDevice.ts';
import { devicePolicyRefusal } from './devicePolicy.ts';
import type { Directive } from './directives.ts';
import { closedDirectory, viewOf } from './mountView.ts';
import type { Sandbox } from './sandbox.ts';
import { mayBind } from './socketBind.ts';
import { callOutcome, callsOfEveryProgram } from './systemCalls.ts';
import { valueOf } from './unit.ts';
import type { UnitProcess } from './invoke/invoke.ts';
import { referenceTo } from './unitReason.ts';
import type { UnitSystem } from './unitSystem.ts';

/** What an operation calls, before and after its first gate. */
interface OperationCalls {
  readonly first: readonly string[];
  readonly later: readonly string[];
  /** The address family of its socket. */
  readonly family: string | null;
}

/** Null for an operation whose calls are not known here. */
function callsOf({ id, family }: Operation): OperationCalls | null {
  const socket = (name: string, ...first: readonly string[]): OperationCalls => ({
    first: ['socket', ...first],
    later: [],
    family: name,
  });
  switch (family) {
    case 'tun':
      return { first: ['openat'], later: ['ioctl'], family: null };
    case 'netlink':
      return socket('AF_NETLINK', 'sendto');
    case 'interface':
      return socket('AF_INET', 'ioctl');
    default:
      return socketCalls(id, socket);
  }
}

function socketCalls(
  id: OperationId,
  socket: (name: string, ...first: readonly string[]) => OperationCalls,
): OperationCalls | null {
  switch (id) {
    case 'socket.packet':
      return socket('AF_PACKET');
    case 'socket.raw':
    case 'socket.ping':
      return socket('AF_INET');
    case 'socket.raw6':
    case 'socket.ping6':
      return socket('AF_INET6');
    case 'bind.low-port':
    case 'bind.low-port-udp':
      return socket('AF_INET', 'bind');
    case 'bind.low-port6':
      return socket('AF_INET6', 'bind');
    default:
      return null;
  }
}

/** For a process of a unit, the gates of an operation: those of the unit’s settings among those of the kernel. */
export function unitGates(
  sandbox: Sandbox,
  process: UnitProcess,
  system: UnitSystem,
): (operation: Operation) => readonly Gate[] {
  const everywhere = process.filtered ? callsOfEveryProgram : [];
  const anyProgram = callGates(everywhere, sandbox, process, 'any-program');
  const unseen = unseenFilter(sandbox, process);
  const bind = socketBind(sandbox, process, system);
  const view = deviceView(sandbox, process, system);
  const ownNode = deviceOfRoot(sandbox, process, system);
  const policy = devicePolicy(sandbox, process, system);
  return (operation) => {
    const calls = callsOf(operation);
    if (calls === null) return [...unseen, ...operation.gates];
    const { first, later, family } = calls;
    const others = first.filter((call) => !everywhere.includes(call));
    const before = [...anyProgram, ...callGates(others, sandbox, process)];
    if (family !== null) {
      const filters = operation.id === 'bind.low-port' ? bind : [];
      return [...before, ...familyGates(family, sandbox, process), ...filters, ...operation.gates];
    }
    if (ownNode !== null) return [...before, ownNode];
    const gates = operation.gates.flatMap((gate) => {
      switch (gate.id) {
        case 'device-node-exists':
          return [...view, gate];
        case 'device-driver':
          return [...policy, gate, ...callGates(later, sandbox, process)];
        default:
          return [gate];
      }
    });
    return [...before, ...gates];
  };
}

/** Which calls other operations make is not in the table. */
function unseenFilter({ settings }: Sandbox, { filtered }: UnitProcess): readonly Gate[] {
  const directives = ['SystemCallFilter', 'RestrictAddressFamilies'] as const;
  return directives
    .filter((directive) => filtered && settings[directive] !== undefined)
    .map((directive) => {
      const id = 'unit-system-calls';
      return {
        id,
        source: 'seccomp(2)',
        check: () => cannotTell('seccomp', `what ${directive}= lets through`),
      };
    });
}

/** `apply_syscall_filter()`; a filter that is loaded later decides before one that was loaded earlier. */
function callGates(
  names: readonly string[],
  { settings }: Sandbox,
  { filtered }: UnitProcess,
  use: 'operation' | 'any-program' = 'operation',
): readonly Gate[] {
  const filter = filtered ? valueOf(settings, 'SystemCallFilter') : null;
  if (filter === null) return [];
  const setting = referenceTo(settings, 'SystemCallFilter');
  const errorNumber = valueOf(settings, 'SystemCallErrorNumber');
  return names.flatMap((name): readonly Gate[] => {
    const outcome = callOutcome(filter, errorNumber, name);
    if (outcome.kind === 'allowed') return [];
    const answered =
      use === 'operation' && outcome.kind === 'errno' ? errnoOf(outcome.errno) : null;
    const errno = outcome.kind === 'killed' ? 'SIGSYS' : answered;
    const looked = { kind: 'setting', setting, subject: name } as const;
    const id = 'unit-system-calls';
    const check = () =>
      errno === null
        ? cannotTell(name, `what a program does when ${name} fails`)
        : refuses(name, errno, looked);
    return [{ id, source: 'systemd.exec(5), SystemCallFilter=', check }];
  });
}

/** `apply_address_families()`: socket(2) answers EAFNOSUPPORT. */
function familyGates(
  family: string,
  { settings }: Sandbox,
  { filtered }: UnitProcess,
): readonly Gate[] {
  const filter = filtered ? valueOf(settings, 'RestrictAddressFamilies') : null;
  if (filter === null || filter.allow === filter.names.has(family)) return [];
  const setting = referenceTo(settings, 'RestrictAddressFamilies');
  const looked = { kind: 'setting', setting, subject: family } as const;
  const id = 'unit-address-families';
  const source = 'systemd.exec(5), RestrictAddressFamilies=';
  return [{ id, source, check: () => refuses(`socket(${family})`, 'EAFNOSUPPORT', looked) }];
}

/** What a root has in the place of the machine’s node, where that is not mounted there; null where it is. */
function deviceOfRoot(
  { settings }: Sandbox,
  { tree }: UnitProcess,
  { paths }: UnitSystem,
): Gate | null {
  const view = viewOf(tunDevicePath, tree);
  if (tree.root === '' || view.kind !== 'machine' || view.path === tunDevicePath) return null;
  const { path } = view;
  const setting = referenceTo(settings, 'RootDirectory');
  const looked = { kind: 'setting', setting, subject: tunDevicePath } as const;
  return {
    id: 'unit-device-view',
    source: 'systemd.exec(5), RootDirectory=',
    check: () =>
      paths.get(path)?.kind === 'missing'
        ? refuses(openTun, 'ENOENT', looked)
        : cannotTell(openTun, `what lies at ${path}`),
  };
}

/** What the unit’s mounts leave of the node. */
function deviceView(
  { settings }: Sandbox,
  { tree }: UnitProcess,
  system: UnitSystem,
): readonly Gate[] {
  const view = viewOf(tunDevicePath, tree);
  if (view.kind === 'machine') return [];
  const { directive, path } = view.by;
  const setting = referenceTo(settings, directive);
  const looked = { kind: 'setting', setting, subject: tunDevicePath } as const;
  const refuse = (errno: Errno) => refuses(openTun, errno, looked);
  return [
    {
      id: 'unit-device-view',
      source: 'systemd.exec(5), “Sandboxing”',
      check: ({ credentials }) => {
        if (view.kind === 'missing') return refuse('ENOENT');
        if (path !== tunDevicePath) {
          const directory = closedDirectory(system);
          const passes = [CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH].some((capability) =>
            overridesFileAccess(credentials, directory, capability),
          );
          return refuse(passes ? 'ENOENT' : 'EACCES');
        }
        // A node without a driver and of mode 0000, which only the system manager can make.
        const opens = overridesFileAccess(credentials, { uid: 0, gid: 0 });
        return refuse(opens ? 'ENXIO' : 'EACCES');
      },
    },
  ];
}

/** A session’s program may have been moved to a control group of its own, where those of the unit do not count. */
const whichControlGroup = 'in which control group the PAM session is';

/** The device cgroup of the unit; that of a user manager cannot have one. */
function devicePolicy(
  sandbox: Sandbox,
  { inSession }: UnitProcess,
  { manager, rules }: UnitSystem,
): readonly Gate[] {
  if (manager.scope === 'user') return [];
  const directive: Directive | null = devicePolicyRefusal(sandbox, rules, 'tun');
  if (directive === null) return [];
  const setting = referenceTo(sandbox.settings, directive);
  const looked = { kind: 'setting', setting, subject: tunDevicePath } as const;
  const id = 'unit-device-policy';
  const source = 'systemd.resource-control(5), DevicePolicy=';
  const check = () =>
    inSession ? cannotTell(openTun, whichControlGroup) : refuses(openTun, 'EPERM', looked);
  return [{ id, source, check }];
}

/** A BPF program on the control group, which a user manager cannot attach. */
function socketBind(
  { settings }: Sandbox,
  { inSession }: UnitProcess,
  { manager, filtersSockets }: UnitSystem,
): readonly Gate[] {
  if (manager.scope === 'user' || !filtersSockets) return [];
  const [allow, deny] = [valueOf(settings, 'SocketBindAllow'), valueOf(settings, 'SocketBindDeny')];
  const setting = referenceTo(settings, 'SocketBindDeny');
  const id = 'unit-socket-bind';
  return [
    {
      id,
      source: 'systemd.resource-control(5), SocketBindAllow=',
      check: ({ request: { port } }) => {
        const subject = `port ${String(port)}`;
        if (mayBind(allow, deny, port)) return null;
        const call = `bind(${subject})`;
        return inSession
          ? cannotTell(call, whichControlGroup)
          : refuses(call, 'EPERM', { kind: 'setting', setting, subject });
      },
    },
  ];
}

const openTun = `open(${tunDevicePath})`;

/** The errno of a filter by name or number, as far as a verdict can be one. */
function errnoOf(text: string): Errno | null {
  const byNumber: Readonly<Record<string, Errno>> = {
    '1': 'EPERM',
    '13': 'EACCES',
    '38': 'ENOSYS',
  };
  const named = (['EPERM', 'EACCES', 'ENOSYS', 'EINVAL', 'ENOENT'] as const).find(
    (errno) => errno === text,
  );
  return named ?? byNumber[text] ?? null;
}
