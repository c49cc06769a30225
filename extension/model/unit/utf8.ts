/**
 * Bytes as text. A byte that belongs to no UTF-8 sequence becomes the lone surrogate U+DC00 + byte,
 * so that nothing is lost and nothing valid looks like it.
 */
export function unitText(bytes: Iterable<number>): string {
  const all = [...bytes];
  let text = '';
  for (let index = 0; index < all.length;) {
    const { code, length } = sequenceAt(all, index);
    text += String.fromCodePoint(code);
    index += length;
  }
  return text;
}

/** The inverse of `unitText()`. */
export function unitBytes(text: string): readonly number[] {
  return Array.from(text).flatMap((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) return [code];
    if (code >= 0xdc80 && code <= 0xdcff) return [code - 0xdc00];
    if (code < 0x800) return [0xc0 | (code >> 6), tail(code, 0)];
    if (code < 0x10000) return [0xe0 | (code >> 12), tail(code, 6), tail(code, 0)];
    return [0xf0 | (code >> 18), tail(code, 12), tail(code, 6), tail(code, 0)];
  });
}

/** The character that stands for a byte of its own. */
export function loneByte(byte: number): string {
  return String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
}

function tail(code: number, shift: number): number {
  return 0x80 | ((code >> shift) & 0x3f);
}

/** The shortest forms only, and no surrogates (RFC 3629). */
function sequenceAt(
  bytes: readonly number[],
  index: number,
): { readonly code: number; readonly length: number } {
  const first = bytes[index] ?? 0;
  const invalid = { code: loneByte(first).charCodeAt(0), length: 1 };
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (length === 0 || first > 0xf4) return invalid;
  let code = length === 1 ? first : first & (0x7f >> length);
  for (const byte of bytes.slice(index + 1, index + length)) {
    if ((byte & 0xc0) !== 0x80) return invalid;
    code = (code << 6) | (byte & 0x3f);
  }
  const least = [0, 0, 0x80, 0x800, 0x10000][length] ?? 0;
  const surrogate = code >= 0xd800 && code <= 0xdfff;
  const cutOff = index + length > bytes.length;
  return cutOff || code < least || code > 0x10ffff || surrogate ? invalid : { code, length };
}
