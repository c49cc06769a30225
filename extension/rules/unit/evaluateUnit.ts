import { unitRules } from './index.ts';
import type { JudgedUnit, UnitFinding } from './unitRule.ts';

/** What all unit rules say, in the order of files and lines. */
export function evaluateUnit(judged: JudgedUnit): readonly UnitFinding[] {
  const { unit } = judged;
  // A script that is called like a unit: each of its lines would be one that is not read.
  if (unit.fragment.text.startsWith('#!')) return [];
  const files = [unit.fragment, ...unit.dropIns].map(({ path }) => path);
  return unitRules
    .flatMap((rule) => rule.check(judged))
    .sort((one, other) => {
      const file = files.indexOf(one.file) - files.indexOf(other.file);
      return file === 0 ? one.span.start - other.span.start : file;
    });
}
