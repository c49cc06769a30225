/**
 * `capwright setcap` gives capabilities to the file that was meant and to no other. getcap(8) and the program
 * itself are the judges; the attackers are real users.
 */
import {
  chmod,
  chown,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import {
  planBuildElsewhere,
  planPresetsElsewhere,
} from '../../../extension/app/fileCapabilities/buildElsewhere.ts';
import { parseSettings } from '../../../extension/app/launcher/settingsText.ts';
import { findNamedPrograms } from '../../../extension/app/programs/findPrograms.ts';
import { pinFile } from '../../../extension/probe/pinnedFile.ts';
import { readingHost } from '../../../extension/probe/readingHost.ts';
import { buildFixtures, type Fixtures } from '../../fixtures/build.ts';
import { makeBundles } from '../world/bundles.ts';
import { mustRun, run, startAndWait, toolMissing, type Ran } from '../world/command.ts';
import { openSpace } from '../world/space.ts';
import { logIn, prepareWorld, type User, type World } from '../world/world.ts';

let world: World;
let fixtures: Fixtures;
/** A folder of the developer's. */
let folder: string;

beforeAll(async () => {
  await makeBundles();
  fixtures = await buildFixtures();
  world = await prepareWorld();
  folder = await mkdtemp(join(world.dev.home, 'setcap-'));
  await chown(folder, world.dev.uid, world.dev.gid);
  return () => world.dispose();
});

beforeEach(({ skip }) => {
  if (world.sudoMissing !== null) skip(world.sudoMissing);
});

/** Nothing of what held a file is left. */
afterEach(async () => {
  const names = await readdir(folder, { recursive: true });
  expect(names.filter((name) => name.includes('.capwright-'))).toEqual([]);
});

const reached = (path: string): string =>
  world.reach(new URL(`../../../${path}`, import.meta.url).pathname);

const commandOf = (...args: readonly string[]): readonly string[] => [
  ...logIn(world.dev),
  ...[world.reach(process.execPath), reached('dist/cli.mjs'), 'setcap'],
  ...args,
];
const capwright = (...args: readonly string[]): Promise<Ran> => run(commandOf(...args));

const net = 'cap_net_admin=ep';
const give = (path: string): Promise<Ran> => capwright('--', net, path);

/** A copy of the program with this name in the folder, the owner's. */
async function program(name: string, owner: User = world.dev, below = folder): Promise<string> {
  const path = join(below, name);
  await copyFile(fixtures.tun, path);
  await chown(path, owner.uid, owner.gid);
  await chmod(path, 0o755);
  return path;
}

async function newFolder(owner: User, mode: number): Promise<string> {
  const path = await mkdtemp(join('/srv', 'folder-'));
  await chown(path, owner.uid, owner.gid);
  await chmod(path, mode);
  return path;
}

/** As getcap(8) prints it, without the path. */
async function getcap(path: string): Promise<string> {
  return (await mustRun(['getcap', path])).slice(path.length).trim();
}

const works = async (path: string): Promise<boolean> =>
  /^ok /m.test((await run([...logIn(world.dev), path])).stdout);

describe('a program of the developer’s', () => {
  test.each([
    'tunnel',
    'a name with blanks',
    '-r',
    'two\nlines',
    `it's "a" $(touch pwned) \`b\` \\ ü`,
    'x'.repeat(255),
  ])('%j gets them, and gives them back', async (name) => {
    const path = await program(name);
    const given = await give(path);
    expect(given.stderr).toMatch(/^capwright: runs sudo setcap cap_net_admin=ep /);
    expect(given.code).toBe(0);
    expect(await getcap(path)).toBe(net);
    expect(await works(path)).toBe(true);

    const taken = await capwright('--remove', '--', path);
    expect(taken.code).toBe(0);
    expect(taken.stdout).toContain(`undo: capwright setcap -- ${net} `);
    expect(await getcap(path)).toBe('');
    expect(await works(path)).toBe(false);
  });

  test('gets back what it had, also what counts in one user namespace alone', async () => {
    const path = await program('former');
    await mustRun(['setcap', '-n', '4242', 'cap_net_raw=eip', path]);
    const given = await give(path);
    expect(given.stdout).toContain('undo: capwright setcap --root-id 4242 -- cap_net_raw=eip ');
    expect((await capwright('--root-id', '4242', '--', 'cap_net_raw=eip', path)).code).toBe(0);
    expect(await mustRun(['getcap', '-n', path])).toContain('cap_net_raw=eip [rootid=4242]');
  });

  test('is not touched for a text that is none, or one that setcap would take for an option', async () => {
    const path = await program('text');
    for (const text of ['cap_net_admin', 'cap_nonsense=ep', '-r', '-h', '']) {
      expect((await capwright('--', text, path)).code).toBe(2);
    }
    expect(await getcap(path)).toBe('');
  });
});

describe('where a tool of libcap is missing, what to install is told', () => {
  /** `capwright setcap` where nothing that may be executed has the tool's name. */
  async function without(tool: string, ...args: readonly string[]): Promise<Ran> {
    const space = await openSpace('mount --bind /dev/null "$(command -v "$1")"', tool);
    onTestFinished(() => space.dispose());
    return space.run(commandOf(...args));
  }
  const remedy = 'Debian: apt install libcap2-bin.';

  test('getcap: the file gets them all the same, and gives them back', async () => {
    const path = await program('unconfirmed');
    const told = `capwright: getcap is not installed, so there is no second opinion of what the file has.\n  ${remedy}`;
    const given = await without('getcap', '--', net, path);
    expect(given.code).toBe(0);
    expect(given.stderr).toContain(told);
    expect(given.stdout).toContain(net);
    expect(await getcap(path)).toBe(net);
    const taken = await without('getcap', '--remove', '--', path);
    expect(taken.code).toBe(0);
    expect(taken.stderr).toContain(told);
    expect(await getcap(path)).toBe('');
  });

  test('setcap: nothing is run', async () => {
    const path = await program('unchanged');
    const ran = await without('setcap', '--', net, path);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('capwright: setcap is not installed');
    expect(ran.stderr).toContain(remedy);
    expect(ran.stderr).not.toContain('runs sudo');
    expect(await getcap(path)).toBe('');
  });
});

describe('what is not the file that was meant', () => {
  test('a symbolic link', async () => {
    const path = await program('led-to');
    await symlink('led-to', join(folder, 'link'));
    const ran = await give(join(folder, 'link'));
    expect(ran.stderr).toContain('is a symbolic link, so nothing was run');
    expect(ran.code).toBe(2);
    expect(await getcap(path)).toBe('');
  });

  test('another one than was checked', async () => {
    const path = await program('checked');
    const { dev, ino, ctimeNs } = await stat(path, { bigint: true });
    const expected = `${String(dev >> 8n)}:${String(dev & 0xffn)}:${String(ino)}:${String(ctimeNs)}`;
    await rename(await program('next'), path);
    const ran = await capwright('--expect', expected, '--', net, path);
    expect(ran.stderr).toContain(
      'was replaced or changed after it was checked, so nothing was run',
    );
    expect(ran.stderr).not.toContain('runs sudo');
    expect(await getcap(path)).toBe('');
  });

  test('a folder, a device, nothing', async () => {
    for (const path of [folder, '/dev/null', join(folder, 'missing')]) {
      const ran = await give(path);
      expect(ran.stderr).toContain('so nothing was run');
      expect(ran.code).toBe(2);
    }
  });

  test('another user’s file, though it lies in a folder of one’s own', async () => {
    const path = await program('planted', world.other);
    const ran = await give(path);
    expect(ran.stderr).toContain('belongs to another user');
    expect(await getcap(path)).toBe('');
  });
});

describe('swapped between the look and the act', () => {
  const ways = ['replaced', 'link', 'folder', 'everything'] as const;

  async function swap(
    way: string,
  ): Promise<{ readonly outcome: unknown; readonly path: string; readonly inode: string }> {
    const place = join(folder, `swap-${way}`);
    await mkdir(place);
    await chown(place, world.dev.uid, world.dev.gid);
    const path = await program('tunnel', world.dev, place);
    const other = await program(`${way}-other`);
    // A second name, by which the test finds the file again.
    const inode = join(folder, `${way}-inode`);
    await link(path, inode);
    const command = [world.reach(process.execPath), reached('test/kernel/setcap/swapping.ts')];
    const ran = await mustRun([...logIn(world.dev), ...command, way, path, other]);
    return { outcome: JSON.parse(ran), path, inode };
  }

  test.each(ways)('%s: what is there now gets nothing, and that is told', async (way) => {
    const { outcome, path, inode } = await swap(way);
    expect(await getcap(inode)).toBe(net);
    const real = (await mustRun(['realpath', path])).trim();
    expect(await getcap(real)).toBe('');
    expect(JSON.stringify(outcome)).toContain('something else was put in the place');
    // Where the folder was moved away, what held the file went with it.
    await mustRun([
      'find',
      folder,
      '-name',
      '.capwright-*',
      '-prune',
      '-exec',
      'rm',
      '-r',
      '{}',
      '+',
    ]);
  });

  test('nothing swapped: it is told as changed', async () => {
    const { outcome, inode } = await swap('nothing');
    expect(outcome).toEqual({ kind: 'changed', before: null, after: net, unconfirmed: null });
    expect(await getcap(inode)).toBe(net);
  });
});

describe('where another user may change the folder', () => {
  test('a folder of theirs: the path cannot be held, so nothing is run', async () => {
    const place = await newFolder(world.other, 0o755);
    const path = await program('tunnel', world.dev, place);
    const ran = await give(path);
    expect(ran.stderr).toContain('can be swapped by another user');
    expect(ran.stderr).not.toContain('runs sudo');
    expect(await getcap(path)).toBe('');
  });

  test('a folder for all, in which they swap without end: only the developer’s file ever has them', async () => {
    const place = await newFolder(world.other, 0o777);
    const victim = await program('victim', world.other);
    const mine = await program('mine');
    // Links are what can be put in place of a file that is not one's own.
    const script = `
      cd ${place}
      echo ready
      while :; do
        ln -sf ${victim} decoy; mv -T decoy tunnel; cp ${victim} decoy; mv -T decoy tunnel
        for d in .capwright-*; do [ -e "$d" ] && mv "$d" away-$RANDOM && mkdir "$d" && cp ${victim} "$d/tunnel"; done
      done`;
    const attacker = await startAndWait([
      ...['timeout', '40', ...logIn(world.other), 'bash', '-c', script],
    ]);
    onTestFinished(async () => {
      process.kill(attacker.pid);
      await attacker.finish();
    });
    const path = join(place, 'tunnel');
    const ends: (number | null)[] = [];
    for (let round = 0; round < 12; round += 1) {
      await link(mine, join(place, 'mine')).catch(() => undefined);
      await rename(join(place, 'mine'), path).catch(() => undefined);
      ends.push((await give(path)).code);
    }
    expect(ends).toHaveLength(12);
    expect(await getcap(victim)).toBe('');
    const decoys = await mustRun(['getcap', '-r', place]);
    for (const line of decoys.split('\n').filter((text) => text !== '')) {
      const owner = await stat(line.slice(0, line.lastIndexOf(' '))).catch(() => null);
      if (owner !== null) expect(owner.uid).toBe(world.dev.uid);
    }
  });

  test('a program of root’s in a folder of root’s is reached by its path, which nobody else can swap', async () => {
    const root: User = { ...world.dev, uid: 0, gid: 0 };
    const place = await newFolder(root, 0o755);
    const path = await program('tunnel', root, place);
    const ran = await give(path);
    expect(ran.stderr).toContain(`runs sudo setcap cap_net_admin=ep ${path}`);
    expect(await getcap(path)).toBe(net);
  });
});

test('polkit is given a path that leads to the file from anywhere', async () => {
  const path = await program('held');
  const pinning = pinFile(path, null);
  if (pinning.kind !== 'pinned') throw new Error(pinning.refusal.why);
  await writeFile(join(folder, 'later'), 'not a program');
  await rename(join(folder, 'later'), path);
  await mustRun(['setcap', net, pinning.file.path]);
  expect(await getcap(pinning.file.path)).toBe(net);
  expect(pinning.file.isInPlace()).toBe(false);
  pinning.file.release();
  expect(await getcap(path)).toBe('');
});

describe('where they would be of no use, it is said beforehand', () => {
  test('nosuid: nothing is run, and the command that is shown makes it work', async () => {
    const path = await program('tunnel', world.dev, world.nosuid);
    const before = await mustRun(['findmnt', '-no', 'OPTIONS', world.nosuid]);
    const ran = await give(path);
    expect(ran.code).toBe(1);
    expect(ran.stderr).not.toContain('runs sudo');
    expect(ran.stderr).toContain('CARGO_TARGET_DIR');
    expect(ran.stderr).toContain('cmake -B');
    const shown = /^ {2}Or change the mount: sudo (.*)$/m.exec(ran.stderr)?.[1] ?? '';
    await mustRun(shown.split(' '));
    const after = await mustRun(['findmnt', '-no', 'OPTIONS', world.nosuid]);
    expect(after.trim().split(',')).toEqual(
      before
        .trim()
        .split(',')
        .filter((option) => option !== 'nosuid'),
    );
    expect((await give(path)).code).toBe(0);
    expect(await works(path)).toBe(true);
  });

  test('ramfs, which keeps no attributes', async () => {
    const place = await newFolder(world.dev, 0o755);
    await mustRun(['mount', '-t', 'ramfs', 'ramfs', place]);
    await chmod(place, 0o777);
    const path = await program('tunnel', world.dev, place);
    const ran = await give(path);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('(ramfs), which keeps none (EOPNOTSUPP)');
    expect(ran.stderr).not.toContain('mount -o');
  });
});

test('cargo builds where its configuration was told to, and file capabilities count there', async ({
  skip,
}) => {
  const missing = await toolMissing('cargo');
  if (missing !== null) return skip(missing);
  const edit = planBuildElsewhere(
    'cargo',
    '[build]\njobs = 1\n',
    join(folder, 'it\'s "elsewhere"'),
  );
  if (edit.kind !== 'edit') throw new Error(edit.reason);
  const project = await mkdtemp(join(world.nosuid, 'project-'));
  await mkdir(join(project, '.cargo'));
  await mkdir(join(project, 'src'));
  await writeFile(join(project, '.cargo/config.toml'), edit.text);
  await writeFile(join(project, 'Cargo.toml'), '[package]\nname = "tunnel"\nversion = "0.1.0"\n');
  await writeFile(join(project, 'src/main.rs'), 'fn main() {}\n');
  // As root: a toolchain may be installed for one user alone.
  await mustRun(['env', '-C', project, 'cargo', 'build', '--offline']);
  const built = join(folder, 'it\'s "elsewhere"', 'debug/tunnel');
  expect((await give(built)).code).toBe(0);
  expect(await getcap(built)).toBe(net);
});

test('CMake builds where the setting of CMake Tools was told to: the program is found there, and works', async ({
  skip,
}) => {
  const missing = await toolMissing('cmake');
  if (missing !== null) return skip(missing);
  const directory = join(folder, "it's elsewhere");
  const edit = planBuildElsewhere('cmake', '{\n  // yours\n  "a": 1\n}\n', directory);
  if (edit.kind !== 'edit') throw new Error(edit.reason);
  const settings = parseSettings(edit.text) ?? {};
  const project = await cmakeProject();
  // As CMake Tools does it.
  const build = String(settings['cmake.buildDirectory']);
  await askForTargets(build);
  await mustRun([...logIn(world.dev), 'cmake', '-S', project, '-B', build]);
  await mustRun([...logIn(world.dev), 'cmake', '--build', build]);

  await isFoundAndSetToWork(project, join(directory, 'tunnel'), {
    'cmake.buildDirectory': build,
  });
});

describe('CMake builds where presets of the user’s were told to', () => {
  const base = { name: 'base', hidden: true, generator: 'Unix Makefiles' };
  const inside = { ...base, binaryDir: '${sourceDir}/build' };
  const projectSays = (version: number) => ({
    version,
    configurePresets: [inside, { name: 'dev', inherits: 'base', description: 'of the project' }],
  });
  const mine = { name: 'mine', inherits: 'dev', cacheVariables: { CMAKE_BUILD_TYPE: 'Debug' } };
  // This cmake reads no later version than the sixth.
  test.each([
    { version: 1, user: null, preset: 'dev-elsewhere' },
    { version: 2, user: null, preset: 'dev-elsewhere' },
    { version: 3, user: null, preset: 'dev-elsewhere' },
    { version: 6, user: null, preset: 'dev-elsewhere' },
    { version: 6, user: { version: 3, configurePresets: [mine] }, preset: 'mine-elsewhere' },
  ])('version $version, $preset', async ({ version, user, preset }) => {
    const missing = await toolMissing('cmake');
    expect(missing).toBeNull();
    const directory = join(folder, `elsewhere ${String(version)} $\{sourceDir} ${preset}`);
    const project = await cmakeProject();
    const [projectText, userText] = [projectSays(version), user].map((each) =>
      each === null ? '' : JSON.stringify(each, null, 2),
    );
    const edit = planPresetsElsewhere(projectText ?? '', userText ?? '', directory);
    if (edit.kind !== 'edit') throw new Error(edit.reason);
    expect(edit.presets).toContain(preset);
    await writeFile(join(project, 'CMakePresets.json'), projectText ?? '');
    await writeFile(join(project, 'CMakeUserPresets.json'), edit.text);

    const build = join(directory, preset);
    await askForTargets(build);
    const inProject = [...logIn(world.dev), 'env', '-C', project];
    await mustRun([...inProject, 'cmake', '--preset', preset]);
    await mustRun([...inProject, 'cmake', '--build', build]);
    await isFoundAndSetToWork(project, join(build, 'tunnel'), {});
  });
});

/** The developer’s, where file capabilities do not count. */
async function cmakeProject(): Promise<string> {
  const project = await mkdtemp(join(world.nosuid, 'project-'));
  const source = new URL('../../fixtures/tun.c', import.meta.url).pathname;
  await copyFile(source, join(project, 'tun.c'));
  await writeFile(
    join(project, 'CMakeLists.txt'),
    'cmake_minimum_required(VERSION 3.25)\nproject(tunnel C)\nadd_executable(tunnel tun.c)\n',
  );
  await chown(project, world.dev.uid, world.dev.gid);
  return project;
}

/** As CMake Tools asks, before it configures. */
async function askForTargets(build: string): Promise<void> {
  const query = join(build, '.cmake/api/v1/query');
  const asked = `mkdir -p "$1" && touch "$1/codemodel-v2"`;
  await mustRun([...logIn(world.dev), 'sh', '-c', asked, 'sh', query]);
}

async function isFoundAndSetToWork(
  project: string,
  path: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const variables = {
    ...{ workspaceFolder: project, userHome: world.dev.home, env: process.env },
    config: (name: string) => settings[name],
  };
  const found = await findNamedPrograms(readingHost(), { variables, trusted: true, listed: [] });
  expect(found).toContainEqual({ path, source: 'cmake', name: 'tunnel' });
  expect(await works(path)).toBe(false);
  expect((await give(path)).code).toBe(0);
  expect(await works(path)).toBe(true);
}
