import { emptySet, type CapabilitySet } from './capabilitySet.ts';
import type { OperationRow } from './operation.ts';
import { bpfOperations } from './operations/bpf.ts';
import { firewallOperations } from './operations/firewall.ts';
import { interfaceOperations } from './operations/interface.ts';
import { namespaceOperations } from './operations/namespace.ts';
import { netlinkOperations } from './operations/netlink.ts';
import { optionOperations } from './operations/option.ts';
import { portOperations } from './operations/port.ts';
import { socketOperations } from './operations/socket.ts';
import { tunOperations } from './operations/tun.ts';

/** The table, a file for each family. A new operation is a new row there, with its gates. */
const table = [
  ...tunOperations,
  ...socketOperations,
  ...portOperations,
  ...optionOperations,
  ...netlinkOperations,
  ...interfaceOperations,
  ...firewallOperations,
  ...bpfOperations,
  ...namespaceOperations,
] as const;

export type OperationId = (typeof table)[number]['id'];

/** Every operation, in the order in which lists show them. */
export const operations: readonly Operation[] = table;

/** A row of the table. */
export interface Operation extends OperationRow {
  readonly id: OperationId;
}

/** What is asked where nothing is named: what the programs that Capwright is for begin with. */
export const usualOperations: readonly OperationId[] = [
  'tun.create',
  'socket.packet',
  'socket.raw',
  'socket.ping',
  'bind.low-port',
  'netlink.write',
];

export function findOperation(id: string): Operation | null {
  return operations.find((operation) => operation.id === id) ?? null;
}

/** The union of what the operations need. */
export function neededCapabilities(asked: readonly Operation[]): CapabilitySet {
  return asked.reduce((set, { capabilities }) => set | capabilities, emptySet);
}
