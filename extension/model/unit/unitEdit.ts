import { spanOf, type Piece, type Span } from './piece.ts';
import { parseUnitFile, type Line } from './unitFile.ts';

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
  const before = source.slice(span.start, span.end);
  const end = ended(before).slice(before.length);
  return { span: { start: span.end, end: span.end }, replacement: end + text };
}

/**
 * A line with an end, after which what is written is another. The last one of a file may have none, or be about to go
 * on: a blank one then ends it, which is two after a carriage return, whose end the first newline is part of.
 */
export function ended(line: string): string {
  const end = ['', '\n', '\n\n'].find((each) => isLineAfter(line + each)) ?? '\n\n\n';
  return line + end;
}

/** Whether what is written after the text begins a line. */
function isLineAfter(text: string): boolean {
  return parseUnitFile('', `${text}[`).lines.at(-1)?.span.start === text.length;
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
