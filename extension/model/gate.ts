import { capabilityName, type Capability } from './capability.ts';
import type { Credentials } from './credentials.ts';
import type { Errno } from './errno.ts';
import type { KernelRules } from './kernel.ts';
import type { GateId, GateObservation, GateReason } from './reason.ts';
import type { Limits, NetworkNamespace, OperationRequest, TunEvidence } from './system.ts';
import { isCapable } from './capable.ts';

/** Everything that a gate may look at once the program runs. */
export interface GateContext {
  readonly credentials: Credentials;
  readonly network: NetworkNamespace;
  readonly tun: TunEvidence;
  readonly limits: Limits;
  readonly request: OperationRequest;
  readonly kernel: KernelRules;
}

/** One check of the kernel that an operation passes; null when it does not apply in this context. */
export interface Gate {
  readonly id: GateId;
  readonly check: (context: GateContext) => GateReason | null;
}

export function passes(gate: GateId, call: string, looked: GateObservation): GateReason {
  return { rule: 'gate', gate, call, outcome: 'passes', errno: null, looked };
}

export function refuses(
  gate: GateId,
  call: string,
  errno: Errno,
  looked: GateObservation,
): GateReason {
  return { rule: 'gate', gate, call, outcome: 'refuses', errno, looked };
}

export function cannotTell(gate: GateId, call: string, what: string): GateReason {
  return {
    rule: 'gate',
    gate,
    call,
    outcome: 'unknown',
    errno: null,
    looked: { kind: 'unseen', what },
  };
}

/** `ns_capable(net->user_ns, …)`: the capability in the user namespace that owns the network namespace. */
export function networkCapabilityGate(
  id: GateId,
  call: string,
  capability: Capability,
  errno: Errno,
): Gate {
  return {
    id,
    check: (context) => {
      const looked = capabilityObservation(context, capability);
      return looked.held ? passes(id, call, looked) : refuses(id, call, errno, looked);
    },
  };
}

export function capabilityObservation(
  { credentials, network }: GateContext,
  capability: Capability,
): Extract<GateObservation, { kind: 'capability' }> {
  return {
    kind: 'capability',
    capability,
    held: isCapable(credentials, network.owner, capability),
    namespace: network.owner.id,
    ownNamespace: credentials.userNamespace.id,
  };
}

/** The capability's constant as kernel source has it, such as `CAP_NET_ADMIN`. */
export function capabilityConstant(capability: Capability): string {
  return capabilityName(capability).toUpperCase();
}
