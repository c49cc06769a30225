import { isWhitespace, slicePiece, type Piece } from './piece.ts';
import { loneByte, unitBytes, unitText } from './utf8.ts';

/**
 * How a directive splits its value: the flags of `extract_first_word()` in systemd's
 * `src/basic/extract-word.c`.
 */
export interface WordRules {
  /** EXTRACT_UNQUOTE: quotes group, and are taken off. Otherwise they are characters. */
  readonly unquote: boolean;
  /** EXTRACT_CUNESCAPE: `\n`, `\x41`, `\u00e9` …; otherwise a backslash only takes itself off. */
  readonly unescape: boolean;
  /** EXTRACT_UNESCAPE_RELAX: an escape that does not exist stays as it is. */
  readonly keepUnknownEscapes?: boolean;
  /**
   * EXTRACT_DONT_COALESCE_SEPARATORS, with a colon among them: between two separators there is an
   * empty word, and only one is taken after a word.
   */
  readonly fields?: boolean;
  /** EXTRACT_RELAX: a quote that is not closed is closed at the end. */
  readonly relaxed?: boolean;
  /** EXTRACT_RETAIN_ESCAPE: a backslash is a character. */
  readonly keepEscapes?: boolean;
}

export const plainWords: WordRules = { unquote: false, unescape: false };
export const quotedWords: WordRules = { unquote: true, unescape: false };
export const escapedWords: WordRules = { unquote: true, unescape: true };
export const quotedFields: WordRules = { unquote: true, unescape: false, fields: true };

export interface Word {
  /** Without quotes, escapes resolved. */
  readonly text: string;
  /** As it is written. */
  readonly piece: Piece;
}

/** One word and where the rest begins; nothing when there is none; or `EINVAL`. */
export type Extracted =
  | { readonly kind: 'word'; readonly word: Word; readonly rest: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'invalid'; readonly cause: 'unbalanced-quote' | 'unknown-escape' };

export interface Words {
  /** Up to the first that could not be read. */
  readonly words: readonly Word[];
  readonly invalid: Extract<Extracted, { kind: 'invalid' }>['cause'] | null;
}

export function splitWords(piece: Piece, rules: WordRules): Words {
  const words: Word[] = [];
  for (let at = 0; ;) {
    const next = extractWord(piece, at, rules);
    if (next.kind === 'end') return { words, invalid: null };
    if (next.kind === 'invalid') return { words, invalid: next.cause };
    words.push(next.word);
    at = next.rest;
  }
}

/** `extract_first_word()`, from an offset in the piece. */
export function extractWord(piece: Piece, from: number, rules: WordRules): Extracted {
  const { text } = piece;
  const fields = rules.fields === true;
  const start = fields ? from : skipWhitespace(text, from);
  if (start > text.length || (start === text.length && !fields)) return { kind: 'end' };
  let word = '';
  let quote = '';
  let bytes = false;
  let at = start;
  const finished = (): Extracted => ({
    kind: 'word',
    word: {
      text: bytes ? unitText(unitBytes(word)) : word,
      piece: slicePiece(piece, start, at),
    },
    rest: fields ? at + 1 : skipWhitespace(text, at),
  });
  for (;;) {
    if (at >= text.length) {
      const closed = quote === '' || rules.relaxed === true;
      return closed ? finished() : { kind: 'invalid', cause: 'unbalanced-quote' };
    }
    const character = text.charAt(at);
    if (character === '\\' && rules.keepEscapes !== true) {
      const escape = unescapeAt(text, at + 1, quote, rules);
      if (escape === null) return { kind: 'invalid', cause: 'unknown-escape' };
      bytes ||= escape.isByte;
      word += escape.text;
      at += 1 + escape.length;
      continue;
    }
    at += 1;
    if (quote !== '') {
      if (character === quote) quote = '';
      else word += character;
    } else if (rules.unquote && (character === '"' || character === "'")) quote = character;
    else if (isWhitespace(character) || (fields && character === ':')) {
      at -= 1;
      return finished();
    } else word += character;
  }
}

export function skipWhitespace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isWhitespace(text.charAt(at))) at += 1;
  return at;
}

interface Escape {
  readonly text: string;
  /** How much it takes up after the backslash. */
  readonly length: number;
  /** Whether it is a byte that with others may make up a character. */
  readonly isByte: boolean;
}

function unescapeAt(text: string, at: number, quote: string, rules: WordRules): Escape | null {
  const keep = rules.keepUnknownEscapes === true;
  if (at >= text.length) return keep && quote === '' ? plain('\\', 0) : null;
  const next = String.fromCodePoint(text.codePointAt(at) ?? 0);
  if (!rules.unescape) return plain(next, next.length);
  return unescapeOne(text, at) ?? (keep ? plain(`\\${next}`, next.length) : null);
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

const numericEscape = /x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})/y;

/** `cunescape_one()`: never a NUL, and of the long form only what is a character. */
function unescapeOne(text: string, at: number): Escape | null {
  const simple = simpleEscapes[text.charAt(at)];
  if (simple !== undefined) return plain(simple, 1);
  numericEscape.lastIndex = at;
  const match = numericEscape.exec(text);
  if (match === null) return null;
  const [whole, hex, short, long, octal] = match;
  const byte = hex === undefined ? parseInt(octal ?? '', 8) : parseInt(hex, 16);
  if (!Number.isNaN(byte)) {
    if (byte === 0 || byte > 255) return null;
    return { text: loneByte(byte), length: whole.length, isByte: true };
  }
  const code = parseInt(short ?? long ?? '', 16);
  if (code === 0 || code > 0x10ffff || !isCharacter(code)) return null;
  return plain(String.fromCodePoint(code), whole.length);
}

/** `unichar_is_valid()`. */
function isCharacter(code: number): boolean {
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  const noncharacter = (code >= 0xfdd0 && code <= 0xfdef) || (code & 0xfffe) === 0xfffe;
  return !surrogate && !noncharacter;
}

function plain(text: string, length: number): Escape {
  return { text, length, isByte: false };
}
