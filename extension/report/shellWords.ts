import { quotedWord } from './quotedWord.ts';

/**
 * An argument vector as a person would type it into a POSIX shell, for showing and copying only:
 * Capwright itself never hands a command to a shell.
 */
export function shellWords(argv: readonly string[]): string {
  return argv.map(shellWord).join(' ');
}

function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!/[\p{Cc}\p{Cf}]/u.test(word)) return quotedWord(word);
  const escaped = word
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => {
      const bytes = encodeURIComponent(character).split('%').slice(1);
      return bytes.length > 0
        ? bytes.map((byte) => `\\x${byte.toLowerCase()}`).join('')
        : `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`;
    });
  return `$'${escaped}'`;
}
