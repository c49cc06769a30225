/** Nothing of what is made in a new folder is missed, however fast it is made. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { NewFolderWatch } from '../../extension/probe/newFolderWatch.ts';

interface Followed {
  readonly at: (name: string) => string;
  readonly told: Set<string>;
  readonly watch: NewFolderWatch;
  /** Forgets what was told, does something, and waits until it was told of these. */
  readonly tells: (happening: () => unknown, ...names: readonly string[]) => Promise<void>;
}

/** A place in which nothing is yet; `build` is what is followed. */
async function place(): Promise<Followed> {
  const above = await mkdtemp(join(tmpdir(), 'capwright-new-'));
  const at = (name: string): string => join(above, name);
  const told = new Set<string>();
  const watch = new NewFolderWatch((path) => told.add(path));
  onTestFinished(async () => {
    watch.dispose();
    await rm(above, { recursive: true });
  });
  const tells = async (happening: () => unknown, ...names: readonly string[]): Promise<void> => {
    told.clear();
    await happening();
    await vi.waitFor(() => expect([...told]).toEqual(expect.arrayContaining(names.map(at))), {
      timeout: 10_000,
    });
  };
  return { at, told, watch, tells };
}

/** All at once, in the same turn of the event loop. */
function make(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
}

test('what was there before the watch, and what is made while it is set up', async () => {
  const { at, watch, tells } = await place();
  await tells(
    async () => {
      make(at('build/one/two/three/early'));
      const following = watch.follow(at('build'));
      make(at('build/four/five/meanwhile'));
      await following;
      make(at('build/one/six/later'));
    },
    'build/one/two/three/early',
    'build/four/five/meanwhile',
    'build/one/six/later',
  );
});

test('every file of many nested folders that are made without a pause, and every change in them', async () => {
  const { at, told, watch, tells } = await place();
  mkdirSync(at('build'));
  await watch.follow(at('build'));
  const files = Array.from({ length: 60 }, (_, index) => `build/${index}/a/b/c/file`);
  await tells(() => files.map((file) => make(at(file))), ...files);
  await settled(told);
  await tells(() => files.map((file) => writeFileSync(at(file), 'linked')), ...files);
  await tells(() => files.map((file) => rmSync(at(file))), ...files);
});

test('a folder that goes and comes again, at once or later, by its name or by another’s', async () => {
  const { at, told, watch, tells } = await place();
  make(at('build/debug/debug/first'));
  await watch.follow(at('build'));
  await settled(told);
  await tells(() => {
    rmSync(at('build/debug'), { recursive: true });
    make(at('build/debug/debug/second'));
  }, 'build/debug/debug/second');
  await tells(() => rm(at('build/debug'), { recursive: true }), 'build/debug');
  await tells(() => make(at('build/debug/debug/third')), 'build/debug/debug/third');
  make(at('kept/debug/fourth'));
  await tells(() => {
    renameSync(at('build/debug'), at('gone'));
    renameSync(at('kept'), at('build/debug'));
  }, 'build/debug/debug/fourth');
  await tells(
    () => writeFile(at('build/debug/debug/fourth'), 'linked'),
    'build/debug/debug/fourth',
  );
});

test('what is made in bulk, what lies behind a link, and what comes after the end, is not told', async () => {
  const { at, told, watch, tells } = await place();
  const bulk = [
    'node_modules/x/package.json',
    'build/debug/CMakeFiles/x/file',
    '.git/objects/file',
    'target/debug/incremental/x/file',
    'target/riscv64gc-unknown-none-elf/release/deps/file',
  ].map((each) => `build/${each}`);
  for (const each of bulk) make(at(each));
  make(at('elsewhere/file'));
  await symlink(at('elsewhere'), at('build/link'));
  await watch.follow(at('build'));
  await watch.follow(at('build/node_modules/x'));
  await watch.follow(at('build/link'));
  await watch.follow(at('elsewhere/file'));
  await watch.follow(at('nowhere'));
  // A program of that name is nobody's bulk, and so is what cargo makes last.
  await tells(() => make(at('build/target/debug/tunneld')), 'build/target/debug/tunneld');
  await settled(told);
  expect([...told].filter((path) => /\/(file|package\.json)$/.test(path))).toEqual([]);

  told.clear();
  watch.dispose();
  await mkdir(at('build/after'));
  await rename(at('build/after'), at('build/afterwards'));
  await watch.follow(at('elsewhere'));
  await settled(told);
  expect(told.size).toBe(0);
});

/** Waits until nothing more is told. */
async function settled(told: ReadonlySet<string>): Promise<void> {
  for (let before = -1; before !== told.size;) {
    before = told.size;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
