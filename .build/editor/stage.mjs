// Puts what a user must read where the user can read it. A checkout often lies in a home nobody else may enter.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readdir, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { canRead } from './user.mjs';

/** @typedef {import('./user.mjs').User} User */

/** Not part of the extension as it is installed, and large. */
const notInstalled = new Set(['node_modules', '.git', '.cache', '.build', 'test', 'coverage']);

/**
 * The extension itself if the user can read it, else a copy inside `directory`.
 *
 * @param {User | undefined} user
 * @param {string} extension its root, where package.json lies
 * @param {string} directory readable by the user; the caller removes it
 */
export async function stageExtension(user, extension, directory) {
  const manifest = join(extension, 'package.json');
  if (!existsSync(manifest))
    throw new Error(`${extension} is no extension: it has no package.json`);
  if (await canRead(user, manifest)) return extension;
  const copy = join(directory, basename(extension));
  await mkdir(copy, { recursive: true });
  for (const entry of await readdir(extension)) {
    if (notInstalled.has(entry)) continue;
    await cp(join(extension, entry), join(copy, entry), { recursive: true });
  }
  return readable(user, copy, join(copy, 'package.json'));
}

/**
 * A file or a tree itself if the user can read it, else a copy inside `directory`: of links where the file
 * system allows, because a VS Code server is 700 MB.
 *
 * @param {User | undefined} user
 * @param {string} path absolute
 * @param {string} directory readable by the user; the caller removes it
 * @param {string} [witness] a file below `path` that tells for the tree
 */
export async function stage(user, path, directory, witness = '') {
  if (await canRead(user, join(path, witness))) return path;
  const copy = join(directory, basename(path));
  const copied = ['--link', '--reflink=auto'].some(
    (how) => spawnSync('cp', ['--archive', '--force', how, '--', path, copy]).status === 0,
  );
  if (!copied) throw new Error(`cannot copy ${path} to ${copy}`);
  return readable(user, copy, join(copy, witness));
}

/**
 * @param {User | undefined} user
 * @param {string} copy
 * @param {string} witness
 */
async function readable(user, copy, witness) {
  if (await canRead(user, witness)) return copy;
  throw new Error(
    `user ${user?.uid ?? 'self'} cannot read even a copy, ${witness}: give its files mode 0644 (chmod -R go+rX)`,
  );
}
