import { isCovered, type IgnoreComment } from '../../model/unit/ignoreComment.ts';
import { fileAt, type SourceFile } from '../../model/unit/unitSources.ts';
import type { JudgedUnit, UnitFinding } from './unitRule.ts';

/** The comment that a finding falls silent for; null where there is none. Without a reason none counts. */
export function ignoredBy(
  { unit, ignoreComments }: JudgedUnit,
  { rule, file, span }: UnitFinding,
): IgnoreComment | null {
  const source = fileAt(unit, file);
  if (source === null) return null;
  const comments = ignoreComments.filter(({ path }) => path === file);
  return comments.find((comment) => speaksOf(comment, rule, span, source)) ?? null;
}

function speaksOf(
  comment: IgnoreComment,
  rule: string,
  span: UnitFinding['span'],
  { text }: SourceFile,
): boolean {
  const { rules, reason } = comment;
  return reason !== '' && rules.some(({ id }) => id === rule) && isCovered(comment, span, text);
}
