/** A word as every POSIX shell takes it, whatever is in it. */
export function quotedWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
