/** A part of a source: offsets in UTF-16 code units, `end` excluded. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Text as systemd sees it, with the way back to the source. The two differ where a line goes on in
 * the next: the backslash reads as a space, and the comments in between as nothing.
 */
export interface Piece {
  readonly text: string;
  /** In ascending order, the first at 0; in between, text and source run alike. */
  readonly runs: readonly Run[];
}

interface Run {
  /** Where the run begins in the text. */
  readonly at: number;
  /** Where it begins in the source. */
  readonly source: number;
}

export function plainPiece(text: string, source: number): Piece {
  return { text, runs: [{ at: 0, source }] };
}

/** A piece, and after it text that begins elsewhere in the source. */
export function joinPiece({ text, runs }: Piece, next: string, source: number): Piece {
  return { text: text + next, runs: [...runs, { at: text.length, source }] };
}

/** Part of a piece; offsets in its text. */
export function slicePiece({ text, runs }: Piece, from: number, to = text.length): Piece {
  const first = runIndex(runs, from);
  return {
    text: text.slice(from, to),
    runs: runs
      .slice(first, runIndex(runs, Math.max(from, to - 1)) + 1)
      .map(({ at, source }, index) =>
        index === 0 ? { at: 0, source: source + from - at } : { at: at - from, source },
      ),
  };
}

/** Without the white space (` `, tab, newline, carriage return) at its ends: `strstrip()`. */
export function stripPiece(piece: Piece): Piece {
  const { text } = piece;
  let from = 0;
  let to = text.length;
  while (from < to && isWhitespace(text.charAt(from))) from += 1;
  while (to > from && isWhitespace(text.charAt(to - 1))) to -= 1;
  return slicePiece(piece, from, to);
}

/** Where a piece lies in the source, comments in between included. An empty one is a place. */
export function spanOf({ text, runs }: Piece): Span {
  const start = sourceOffset(runs, 0);
  return { start, end: text === '' ? start : sourceOffset(runs, text.length - 1) + 1 };
}

/** systemd's WHITESPACE. A form feed or a no-break space is not part of it. */
export function isWhitespace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

function sourceOffset(runs: readonly Run[], offset: number): number {
  const run = runs[runIndex(runs, offset)];
  return run === undefined ? offset : run.source + offset - run.at;
}

/** The last run that begins at the offset or before it. */
function runIndex(runs: readonly Run[], offset: number): number {
  let index = runs.length - 1;
  while (index > 0 && (runs[index]?.at ?? 0) > offset) index -= 1;
  return index;
}
