import { capabilityName, namedCapabilityCount, type Capability } from './capability.ts';

/**
 * A set of capabilities as the kernel keeps it: 64 bits, bit n is capability n. Bits without a
 * known name are kept and shown, never dropped.
 */
export type CapabilitySet = bigint;

export const emptySet: CapabilitySet = 0n;

/** Every capability that this release knows by name. */
export const allNamed: CapabilitySet = (1n << BigInt(namedCapabilityCount)) - 1n;

export function setOf(...capabilities: readonly Capability[]): CapabilitySet {
  return capabilities.reduce((set, each) => set | (1n << BigInt(each)), emptySet);
}

export function has(set: CapabilitySet, capability: Capability): boolean {
  return ((set >> BigInt(capability)) & 1n) === 1n;
}

export function without(set: CapabilitySet, removed: CapabilitySet): CapabilitySet {
  return set & ~removed;
}

export function isSubset(subset: CapabilitySet, superset: CapabilitySet): boolean {
  return without(subset, superset) === emptySet;
}

/** The members in ascending bit order. */
export function members(set: CapabilitySet): readonly Capability[] {
  const found: Capability[] = [];
  // Numbers are many times as fast as bigints, and hold 32 bits that can be shifted.
  for (const half of [0, 32]) {
    let rest = Number((set >> BigInt(half)) & 0xffffffffn);
    for (let bit = half; rest !== 0; rest >>>= 1, bit += 1) {
      if ((rest & 1) === 1) found.push(bit);
    }
  }
  return found;
}

/** Names in ascending bit order, such as `['cap_net_admin', 'cap_net_raw']`; a bit without a name is its number. */
export function names(set: CapabilitySet): readonly string[] {
  return members(set).map(capabilityName);
}

/** `0x` and lower-case digits, as `/proc/PID/status` has it but without padding. */
export function toHex(set: CapabilitySet): string {
  return `0x${set.toString(16)}`;
}

/** Reads `0x…` or bare hexadecimal digits of at most 64 bits; null for anything else. */
export function fromHex(text: string): CapabilitySet | null {
  const digits = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(text)?.[1];
  return digits === undefined ? null : BigInt(`0x${digits}`);
}
