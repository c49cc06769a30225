import { spanOf, type Piece, type Span } from './piece.ts';
import type { Line } from './unitFile.ts';

/** A change of a unit file’s text: what lies in the span becomes the replacement. */
export interface UnitEdit {
  readonly span: Span;
  readonly replacement: string;
}

/** A word, key or value written anew. What lies between its parts in the source goes too. */
export function replacePiece(piece: Piece, replacement: string): UnitEdit {
  return { span: spanOf(piece), replacement };
}

/** Takes a line out, with its continuations and its end. */
export function removeLine({ span }: Pick<Line, 'span'>): UnitEdit {
  return { span, replacement: '' };
}

/** Puts lines after a line; `text` ends with a newline. */
export function insertAfter({ span }: Pick<Line, 'span'>, source: string, text: string): UnitEdit {
  const closed = /[\n\r\0]$/.test(source.slice(span.start, span.end));
  return { span: { start: span.end, end: span.end }, replacement: closed ? text : `\n${text}` };
}

/** The text after the edits, in whatever order they are given; null where two overlap. */
export function applyEdits(text: string, edits: readonly UnitEdit[]): string | null {
  const inOrder = edits.toSorted(
    ({ span: one }, { span: other }) => one.start - other.start || one.end - other.end,
  );
  let edited = '';
  let at = 0;
  for (const { span, replacement } of inOrder) {
    if (span.start < at) return null;
    edited += text.slice(at, span.start) + replacement;
    at = span.end;
  }
  return edited + text.slice(at);
}
