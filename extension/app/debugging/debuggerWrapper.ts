import { realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sought, Wrapper } from '../../fixes/debugger/rewriting.ts';
import { findAlongPath } from '../alongPath.ts';

/**
 * Writes a wrapper, executable by its owner alone. The words in it are quoted, and the arguments that it is
 * started with are never parsed.
 * @returns null; otherwise the name of a program that is not there, and nothing was written
 * @throws where the folder is missing or something has the path already, also a link
 */
export async function writeWrapper(
  { path, words, program }: Wrapper,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | null> {
  const found = await find(program, environment);
  if (found === null) return program.names.join(', ');
  const quoted = [...words, found].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
  await writeFile(path, `#!/bin/sh\nexec ${quoted} "$@"\n`, { mode: 0o700, flag: 'wx' });
  return null;
}

async function find(
  { names, beside }: Sought,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const neighbour = beside === undefined ? null : await findAlongPath(beside, environment);
  const folders = neighbour === null ? [] : [dirname(await realpath(neighbour))];
  for (const name of [
    ...folders.flatMap((folder) => names.map((each) => join(folder, each))),
    ...names,
  ]) {
    const path = await findAlongPath(name, environment);
    if (path !== null) return path;
  }
  return null;
}
