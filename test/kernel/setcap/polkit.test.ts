/** What asks by polkit: a real polkit decides, and pkexec(1) runs what was asked for. */
import { chmod, chown, copyFile, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { buildFixtures, type Fixtures } from '../../fixtures/build.ts';
import { makeBundles } from '../world/bundles.ts';
import { mustRun, run, type Ran } from '../world/command.ts';
import { polkitMissing, startPolkit } from '../world/polkit.ts';
import { logIn, prepareWorld, type User, type World } from '../world/world.ts';

const missing = await polkitMissing();
const net = 'cap_net_admin=ep';
let world: World;
let fixtures: Fixtures;

beforeAll(async () => {
  await makeBundles();
  fixtures = await buildFixtures();
  world = await prepareWorld();
  const polkit = missing === null ? await startPolkit(world.dev) : null;
  return async () => {
    await polkit?.dispose();
    await world.dispose();
  };
});

beforeEach(({ skip }) => {
  if (missing !== null) skip(missing);
});

async function capwright(user: User, ...args: readonly string[]): Promise<Ran> {
  const cli = new URL('../../../dist/cli.mjs', import.meta.url).pathname;
  const command = [world.reach(process.execPath), world.reach(cli), ...args];
  return run([...logIn(user), ...command]);
}

async function programOf(user: User): Promise<string> {
  const folder = await mkdtemp(join(user.home, 'polkit-'));
  const path = join(folder, "it's a program");
  await copyFile(fixtures.tun, path);
  await chmod(path, 0o755);
  for (const each of [folder, path]) await chown(each, user.uid, user.gid);
  return path;
}

const getcap = async (path: string): Promise<string> =>
  (await mustRun(['getcap', path])).slice(path.length).trim();

test('file capabilities are set, count, and are removed by the inverse that is told', async () => {
  const path = await programOf(world.dev);
  const given = await capwright(world.dev, 'setcap', '--elevation', 'pkexec', '--', net, path);
  expect(given, given.stderr).toMatchObject({ code: 0 });
  expect(await getcap(path)).toBe(net);
  expect((await run([...logIn(world.dev), path])).stdout).toMatch(/^ok /m);
  const undone = await capwright(world.dev, 'setcap', '--elevation', 'pkexec', '--remove', path);
  expect(undone, undone.stderr).toMatchObject({ code: 0 });
  expect(await getcap(path)).toBe('');
});

test('who may not, gets nothing, and is told', async () => {
  const path = await programOf(world.other);
  const ran = await capwright(world.other, 'setcap', '--elevation', 'pkexec', '--', net, path);
  expect(ran.code).not.toBe(0);
  expect(ran.stderr).toMatch(/not authorized/i);
  expect(await getcap(path)).toBe('');
});

test('a program is run with ambient capabilities, in its directory and as its user', async () => {
  const path = await programOf(world.dev);
  const sees = ['sh', '-c', 'id -u; pwd; grep CapAmb /proc/self/status; exec "$0"', path];
  const ran = await capwright(
    world.dev,
    ...['run', '--via', 'pkexec', '--caps', 'net_admin', '--', ...sees],
  );
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  const [uid, directory, ambient, ok] = ran.stdout.split('\n');
  expect(uid).toBe(String(world.dev.uid));
  expect(directory).toBe('/');
  expect(ambient).toMatch(/^CapAmb:\s0{12}1000$/);
  expect(ok).toMatch(/^ok tun/);
});
