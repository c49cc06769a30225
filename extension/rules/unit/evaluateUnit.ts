import { filesOf } from '../../model/unit/unitSources.ts';
import { heardFindings, type UnitFindings } from './ignoredBy.ts';
import { unitRules } from './index.ts';
import type { JudgedUnit, UnitFinding, UnitRule } from './unitRule.ts';

/** What all unit rules say that no comment ignores, in the order of files and lines. */
export function evaluateUnit(judged: JudgedUnit): readonly UnitFinding[] {
  return findingsOfUnit(judged).told;
}

export function findingsOfUnit(judged: JudgedUnit): UnitFindings {
  const { unit } = judged;
  // A script that is called like a unit: each of its lines would be one that is not read.
  if (unit.fragment.text.startsWith('#!')) return { told: [], ignored: [] };
  const ofUnit = findingsOf(rulesOfUnits, judged, []);
  const all = [...ofUnit, ...findingsOf(rulesOfComments, judged, ofUnit)];
  return heardFindings(filesOf(unit), judged.ignoreComments, all);
}

/** What one rule says; one about comments hears what the others say of the unit. */
export function findingsOfRule(rule: UnitRule, judged: JudgedUnit): readonly UnitFinding[] {
  const others = isAboutComments(rule) ? findingsOf(rulesOfUnits, judged, []) : [];
  return findingsOf([rule], judged, others);
}

function findingsOf(
  rules: readonly UnitRule[],
  judged: JudgedUnit,
  findings: readonly UnitFinding[],
): readonly UnitFinding[] {
  return rules.flatMap((rule) => rule.check(judged, { ids, findings }));
}

function isAboutComments({ category }: UnitRule): boolean {
  return category === 'comment';
}

const ids: ReadonlySet<string> = new Set(unitRules.map(({ id }) => id));
const rulesOfComments = unitRules.filter(isAboutComments);
const rulesOfUnits = unitRules.filter((rule) => !isAboutComments(rule));
