/** What happens to a file is told, whichever part of its path it happens to; what happens beside it is not. */
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { watchPath } from '../../extension/probe/pathWatch.ts';

interface Watched {
  readonly at: (name: string) => string;
  /** Does something, and waits until it is told. */
  readonly told: (happening: () => Promise<unknown>) => Promise<void>;
  readonly count: () => number;
}

/** Watches `project/target/tunnel` in a new folder, where the folders of it are. */
async function watched(path = 'project/target/tunnel'): Promise<Watched> {
  const above = await mkdtemp(join(tmpdir(), 'capwright-watch-'));
  const at = (name: string): string => join(above, name);
  await mkdir(at('project/target'), { recursive: true });
  await writeFile(at('project/target/tunnel'), 'first');
  await symlink('project/target/tunnel', at('link'));
  let count = 0;
  const watch = watchPath(at(path), () => (count += 1));
  onTestFinished(async () => {
    watch.dispose();
    await rm(above, { recursive: true });
  });
  const told = async (happening: () => Promise<unknown>): Promise<void> => {
    const before = count;
    await happening();
    await vi.waitUntil(() => count > before);
  };
  return { at, told, count: () => count };
}

test.each(['project/target/tunnel', 'link'])(
  '%s that is written, changed or replaced',
  async (path) => {
    const { at, told, count } = await watched(path);
    const tunnel = at('project/target/tunnel');
    await told(() => writeFile(tunnel, 'second'));
    await told(() => chmod(tunnel, 0o755));
    await writeFile(at('project/target/other'), '');
    await told(() => rename(at('project/target/other'), tunnel));
    await told(() => rm(tunnel));
    await told(() => writeFile(tunnel, 'third'));
    expect(count()).toBeGreaterThanOrEqual(5);
  },
);

test('a folder of the path that goes and comes', async () => {
  const { at, told, count } = await watched();
  await told(() => rm(at('project/target'), { recursive: true }));
  await told(() => mkdir(at('project/target')));
  await told(() => writeFile(at('project/target/tunnel'), 'built'));
  await told(() => rename(at('project'), at('moved')));
  await told(() => mkdir(at('project/target'), { recursive: true }));
  await told(() => writeFile(at('project/target/tunnel'), 'built again'));
  expect(count()).toBeGreaterThanOrEqual(6);
});

test('a link that is led elsewhere', async () => {
  const { at, told, count } = await watched('link');
  await writeFile(at('another'), '');
  await symlink('another', at('next'));
  await told(() => rename(at('next'), at('link')));
  await told(() => writeFile(at('another'), 'written'));
  expect(count()).toBeGreaterThanOrEqual(2);
});

test('what is beside it, and what comes after the end, is not told', async () => {
  const { at, told, count } = await watched();
  await told(() => writeFile(at('project/target/tunnel'), 'second'));
  const before = await settled(count);
  await writeFile(at('project/target/tunnel.d'), '');
  await writeFile(at('project/notes'), '');
  await told(() => rm(at('project/target/tunnel')));
  // One for the removal: inotify tells in order, so what was beside it would have come before.
  expect(count()).toBe(before + 1);
});

/** The count once nothing was told for a while: one act may be told in pieces. */
async function settled(count: () => number): Promise<number> {
  for (let before = -1; before !== count();) {
    before = count();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return count();
}
