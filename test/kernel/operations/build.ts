import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

const cache = join(import.meta.dirname, '../../../.cache/kernel-operations');

/** Builds runner.c into `.cache/`. Whoever runs an older build keeps it: it is replaced, not rewritten. */
export async function buildRunner(): Promise<string> {
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(join(cache, 'build-'));
  const [built, runner] = [join(fresh, 'runner'), join(cache, 'runner')];
  try {
    const strict = ['-std=gnu17', '-O1', '-Wall', '-Wextra', '-Wshadow', '-Wformat=2', '-Werror'];
    await execa('cc', [...strict, '-o', built, join(import.meta.dirname, 'runner.c')]);
    await rename(built, runner);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return runner;
}
