import type { UnitEdit } from './unit/unitEdit.ts';

/**
 * What makes one text of another, as a single edit of whole lines: all before and after them stays. Lines
 * end where `\n` does. Two equal texts give an edit that changes nothing.
 */
export function lineChange(before: string, after: string): UnitEdit {
  const one = linesOf(before);
  const other = linesOf(after);
  const shorter = Math.min(one.length, other.length);
  let head = 0;
  while (head < shorter && one[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && one.at(-1 - tail) === other.at(-1 - tail)) tail += 1;
  const start = lengthOf(one.slice(0, head));
  const end = before.length - lengthOf(one.slice(one.length - tail));
  return {
    span: { start, end },
    replacement: other.slice(head, other.length - tail).join(''),
  };
}

function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((length, line) => length + line.length, 0);
}
