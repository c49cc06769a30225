import { CAP_NET_ADMIN, CAP_NET_BIND_SERVICE, CAP_NET_RAW } from './capability.ts';
import { emptySet, setOf, type CapabilitySet } from './capabilitySet.ts';
import type { Gate } from './gate.ts';
import { lowPortGates, packetGates, pingGates, rawGates, rtnetlinkGates } from './socketGates.ts';
import { tunGates } from './tunGates.ts';

/** Something a program wants of the network. */
export interface Operation {
  readonly id: OperationId;
  /** What it is, as a noun phrase that can begin a sentence. */
  readonly title: string;
  /** The capabilities of which having them all is enough, as far as capabilities count. */
  readonly capabilities: CapabilitySet;
  /** In the order in which the kernel asks. */
  readonly gates: readonly Gate[];
  readonly manPage: string;
}

export type OperationId =
  | 'tun.create'
  | 'tun.attach'
  | 'socket.packet'
  | 'socket.raw'
  | 'socket.ping'
  | 'bind.low-port'
  | 'netlink.write';

/** A new operation is a new row here, with its gates. */
export const operations: readonly Operation[] = [
  {
    id: 'tun.create',
    title: 'Creating a TUN device',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: tunGates,
    manPage: 'Documentation/networking/tuntap.rst',
  },
  {
    id: 'tun.attach',
    title: 'Attaching to a TUN device',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: tunGates,
    manPage: 'Documentation/networking/tuntap.rst',
  },
  {
    id: 'socket.packet',
    title: 'Opening a packet socket',
    capabilities: setOf(CAP_NET_RAW),
    gates: packetGates,
    manPage: 'packet(7)',
  },
  {
    id: 'socket.raw',
    title: 'Opening a raw IP socket',
    capabilities: setOf(CAP_NET_RAW),
    gates: rawGates,
    manPage: 'raw(7)',
  },
  {
    id: 'socket.ping',
    title: 'Opening a ping socket',
    capabilities: emptySet,
    gates: pingGates,
    manPage: 'icmp(7)',
  },
  {
    id: 'bind.low-port',
    title: 'Binding a low port',
    capabilities: setOf(CAP_NET_BIND_SERVICE),
    gates: lowPortGates,
    manPage: 'ip(7)',
  },
  {
    id: 'netlink.write',
    title: 'Changing links, addresses and routes',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: rtnetlinkGates,
    manPage: 'rtnetlink(7)',
  },
];

export function findOperation(id: string): Operation | null {
  return operations.find((operation) => operation.id === id) ?? null;
}

/** The union of what the operations need. */
export function neededCapabilities(asked: readonly Operation[]): CapabilitySet {
  return asked.reduce((set, { capabilities }) => set | capabilities, emptySet);
}
