/**
 * `safe_atoi()`: a decimal, `0x`, `0o`, `0b` or (with a leading 0) octal number of 32 bits, white
 * space before it allowed; null for anything else.
 */
export function parseInteger(text: string): number | null {
  const match =
    /^[ \t\n\v\f\r]*([+-]?)(?:0x([0-9a-f]+)|0o([0-7]+)|0b([01]+)|(0[0-7]+)|(0|[1-9]\d*))$/i.exec(
      text,
    );
  if (match === null) return null;
  const [, sign, hex, octal, binary, zeroOctal, decimal] = match;
  const number =
    hex !== undefined
      ? parseInt(hex, 16)
      : binary !== undefined
        ? parseInt(binary, 2)
        : decimal !== undefined
          ? Number(decimal)
          : parseInt(octal ?? zeroOctal ?? '', 8);
  const signed = sign === '-' ? -number : number;
  return signed >= -0x80000000 && signed <= 0x7fffffff ? signed : null;
}
