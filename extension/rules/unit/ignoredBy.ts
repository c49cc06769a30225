import { ignoreComments, isCovered, type IgnoreComment } from '../../model/unit/ignoreComment.ts';
import type { SourceFile } from '../../model/unit/unitSources.ts';
import type { JudgedUnit, UnitFinding } from './unitRule.ts';

/** The comments of a unit’s files that ask for silence, each with its file. */
export function ignoreCommentsOf({ unit }: JudgedUnit): readonly IgnoreComment[] {
  return [unit.fragment, ...unit.dropIns].flatMap(ignoreComments);
}

/** The comment that a finding falls silent for; null where there is none. Without a reason none counts. */
export function ignoredBy(
  { unit }: JudgedUnit,
  { rule, file, span }: UnitFinding,
): IgnoreComment | null {
  const source = [unit.fragment, ...unit.dropIns].find(({ path }) => path === file);
  if (source === undefined) return null;
  const comments = ignoreComments(source);
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
