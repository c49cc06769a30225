import type { Manager } from '../model/unit/specifiers.ts';
import type { IgnoredFinding } from '../rules/unit/ignoredBy.ts';
import type { JudgedUnit, UnitFinding } from '../rules/unit/unitRule.ts';

/** What `capwright lint` shows of one unit. */
export type LintedUnit =
  | {
      readonly kind: 'judged';
      /** As the user named it. */
      readonly asked: string;
      /** The tree in which its files have their paths: `/`, or where another system’s lies. */
      readonly root: string;
      readonly judged: JudgedUnit;
      readonly findings: readonly UnitFinding[];
      readonly ignored: readonly IgnoredFinding[];
      /** Drop-ins that the manager reads, and whoever looked could not. */
      readonly unread: readonly UnreadFile[];
    }
  | {
      /** Its file is empty, or a link to /dev/null: it cannot be started. */
      readonly kind: 'masked';
      readonly asked: string;
      readonly scope: Manager['scope'];
      readonly path: string;
    }
  | {
      /** Of a directory that was named: a file or a directory in it that could not be looked at. */
      readonly kind: 'unread';
      readonly asked: string;
      readonly path: string;
      readonly why: string;
    };

export interface UnreadFile {
  readonly path: string;
  readonly why: string;
}

/** A place in a file as editors count it: from zero, in UTF-16 code units. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

/** @param starts where each line begins */
export function placeAt(offset: number, starts: readonly number[]): Place {
  let line = 0;
  while ((starts[line + 1] ?? Infinity) <= offset) line += 1;
  return { line, character: offset - (starts[line] ?? 0) };
}

/** Where each line begins, as editors count lines. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length);
  return starts;
}
