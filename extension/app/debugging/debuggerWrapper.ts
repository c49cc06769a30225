import { realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Sought, Wrapper } from '../../fixes/debugger/rewriting.ts';
import { quotedWord } from '../../report/quotedWord.ts';
import { findAlongPath } from '../alongPath.ts';

/**
 * Writes a wrapper, executable by its owner alone. The words in it are quoted, and the arguments that it is
 * started with are never parsed.
 * @returns null; otherwise the name of a program that is not there, and nothing was written
 * @throws where the folder is missing or something has the path already, also a link
 */
export async function writeWrapper(
  { path, words, program, environment: handedOver }: Wrapper,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string | null> {
  const found = await find(program, environment);
  if (found === null) return program.names.join(', ');
  const lines =
    handedOver === undefined
      ? [`exec ${quoted([...words, found])} "$@"`]
      : [
          // Not as arguments: these are for every user to see. Nor into what somebody has put there.
          `rm -f ${quoted([handedOver])} && (set -C; umask 077; export -p >${quoted([handedOver])}) || exit`,
          `exec ${quoted([...words, 'sh', '-c', takingOver, handedOver, found])} "$@"`,
        ];
  await writeFile(path, ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o700, flag: 'wx' });
  return null;
}

/**
 * What `export -p` has written is read by the shell again, unless somebody else has put it there; the capabilities
 * are held already. Nothing but the program is started with the variables, some of which load code (LD_PRELOAD).
 */
const takingOver = [
  'exec 3<"$0"',
  '[ -O /dev/fd/3 ] || { echo "$0: is somebody else’s, and not what was handed over" >&2; exit 1; }',
  'rm -f "$0" && . /dev/fd/3 && exec 3<&- && exec "$@"',
].join('; ');

function quoted(words: readonly string[]): string {
  return words.map(quotedWord).join(' ');
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
