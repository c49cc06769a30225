import type { Span } from './piece.ts';
import { linesOf } from './unitFile.ts';
import type { SourceFile } from './unitSources.ts';

/** A comment that asks for silence, `# capwright: ignore RULE[, RULE]: reason`. */
export interface IgnoreComment {
  readonly path: string;
  /** From the `#` to the end of the text. */
  readonly span: Span;
  /** Of the whole line, with its end. */
  readonly line: Span;
  readonly rules: readonly NamedRule[];
  /** Empty where none is given. */
  readonly reason: string;
  /** `ignore-file` speaks of the whole file. */
  readonly reach: 'line' | 'file';
  /** What it speaks of: the next line that is no comment, or the file; null where nothing follows it. */
  readonly covers: Span | null;
}

interface NamedRule {
  readonly id: string;
  readonly span: Span;
}

/**
 * Those that have a line of their own: after a value, and between a line and its continuation, systemd knows no
 * comments that could speak of the next line. For the whole file one speaks only from above its first line.
 */
export function ignoreComments(file: SourceFile): readonly IgnoreComment[] {
  const { path, text } = file;
  if (!text.includes('capwright:')) return [];
  const lines = linesOf(file);
  const meant = lines.map(({ kind }) => kind !== 'comment' && kind !== 'blank');
  return lines.flatMap(({ kind, span: line }, index): readonly IgnoreComment[] => {
    if (kind !== 'comment') return [];
    const found = pattern.exec(text.slice(line.start, line.end));
    if (found === null) return [];
    const [, margin = '', content = '', word = '', list = '', reason = ''] = found;
    const start = line.start + margin.length;
    const reach = word === 'ignore' ? 'line' : 'file';
    const next = lines[meant.indexOf(true, index)] ?? null;
    const isHead = !meant.slice(0, index).includes(true);
    const whole = isHead ? { start: 0, end: text.length } : null;
    const rules = wordsOf(list, start + content.indexOf(list, content.indexOf(word) + word.length));
    const covers = reach === 'line' ? (next?.span ?? null) : whole;
    const span = { start, end: start + content.length };
    return [{ path, span, line, rules, reason: reason.trim(), reach, covers }];
  });
}

/** What is put on a line of its own before another one; the reason follows it. */
export function ignoreComment(rule: string): string {
  return `# capwright: ignore ${rule}: `;
}

/** Where such a line goes for a place in a file: before the whole line, its continuations included. */
export function ignorePlace(file: SourceFile, offset: number): number {
  const found = linesOf(file).findLast(({ span }) => span.start <= offset);
  return found?.span.start ?? 0;
}

/** Whether a comment speaks of a place, which may be the end of the text. */
export function isCovered({ covers }: IgnoreComment, { start }: Span, text: string): boolean {
  if (covers === null || start < covers.start) return false;
  return start < covers.end || (start === covers.end && covers.end === text.length);
}

const pattern =
  /^([ \t]*)([#;][ \t]*capwright:[ \t]*(ignore|ignore-file)(?![\w-])([^:\r\n\0]*)(?::([^\r\n\0]*?))?)[ \t]*[\r\n\0]*$/;

function wordsOf(list: string, at: number): readonly NamedRule[] {
  return [...list.matchAll(/[^\s,]+/g)].map(({ 0: id, index }) => ({
    id,
    span: { start: at + index, end: at + index + id.length },
  }));
}
