import { capabilityName, type Capability } from './capability.ts';
import { isCapable } from './capable.ts';
import type { Credentials } from './credentials.ts';
import type { Errno } from './errno.ts';
import type { Evidence } from './evidence.ts';
import type { Features } from './feature.ts';
import type { KernelRules } from './kernel.ts';
import type { GateId, GateObservation, GateReason } from './reason.ts';
import type {
  Limits,
  NetworkNamespace,
  OperationRequest,
  SandboxAttempt,
  TunEvidence,
} from './system.ts';
import { initialUserNamespace, type UserNamespace } from './userNamespace.ts';

/** Everything that a gate may look at once the program runs. */
export interface GateContext {
  readonly credentials: Credentials;
  /**
   * Those of whoever opened the socket that the operation uses, where that was done before or by
   * another process; null where the process opens it itself, with `credentials`.
   */
  readonly opener: Credentials | null;
  /** The network namespace of the socket or device: where its descriptor was opened. */
  readonly network: NetworkNamespace;
  readonly tun: TunEvidence;
  readonly limits: Limits;
  readonly features: Features;
  /** What came of creating a user namespace from where the process stands. */
  readonly sandboxAttempt: Evidence<SandboxAttempt>;
  /** The process's label of SELinux, AppArmor or another LSM; null where it has none. */
  readonly securityLabel: string | null;
  readonly request: OperationRequest;
  readonly kernel: KernelRules;
}

/** One check that an operation passes. */
export interface Gate {
  readonly id: GateId;
  /** The man page or kernel function that asks. */
  readonly source: string;
  /** Null where the gate does not apply in this context. */
  readonly check: (context: GateContext) => GateAnswer | null;
}

/** What a gate says, before it is known which one said it. */
export type GateAnswer = Pick<GateReason, 'call' | 'outcome' | 'errno' | 'looked'>;

/** The gate's answer as a reason; null where it does not apply. */
export function askGate({ id, source, check }: Gate, context: GateContext): GateReason | null {
  const answer = check(context);
  if (answer === null) return null;
  const { call, outcome, errno, looked } = answer;
  return { rule: 'gate', gate: id, source, call, outcome, errno, looked };
}

export function passes(call: string, looked: GateObservation): GateAnswer {
  return { call, outcome: 'passes', errno: null, looked };
}

export function refuses(call: string, errno: Errno, looked: GateObservation): GateAnswer {
  return { call, outcome: 'refuses', errno, looked };
}

export function cannotTell(call: string, what: string): GateAnswer {
  return { call, outcome: 'unknown', errno: null, looked: { kind: 'unseen', what } };
}

/** The gate, where this kernel has the rule. */
export function where(rule: (kernel: KernelRules) => boolean, gate: Gate): Gate {
  return { ...gate, check: (context) => (rule(context.kernel) ? gate.check(context) : null) };
}

/** A capability that a call asks for. */
export interface CapabilityCheck {
  readonly call: string;
  readonly capability: Capability;
  /** Another capability that is as good. */
  readonly or?: Capability;
  /** What the call answers without; EPERM where nothing is said. */
  readonly errno?: Errno;
  readonly source: string;
}

/** `ns_capable(net->user_ns, …)`: asked in the user namespace that owns the network namespace. */
export function inNetwork(check: CapabilityCheck): Gate {
  return capabilityGate('network-capability', 'network', check);
}

/** `capable(…)`: asked in the initial user namespace, which root of no other namespace can answer. */
export function inInitial(check: CapabilityCheck): Gate {
  return capabilityGate('initial-capability', 'initial', check);
}

/** `ns_capable(current_user_ns(), …)`: asked in the process's own user namespace. */
export function inOwn(check: CapabilityCheck): Gate {
  return capabilityGate('own-capability', 'own', check);
}

/**
 * `netlink_ns_capable()`: a netlink socket remembers the credentials that opened it, and asks those
 * (`file_ns_capable()`) before it asks the sender's.
 * @param asks where the capability is asked: `inNetwork` or `inInitial`
 */
export function throughNetlink(
  check: CapabilityCheck,
  asks: (check: CapabilityCheck) => Gate = inNetwork,
): readonly Gate[] {
  const sender = asks(check);
  const opener: Gate = {
    id: 'opener-capability',
    source: 'file_ns_capable() in kernel/capability.c',
    check: (context) =>
      context.opener === null ? null : sender.check({ ...context, credentials: context.opener }),
  };
  return [opener, sender];
}

export function capabilityObservation(
  { credentials, network }: Pick<GateContext, 'credentials' | 'network'>,
  scope: CapabilityScope,
  capability: Capability,
  alternative: Capability | null = null,
): CapabilityObservation {
  const namespace = scopeNamespace[scope](credentials, network);
  const holds = (each: Capability): boolean => isCapable(credentials, namespace, each);
  return {
    kind: 'capability',
    capability,
    alternative,
    held: holds(capability) || (alternative !== null && holds(alternative)),
    scope,
    namespace: namespace.id,
    ownNamespace: credentials.userNamespace.id,
  };
}

/** The capability's constant as kernel source has it, such as `CAP_NET_ADMIN`. */
export function capabilityConstant(capability: Capability): string {
  return capabilityName(capability).toUpperCase();
}

type CapabilityObservation = Extract<GateObservation, { kind: 'capability' }>;
type CapabilityScope = CapabilityObservation['scope'];

const scopeNamespace: Readonly<
  Record<CapabilityScope, (credentials: Credentials, network: NetworkNamespace) => UserNamespace>
> = {
  network: (_, { owner }) => owner,
  initial: () => initialUserNamespace,
  own: ({ userNamespace }) => userNamespace,
};

function capabilityGate(
  id: GateId,
  scope: CapabilityScope,
  { call, capability, or, errno = 'EPERM', source }: CapabilityCheck,
): Gate {
  return {
    id,
    source,
    check: (context) => {
      const looked = capabilityObservation(context, scope, capability, or ?? null);
      return looked.held ? passes(call, looked) : refuses(call, errno, looked);
    },
  };
}
