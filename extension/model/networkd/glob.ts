/** fnmatch(3) without flags; null for a pattern with a class of characters, which is not understood here. */
export function globMatches(pattern: string, text: string): boolean | null {
  if (/\[[:.=]/.test(pattern)) return null;
  const parts = pattern.match(/\\[\s\S]|\[[!^]?\]?[^\]]*\]|[\s\S]/g) ?? [];
  let part = 0;
  let at = 0;
  /** Where the last `*` was met: it takes one character more each time that the rest does not fit. */
  let star: { readonly part: number; readonly at: number } | null = null;
  while (at < text.length) {
    if (parts[part] === '*') {
      star = { part, at };
      part += 1;
    } else if (part < parts.length && isOneOf(parts[part] ?? '', text.charAt(at))) {
      part += 1;
      at += 1;
    } else if (star !== null) {
      star = { part: star.part, at: star.at + 1 };
      part = star.part + 1;
      at = star.at;
    } else {
      return false;
    }
  }
  return parts.slice(part).every((rest) => rest === '*');
}

function isOneOf(part: string, character: string): boolean {
  if (part === '?') return true;
  if (part.length === 1) return part === character;
  if (part.startsWith('\\')) return part.charAt(1) === character;
  const [, not = '', set = ''] = /^\[([!^]?)([\s\S]*)\]$/.exec(part) ?? [];
  const ranges = set.match(/[\s\S]-[\s\S]|[\s\S]/g) ?? [];
  const found = ranges.some(
    (range) => range.charAt(0) <= character && character <= (range.at(-1) ?? ''),
  );
  return found === (not === '');
}
