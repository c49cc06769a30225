import { execa } from 'execa';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { folder } from './tree.ts';

const compilerFlags = [
  ...['-std=gnu17', '-D_GNU_SOURCE', '-O2', '-static', '-s'],
  ...['-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wconversion', '-Wformat=2', '-Werror'],
];

/** Compiles a C file. Static: it runs in every release, and what it reports is no dynamic linker’s doing. */
export async function buildStatic(source: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const program = join(folder, basename(source, '.c'));
  const fresh = await mkdtemp(`${program}-making-`);
  try {
    const made = join(fresh, 'program');
    await execa('cc', [...compilerFlags, '-o', made, source]);
    await rename(made, program);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return program;
}
