import { filesOf } from '../../model/unit/unitSources.ts';
import { ignoredBy } from './ignoredBy.ts';
import { unitRules } from './index.ts';
import type { JudgedUnit, UnitFinding, UnitRule } from './unitRule.ts';

/** What all unit rules say, in the order of files and lines. */
export interface UnitFindings {
  readonly told: readonly UnitFinding[];
  /** What a comment in its file wants to hear nothing of. */
  readonly ignored: readonly IgnoredFinding[];
}

export interface IgnoredFinding {
  readonly finding: UnitFinding;
  readonly reason: string;
  /** Of the comment; it is in the file of the finding. */
  readonly comment: UnitFinding['span'];
}

/** What all unit rules say that no comment ignores, in the order of files and lines. */
export function evaluateUnit(judged: JudgedUnit): readonly UnitFinding[] {
  return findingsOfUnit(judged).told;
}

export function findingsOfUnit(judged: JudgedUnit): UnitFindings {
  const { unit } = judged;
  // A script that is called like a unit: each of its lines would be one that is not read.
  if (unit.fragment.text.startsWith('#!')) return { told: [], ignored: [] };
  const files = filesOf(unit).map(({ path }) => path);
  const ofUnit = findingsOf(rulesOfUnits, judged, []);
  const all = [...ofUnit, ...findingsOf(rulesOfComments, judged, ofUnit)].sort((one, other) => {
    const file = files.indexOf(one.file) - files.indexOf(other.file);
    return file === 0 ? one.span.start - other.span.start : file;
  });
  const told: UnitFinding[] = [];
  const ignored: IgnoredFinding[] = [];
  for (const finding of all) {
    const comment = ignoredBy(judged, finding);
    if (comment === null) told.push(finding);
    else ignored.push({ finding, reason: comment.reason, comment: comment.span });
  }
  return { told, ignored };
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
