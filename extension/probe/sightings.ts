import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { known, unknown, type Evidence } from '../model/evidence.ts';
import type { Sighting } from '../model/sighting.ts';
import { isSystemError } from './helper/outcome.ts';
import { sightingFileSchema, type SightingFile } from '../protocol/sighting.ts';

/** What is remembered of programs between two checks: a small file each, the user's own. */
export interface Sightings {
  /** Null: it was never seen with capabilities, or that is long ago. */
  recall(path: string): Promise<Evidence<Sighting | null>>;
  /** A memory that cannot be kept costs an explanation later, and nothing now. */
  remember(path: string, sighting: Sighting): Promise<void>;
}

/** Beyond so many programs the one that was written longest ago is forgotten. */
const maximumCount = 256;

/**
 * The user's memory, in `$XDG_STATE_HOME/capwright/sightings` (XDG Base Directory Specification), by
 * default below `~/.local/state`.
 */
export function userSightings(environment: NodeJS.ProcessEnv): Sightings {
  const state = environment['XDG_STATE_HOME'] ?? '';
  const home = state.startsWith('/') ? state : join(homedir(), '.local/state');
  return sightingsIn(join(home, 'capwright/sightings'));
}

export function sightingsIn(folder: string): Sightings {
  const fileOf = (path: string): string =>
    join(folder, `${createHash('sha256').update(path).digest('hex')}.json`);
  return {
    recall: (path) => read(fileOf(path)),
    remember: async (path, sighting) => {
      const file = fileOf(path);
      const text = `${JSON.stringify(encode(path, sighting))}\n`;
      try {
        const before = await readFile(file, 'utf8').catch(() => null);
        if (before === text) return;
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await replace(file, text);
        if (before === null) await forgetOldest(folder);
      } catch (error) {
        if (!isSystemError(error)) throw error;
      }
    },
  };
}

async function read(file: string): Promise<Evidence<Sighting | null>> {
  try {
    const content = v.safeParse(sightingFileSchema, JSON.parse(await readFile(file, 'utf8')));
    return content.success
      ? known(decode(content.output), file)
      : unknown('what is remembered of it was not written by this version', file);
  } catch (error) {
    if (error instanceof SyntaxError) return unknown('what is remembered of it is damaged', file);
    if (!isSystemError(error)) throw error;
    return error.code === 'ENOENT'
      ? known(null, file)
      : unknown(`what is remembered of it cannot be read (${error.code})`, file);
  }
}

/** Renamed into place: nobody ever reads half of it. */
async function replace(file: string, text: string): Promise<void> {
  const unfinished = `${file}.${randomUUID()}`;
  try {
    await writeFile(unfinished, text, { flag: 'wx', mode: 0o600 });
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function forgetOldest(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= maximumCount) return;
  const files = await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      return { file, written: (await stat(file)).mtimeMs };
    }),
  );
  files.sort((one, other) => one.written - other.written);
  for (const { file } of files.slice(0, files.length - maximumCount)) {
    await rm(file, { force: true });
  }
}

function encode(path: string, { capability, stamp }: Sighting): SightingFile {
  return {
    schema: 'capwright.sighting/1',
    path,
    capability: Buffer.from(capability).toString('hex'),
    ...stamp,
  };
}

function decode({ capability, inode, device, size, uid, gid, ...times }: SightingFile): Sighting {
  const { modified, changed, born } = times;
  return {
    capability: new Uint8Array(Buffer.from(capability, 'hex')),
    stamp: { inode, device, size, uid, gid, modified, changed, born },
  };
}
