import type { UnitReason } from '../../model/unit/unitReason.ts';
import type { Origin } from '../../model/unit/unit.ts';
import type { JudgedUnit, UnitDenial } from './unitRule.ts';

/** Wanted operations that are denied because a capability counts in another user namespace. */
export interface NamespaceDenials {
  readonly denials: readonly UnitDenial[];
  readonly reason: Extract<UnitReason, { rule: 'unit-user-namespace' }>;
  readonly origin: Origin;
}

/** @param implied whether the user namespace comes with an option that does not name one */
export function namespaceDenials(judged: JudgedUnit, implied: boolean): NamespaceDenials | null {
  const denials = judged.denials.filter(({ verdict: { refusal } }) => {
    if (refusal.rule !== 'gate' || refusal.looked.kind !== 'capability') return false;
    return refusal.looked.namespace !== refusal.looked.ownNamespace;
  });
  const steps = denials.flatMap(({ command }) => command.reasons);
  for (const reason of steps) {
    if (reason.rule !== 'unit-user-namespace' || reason.implied !== implied) continue;
    const origin = reason.setting.origins.at(-1);
    if (origin !== undefined) return { denials, reason, origin };
  }
  return null;
}
