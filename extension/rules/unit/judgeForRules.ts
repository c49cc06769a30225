import type { Operation, OperationId } from '../../model/operations.ts';
import { ignoreComments } from '../../model/unit/ignoreComment.ts';
import { judgeUnit, verdictsOn, type UnitJudgement } from '../../model/unit/judgeUnit.ts';
import type { UnitReading } from '../../model/unit/unit.ts';
import { filesOf, type FoundUnit } from '../../model/unit/unitSources.ts';
import type { UnitSystem } from '../../model/unit/unitSystem.ts';
import { wantedOperations } from '../../model/unit/unitWants.ts';
import type { JudgedUnit, UnitDenial } from './unitRule.ts';

/** Judges a unit that was read, once for all rules. Only a service has commands that are judged. */
export function judgeForRules(
  unit: FoundUnit,
  reading: UnitReading,
  system: UnitSystem,
  operations: readonly Operation[],
): JudgedUnit {
  const isService = unit.asked.type === 'service';
  const judgement = isService ? judgeUnit(reading, system, operations) : nothing;
  const wanted = wantedOperations(unit, reading, system);
  return {
    ...{ unit, reading, system, operations, judgement, wanted },
    denials: denialsOf(judgement, wanted),
    ignoreComments: filesOf(unit).flatMap(ignoreComments),
  };
}

const nothing: UnitJudgement = { refusal: null, commands: [] };

function denialsOf(
  { commands }: UnitJudgement,
  wanted: ReadonlySet<OperationId>,
): readonly UnitDenial[] {
  return commands
    .filter(({ execution }) => execution.directive === 'ExecStart')
    .flatMap((command) =>
      verdictsOn(command, wanted).flatMap((verdict) =>
        verdict.kind === 'denied' ? [{ command, verdict }] : [],
      ),
    );
}
