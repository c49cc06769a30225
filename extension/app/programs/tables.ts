/** A table of a TOML file, or one of an array of tables, with what is said in it as it is written. */
export interface Table {
  /** `package`, `[bin]` for one of an array; empty for what is said before the first. */
  readonly name: string;
  readonly values: ReadonlyMap<string, string>;
}

/**
 * The tables of a file as cargo and people write it: headers and keys of bare words, each value from its
 * key to the next. What is written otherwise is left out, not guessed at.
 */
export function tablesIn(text: string): readonly Table[] {
  const tables: { name: string; values: Map<string, string> }[] = [{ name: '', values: new Map() }];
  let key: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    const [, header] = /^\s*\[(\[[\w.-]+\]|[\w.-]+)\]\s*(?:#.*)?$/.exec(line) ?? [];
    const [, word, value] = /^\s*([\w.-]+)\s*=\s*(.*)$/.exec(line) ?? [];
    const values = tables.at(-1)?.values;
    if (header !== undefined) {
      tables.push({ name: header, values: new Map() });
      key = null;
    } else if (word !== undefined && value !== undefined) {
      key = word;
      values?.set(word, value);
    } else if (key !== null) {
      values?.set(key, `${values.get(key) ?? ''}\n${line}`);
    }
  }
  return tables;
}

/** The text that a value is; null for anything else, and for one with escapes. */
export function textIn(value: string | undefined): string | null {
  const [, basic, literal] = /^(?:"([^"\\]*)"|'([^']*)')\s*(?:#.*)?\s*$/.exec(value ?? '') ?? [];
  return basic ?? literal ?? null;
}
