/** A context in which every gate of every operation passes, for one gate to be changed at a time. */
import { CAP_NET_ADMIN } from '../../extension/model/capability.ts';
import { setOf, type CapabilitySet } from '../../extension/model/capabilitySet.ts';
import type { Credentials } from '../../extension/model/credentials.ts';
import { known } from '../../extension/model/evidence.ts';
import { askGate, type Gate, type GateContext } from '../../extension/model/gate.ts';
import { kernelRules } from '../../extension/model/kernel.ts';
import type { GateId, GateReason } from '../../extension/model/reason.ts';
import type { TunDevice } from '../../extension/model/tunDevice.ts';
import { exampleSystem, exampleUser } from '../../extension/rules/exampleSystem.ts';
import { initial } from './namespaces.ts';

const system = exampleSystem({});

export const context: GateContext = {
  credentials: exampleUser,
  opener: null,
  network: { id: 'host', owner: initial },
  tun: system.tun,
  limits: system.limits,
  features: system.features,
  sandboxAttempt: system.launcher.sandboxAttempt,
  securityLabel: null,
  request: system.request,
  kernel: kernelRules('6.18.44'),
};

export const holding = (effective: CapabilitySet): Credentials => ({ ...exampleUser, effective });

export const netAdmin = holding(setOf(CAP_NET_ADMIN));

/** `tun0`, of the user, free. */
const tun0: TunDevice = {
  name: 'tun0',
  layer: 'tun',
  owner: 1000,
  group: null,
  persistent: true,
  multiQueue: false,
  attached: false,
};

/** The context of a program that asks for `tun0`, which exists. */
export function attaching(
  device: Partial<TunDevice>,
  change: Partial<GateContext> = {},
): GateContext {
  const existing = { ...tun0, ...device };
  return {
    ...context,
    ...change,
    tun: { ...context.tun, devices: known([existing], 'a test') },
    request: { ...context.request, tunDevice: 'tun0', ...change.request },
  };
}

/** What one gate alone says; null where it does not apply. */
export function ask(gates: readonly Gate[], id: GateId, asked: GateContext): GateReason | null {
  const gate = gates.find((each) => each.id === id);
  if (gate === undefined) throw new RangeError(`no gate ${id}`);
  return askGate(gate, asked);
}
