import { isCovered, type IgnoreComment } from '../../model/unit/ignoreComment.ts';
import type { SourceFile } from '../../model/unit/unitSources.ts';
import type { UnitFinding } from './unitRule.ts';

/** What rules say of some files, in the order of files and lines. */
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

/** The findings in the order of files and lines, and those apart that a comment ignores. */
export function heardFindings(
  files: readonly SourceFile[],
  comments: readonly IgnoreComment[],
  findings: readonly UnitFinding[],
): UnitFindings {
  const paths = files.map(({ path }) => path);
  const inOrder = findings.toSorted((one, other) => {
    const file = paths.indexOf(one.file) - paths.indexOf(other.file);
    return file === 0 ? one.span.start - other.span.start : file;
  });
  const told: UnitFinding[] = [];
  const ignored: IgnoredFinding[] = [];
  for (const finding of inOrder) {
    const comment = ignoredBy(files, comments, finding);
    if (comment === null) told.push(finding);
    else ignored.push({ finding, reason: comment.reason, comment: comment.span });
  }
  return { told, ignored };
}

/** The comment that a finding falls silent for; null where there is none. Without a reason none counts. */
export function ignoredBy(
  files: readonly SourceFile[],
  comments: readonly IgnoreComment[],
  { rule, file, span }: UnitFinding,
): IgnoreComment | null {
  const source = files.find(({ path }) => path === file);
  if (source === undefined) return null;
  const own = comments.filter(({ path }) => path === file);
  return own.find((comment) => speaksOf(comment, rule, span, source)) ?? null;
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
