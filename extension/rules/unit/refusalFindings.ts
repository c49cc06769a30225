import type { UnitFix } from '../../fixes/unitFix.ts';
import type { Directive } from '../../model/unit/directives.ts';
import type { StartRefusal } from '../../model/unit/unitReason.ts';
import { findingOn, ifHelpful, refusedStart, removing, starts } from './unitFindings.ts';
import { systemUnitRepair } from './userServiceRepairs.ts';
import type { JudgedUnit, UnitFinding, UnitRule } from './unitRule.ts';

/** A finding where systemd refuses a start for what a setting asks; the repair, to ask for it no more. */
export function refusalFindings(
  rule: Pick<UnitRule, 'id' | 'severity'>,
  judged: JudgedUnit,
  { directive, causes, through = [], fact, repairs }: RefusedSetting,
): readonly UnitFinding[] {
  const refused = refusedStart(judged, causes, directive, through);
  if (refused === null) return [];
  const { origin, reason } = refused;
  const origins = judged.reading.settings[directive]?.origins ?? [];
  const fix = removing(origins, `Remove ${directive}=`);
  // Without it a command of the system manager may have more rights than was asked for.
  const removable = judged.system.manager.scope === 'user';
  const fixes = removable
    ? [...ifHelpful(judged, fix, starts), ...(repairs ?? systemUnitRepair(judged))]
    : [];
  return [findingOn(rule, origin, `${fact}. The start ends with ${reason.status}.`, { fixes })];
}

/** What is made for the unit’s user or group by other settings, and given to nobody else by a user manager. */
export const ofAnotherUser = [
  'keyring-of-another-user',
  'control-group-of-another-user',
] as const satisfies readonly StartRefusal[];

interface RefusedSetting {
  readonly directive: Directive;
  readonly causes: readonly StartRefusal[];
  /** Those that systemd lays to another setting, which cannot be had beside this one. */
  readonly through?: readonly StartRefusal[];
  /** A sentence without its full stop. */
  readonly fact: string;
  /** Ways to have what the setting asks for; by default a system unit. */
  readonly repairs?: readonly UnitFix[];
}
