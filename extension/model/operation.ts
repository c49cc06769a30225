import type { CapabilitySet } from './capabilitySet.ts';
import type { Gate } from './gate.ts';
import type { OperationRequest } from './system.ts';

/** Something a program wants of the network: one row of the table. */
export interface OperationRow {
  readonly id: string;
  readonly family: OperationFamily;
  /** What it is, as a noun phrase that can begin a sentence. */
  readonly title: string;
  readonly manPage: string;
  /** The capabilities of which having them all is enough, as far as capabilities count. */
  readonly capabilities: CapabilitySet;
  /** In the order in which the kernel asks. */
  readonly gates: readonly Gate[];
  /** What it asks for by its nature, whatever else is asked for. */
  readonly request?: Partial<OperationRequest>;
  /** Its system call is one that the seccomp filters of containers refuse. */
  readonly filtered?: true;
}

/** In the order in which lists show them. */
export const operationFamilies = [
  { id: 'tun', title: 'TUN and TAP devices' },
  { id: 'socket', title: 'Sockets' },
  { id: 'port', title: 'Ports and addresses' },
  { id: 'option', title: 'Socket options' },
  { id: 'netlink', title: 'Links, addresses and routes (netlink)' },
  { id: 'interface', title: 'Interfaces (ioctl)' },
  { id: 'firewall', title: 'Firewall' },
  { id: 'bpf', title: 'BPF' },
  { id: 'namespace', title: 'Namespaces and sysctls' },
] as const;

export type OperationFamily = (typeof operationFamilies)[number]['id'];
