import { writeFile } from 'node:fs/promises';
import type { Wrapper } from '../fixes/debugger/rewriting.ts';

/**
 * Writes a wrapper, executable by its owner alone. The words in it are quoted, and the arguments that it is
 * started with are never parsed.
 * @throws where the folder is missing or something has the path already, also a link
 */
export async function writeWrapper({ path, words }: Wrapper): Promise<void> {
  const quoted = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  await writeFile(path, `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o700, flag: 'wx' });
}
