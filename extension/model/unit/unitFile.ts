import {
  isWhitespace,
  joinPiece,
  plainPiece,
  slicePiece,
  stripPiece,
  type Piece,
  type Span,
} from './piece.ts';
import type { SourceFile } from './unitSources.ts';

/** A unit file or drop-in as text, before anything in it has a meaning. */
export interface UnitFile {
  readonly path: string;
  readonly text: string;
  /** In the order of the source; their spans make it up without a gap. */
  readonly lines: readonly Line[];
}

/** What systemd reads as one line: with its continuations, the comments in between, and its end. */
export type Line =
  | { readonly kind: 'blank' | 'comment'; readonly span: Span }
  | { readonly kind: 'section'; readonly span: Span; readonly name: Piece }
  | Assignment
  | { readonly kind: 'broken'; readonly span: Span; readonly fault: Fault; readonly piece: Piece };

export interface Assignment {
  readonly kind: 'assignment';
  readonly span: Span;
  readonly key: Piece;
  readonly value: Piece;
}

/**
 * The first three end the file: systemd reads nothing after them (`config_parse()` returns). The
 * others cost the line.
 */
export type Fault =
  'line-too-long' | 'not-utf8' | 'bad-section-header' | 'missing-equals' | 'missing-key';

export function endsFile(fault: Fault): boolean {
  return fault === 'line-too-long' || fault === 'not-utf8' || fault === 'bad-section-header';
}

/** LONG_LINE_MAX: a line of this many bytes with its end, or a joined one of more, is refused. */
export const longestLine = 1_048_576;

/**
 * Reads the lines as `config_parse()` in systemd's `src/shared/conf-parser.c` does. Any text is
 * read to its end and nothing throws, also what systemd would not reach. Bytes that are no UTF-8
 * are lone surrogates (`unitText()`).
 */
export function parseUnitFile(path: string, text: string): UnitFile {
  const lines: Line[] = [];
  let bomSeen = false;
  /** A line that goes on, and where in the source it began. */
  let open: { readonly piece: Piece; readonly start: number } | null = null;
  let start = 0;
  while (start < text.length) {
    const { contentEnd, end } = physicalLine(text, start);
    const span = { start, end };
    let content = text.slice(start, contentEnd);
    let contentStart = start;
    start = end;
    if (isComment(content)) {
      if (open === null) lines.push({ kind: 'comment', span });
      continue;
    }
    if (!bomSeen && content.startsWith('\uFEFF')) {
      bomSeen = true;
      content = content.slice(1);
      contentStart += 1;
    }
    const before: Piece | null = open?.piece ?? null;
    const goesOn = endsInBackslash(content);
    const read = goesOn ? `${content.slice(0, -1)} ` : content;
    const piece: Piece =
      before === null ? plainPiece(read, contentStart) : joinPiece(before, read, contentStart);
    const lineStart: number = open?.start ?? span.start;
    const tooLong =
      isTooLong(text, span) || (before !== null && utf8Length(piece.text) > longestLine);
    if (goesOn && !tooLong) {
      open = { piece, start: lineStart };
      continue;
    }
    open = null;
    const whole = { start: lineStart, end };
    lines.push(
      tooLong
        ? { kind: 'broken', span: whole, fault: 'line-too-long', piece: stripPiece(piece) }
        : parseLine(piece, whole),
    );
  }
  if (open !== null) lines.push(parseLine(open.piece, { start: open.start, end: text.length }));
  return { path, text, lines };
}

/** The lines of a file. Many ask for them: a file is read once. */
export function linesOf(file: SourceFile): readonly Line[] {
  const lines = linesOfFiles.get(file) ?? parseUnitFile(file.path, file.text).lines;
  linesOfFiles.set(file, lines);
  return lines;
}

const linesOfFiles = new WeakMap<SourceFile, readonly Line[]>();

/** `parse_line()`. */
function parseLine(line: Piece, span: Span): Line {
  const piece = stripPiece(line);
  const { text } = piece;
  const broken = (fault: Fault): Line => ({ kind: 'broken', span, fault, piece });
  if (text === '') return { kind: 'blank', span };
  if (!isUnicode(text)) return broken('not-utf8');
  if (text.startsWith('[')) {
    const name = slicePiece(piece, 1, text.length - 1);
    const closed = text.length > 1 && text.endsWith(']');
    // string_is_safe(): neither control characters nor quotes nor a backslash.
    // eslint-disable-next-line no-control-regex
    const safe = !/[\u0001-\u001f"'\\\u007f]/.test(name.text);
    return closed && safe ? { kind: 'section', span, name } : broken('bad-section-header');
  }
  const equals = text.indexOf('=');
  if (equals === -1) return broken('missing-equals');
  if (equals === 0) return broken('missing-key');
  return {
    kind: 'assignment',
    span,
    key: stripPiece(slicePiece(piece, 0, equals)),
    value: stripPiece(slicePiece(piece, equals + 1)),
  };
}

/**
 * `read_line()`: a line ends with a newline, a carriage return, a NUL, or a run of these in which
 * none occurs twice and NUL is the last.
 */
function physicalLine(
  text: string,
  start: number,
): { readonly contentEnd: number; readonly end: number } {
  let contentEnd = start;
  while (contentEnd < text.length && !isLineEnd(text.charAt(contentEnd))) contentEnd += 1;
  let end = contentEnd;
  let seen = '';
  while (end < text.length && !seen.includes('\0')) {
    const next = text.charAt(end);
    if (!isLineEnd(next) || seen.includes(next)) break;
    seen += next;
    end += 1;
  }
  return { contentEnd, end };
}

function isLineEnd(character: string): boolean {
  return character === '\n' || character === '\r' || character === '\0';
}

function isComment(content: string): boolean {
  let first = 0;
  while (isWhitespace(content.charAt(first))) first += 1;
  const character = content.charAt(first);
  return character === '#' || character === ';';
}

/** An odd number of backslashes at the end: the others escape each other. */
function endsInBackslash(content: string): boolean {
  let count = 0;
  while (content.charAt(content.length - 1 - count) === '\\') count += 1;
  return count % 2 === 1;
}

function isTooLong(text: string, { start, end }: Span): boolean {
  // No character has more than three bytes for each code unit.
  return (end - start) * 3 >= longestLine && utf8Length(text.slice(start, end)) >= longestLine;
}

function utf8Length(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const escapedByte = code >= 0xdc80 && code <= 0xdcff;
    length += code < 0x80 || escapedByte ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}

/** `utf8_is_valid()`, which takes no noncharacters either. */
function isUnicode(text: string): boolean {
  return !/[\p{Surrogate}\p{Noncharacter_Code_Point}]/u.test(text);
}
