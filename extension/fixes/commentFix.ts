import { spanOf } from '../model/unit/piece.ts';
import type { Assignment } from '../model/unit/unitFile.ts';
import type { UnitFix } from './unitFix.ts';

/** A value, and after it what was meant as a comment and is part of the value. */
export function commentIn(
  value: string,
): { readonly value: string; readonly comment: string } | null {
  const [, before, comment] = /^(.*?)\s+([#;].*)$/su.exec(value) ?? [];
  return before === undefined || comment === undefined ? null : { value: before, comment };
}

/** Puts what was meant as a comment on a line of its own before the assignment; null without one. */
export function commentFix(file: string, { span, value }: Assignment): UnitFix | null {
  const written = commentIn(value.text);
  if (written === null) return null;
  const before = { start: span.start, end: span.start };
  return {
    title: 'Put the comment on a line above',
    applicability: 'safe',
    preferred: true,
    edits: [
      { file, span: before, replacement: `${written.comment}\n` },
      { file, span: spanOf(value), replacement: written.value },
    ],
  };
}
