import type { Directive } from '../../model/unit/directives.ts';
import type { GateId } from '../../model/reason.ts';
import type { Origin } from '../../model/unit/unit.ts';
import type { SettingObservation } from '../../model/unit/unitReason.ts';
import type { JudgedUnit, UnitDenial } from './unitRule.ts';

/** A wanted operation that a setting of the unit refuses, before the kernel is asked for privilege. */
export interface SettingDenial extends UnitDenial {
  readonly directive: Directive;
  /** The last line that has a part in the setting. */
  readonly origin: Origin;
  /** The device, address family, system call or port that is refused. */
  readonly subject: string;
}

/** One for each operation that a gate of the unit’s own refuses. */
export function settingDenials(judged: JudgedUnit, gate: GateId): readonly SettingDenial[] {
  return judged.denials.flatMap((denial): readonly SettingDenial[] => {
    const looked = settingOf(denial, gate);
    const origin = looked?.setting.origins.at(-1);
    if (looked === null || origin === undefined) return [];
    const { directive } = looked.setting;
    return [{ ...denial, directive, origin, subject: looked.subject }];
  });
}

function settingOf({ verdict: { refusal } }: UnitDenial, gate: GateId): SettingObservation | null {
  if (refusal.rule !== 'gate' || refusal.gate !== gate) return null;
  return refusal.looked.kind === 'setting' ? refusal.looked : null;
}
