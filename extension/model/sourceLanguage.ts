/** A language whose programs can be told apart, and for which code can be shown. */
export type SourceLanguage = 'c' | 'go' | 'python' | 'rust';

/**
 * What a native program was written in, by what its toolchain left in it: the Go linker a section of
 * its own, rustc its name in `.comment` or a script for gdb. C where there is nothing of either.
 * @param sections the names of its ELF sections
 * @param comment the text of `.comment`
 */
export function compiledLanguage(sections: readonly string[], comment: string): SourceLanguage {
  if (sections.some((name) => name === '.go.buildinfo' || name === '.note.go.buildid')) return 'go';
  return comment.includes('rustc') || sections.includes('.debug_gdb_scripts') ? 'rust' : 'c';
}

/** What a script is written in, by its `#!` line; null where that is none of the languages. */
export function scriptLanguage(
  interpreter: string,
  argument: string | null,
): SourceLanguage | null {
  const named = /(?:^|\/)env$/.test(interpreter) ? (argument ?? '') : interpreter;
  return /(?:^|\/|\s)python[\d.]*$/.test(named) ? 'python' : null;
}
