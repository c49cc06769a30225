/** UTF-8 bytes as text; bytes that are not UTF-8 stand for the characters of the same number. */
export function textOf(bytes: Uint8Array): string {
  const numbers = [...bytes];
  try {
    return decodeURIComponent(
      numbers.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    );
  } catch {
    // URIError: a path may hold any byte.
    return String.fromCharCode(...numbers);
  }
}
