import type { Manager } from '../../model/unit/specifiers.ts';
import { formatUnitName } from '../../model/unit/unitName.ts';
import { filesOf, type SourceFile } from '../../model/unit/unitSources.ts';
import type { IgnoredFinding } from '../../rules/unit/ignoredBy.ts';
import type { JudgedNetworkd } from '../../rules/networkd/networkdRule.ts';
import type { JudgedUnit, UnitFinding } from '../../rules/unit/unitRule.ts';

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
      /** A file of systemd-networkd. */
      readonly kind: 'networkd';
      readonly asked: string;
      readonly root: string;
      readonly judged: JudgedNetworkd;
      readonly findings: readonly UnitFinding[];
      readonly ignored: readonly IgnoredFinding[];
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

/** What was read, and what rules say of it. */
export type LintedFiles = Extract<LintedUnit, { kind: 'judged' | 'networkd' }>;

export function isLinted(linted: LintedUnit): linted is LintedFiles {
  return linted.kind === 'judged' || linted.kind === 'networkd';
}

/** `vpn.service`, or `50-vpn.netdev`. */
export function nameOfLinted(linted: LintedFiles): string {
  return linted.kind === 'judged'
    ? formatUnitName(linted.judged.unit.names[0])
    : linted.judged.file.name;
}

/** The files that findings speak of, also beside the linted one. */
export function filesOfLinted(linted: LintedFiles): readonly SourceFile[] {
  return linted.kind === 'judged'
    ? filesOf(linted.judged.unit)
    : linted.judged.files.flatMap(filesOf);
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
