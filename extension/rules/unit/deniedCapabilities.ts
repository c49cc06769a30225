import { members, setOf } from '../../model/capabilitySet.ts';
import { capabilityConstant } from '../../model/gate.ts';
import type { UnitDenial } from './unitRule.ts';

/** What the denied calls asked for, as a unit lists it: `CAP_NET_ADMIN CAP_NET_RAW`. */
export function deniedCapabilities(denials: readonly UnitDenial[]): string {
  const asked = denials.flatMap(({ verdict: { refusal } }) =>
    refusal.rule === 'gate' && refusal.looked.kind === 'capability'
      ? [refusal.looked.capability]
      : [],
  );
  return members(setOf(...asked))
    .map(capabilityConstant)
    .join(' ');
}
