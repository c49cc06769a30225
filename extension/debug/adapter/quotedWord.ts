/** A word as /bin/sh takes it, in a command line that a debugger or an adapter leaves to a shell. */
export function quotedWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
