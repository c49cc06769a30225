import type { CommandJudgement } from '../../model/unit/judgeUnit.ts';
import type { Origin } from '../../model/unit/unit.ts';
import type { SettingReference } from '../../model/unit/unitReason.ts';
import type { UnitFix } from '../../fixes/unitFix.ts';
import {
  adding,
  answersOf,
  capabilityDenials,
  findingOn,
  ifHelpful,
  starts,
} from './unitFindings.ts';
import { deniedCapabilities } from './deniedCapabilities.ts';
import type { JudgedUnit, UnitFinding, UnitRule } from './unitRule.ts';

/** Where a setting, as `causeOf` tells, keeps the program’s file from granting what is then denied. */
export function fileCapabilityFindings(
  rule: Pick<UnitRule, 'id' | 'severity'>,
  judged: JudgedUnit,
  causeOf: (command: CommandJudgement) => FileCapabilityLoss | null,
): readonly UnitFinding[] {
  const lost = (each: JudgedUnit) =>
    capabilityDenials(each).filter(({ command }) => causeOf(command) !== null);
  const denials = lost(judged);
  const cause = denials[0] === undefined ? null : causeOf(denials[0].command);
  if (cause === null) return [];
  const ambient = adding(
    judged,
    cause.origin,
    `AmbientCapabilities=${deniedCapabilities(denials)}`,
  );
  const proposed = [ambient, ...(cause.fix === undefined ? [] : [cause.fix])];
  const fixes = proposed.flatMap((fix) =>
    ifHelpful(
      judged,
      fix,
      (after) => capabilityDenials(after).length < denials.length && starts(after),
    ),
  );
  return [findingOn(rule, cause.origin, `${cause.fact}. ${answersOf(denials)}.`, { fixes })];
}

export interface FileCapabilityLoss {
  readonly origin: Origin;
  /** A sentence without its full stop. */
  readonly fact: string;
  readonly fix?: UnitFix;
}

/** The setting that brings no_new_privs along, where the program gains nothing from its file for that. */
export function noNewPrivsThatDowngrades(
  { reasons }: CommandJudgement,
  cause: 'asked' | 'filters',
): SettingReference | null {
  const lost = reasons.some(
    (reason) => reason.rule === 'downgraded' && reason.causes.includes('no-new-privs'),
  );
  const set = reasons.find(
    (reason) => reason.rule === 'unit-no-new-privs' && reason.cause === cause,
  );
  return lost && set?.rule === 'unit-no-new-privs' ? set.setting : null;
}
