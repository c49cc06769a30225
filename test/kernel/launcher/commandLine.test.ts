import { lstat, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { launcherPath } from '../../../extension/app/launcher/launcherInstallation.ts';
import { makeBundles } from '../world/bundles.ts';
import { run, startAndWait, type Ran } from '../world/command.ts';
import type { User } from '../world/world.ts';
import {
  as,
  credentialsIn,
  holding,
  openBench,
  remove,
  shellOf,
  showCredentials,
  type Bench,
} from './bench.ts';

let bench: Bench;
let dev: User;
let groups: readonly number[];
let capwright: readonly string[];

beforeAll(async () => {
  await makeBundles();
  bench = await openBench();
  ({ dev } = bench.world);
  groups = [dev.gid, bench.world.tunners.gid];
  const { reach } = bench.world;
  const bundle = new URL('../../../dist/cli.mjs', import.meta.url).pathname;
  capwright = [reach(process.execPath), reach(bundle)];
  await remove(dev);
  return () => bench.dispose();
});

const net = ['--caps', 'net_admin'];

async function capwrightAs(user: User, ...args: readonly string[]): Promise<Ran> {
  return as(user, ...capwright, ...args);
}

describe('capwright run', () => {
  test('through sudo: the whole command is shown first', async ({ skip }) => {
    if (bench.world.sudoMissing !== null) return skip(bench.world.sudoMissing);
    const ran = await capwrightAs(dev, 'run', ...net, '--', ...showCredentials);
    expect(credentialsIn(ran)).toEqual(holding(dev, groups, 'cap_net_admin'));
    expect(ran.stderr).toMatch(/^ {2}sudo -- .*capwright-launch --drop-to-caller .* -- cat /m);
  });

  test('through sudo: PATH and the variables that are named reach the program', async ({
    skip,
  }) => {
    if (bench.world.sudoMissing !== null) return skip(bench.world.sudoMissing);
    const outer = ['env', 'PATH=/srv/own:/usr/bin:/bin', 'RUST_LOG=debug', 'OTHER=1'];
    const ran = await as(
      dev,
      ...[...outer, ...capwright, 'run', ...net],
      ...['--env', 'RUST_LOG', '--env', 'MODE=a b', '--', 'env'],
    );
    expect(ran.stdout).toMatch(/^PATH=\/srv\/own:\/usr\/bin:\/bin$/m);
    expect(ran.stdout).toMatch(/^RUST_LOG=debug$/m);
    expect(ran.stdout).toMatch(/^MODE=a b$/m);
    expect(ran.stdout).not.toMatch(/^OTHER=/m);
  });

  test('in a sandbox, with nothing and nobody', async () => {
    const ran = await capwrightAs(dev, 'run', '--sandbox', ...net, '--', ...showCredentials);
    expect(credentialsIn(ran).ambient).toEqual(['cap_net_admin']);
    expect(ran.stderr).toBe('');
  });

  test('with what is held already', async () => {
    const raised = ['--inh-caps=+net_admin', '--ambient-caps=+net_admin'];
    const command = [...capwright, 'run', ...net, '--', ...showCredentials];
    const ran = await run([...shellOf(dev, ...raised), ...command]);
    expect(credentialsIn(ran)).toEqual(holding(dev, groups, 'cap_net_admin'));
    expect(ran.stderr).toBe('');
  });

  test('under no_new_privs it says what is left', async () => {
    const command = [...capwright, 'run', ...net, '--', 'true'];
    const ran = await run([...shellOf(dev, '--no-new-privs'), ...command]);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('no_new_privs');
    expect(ran.stderr).toContain('--sandbox');
  });

  test.each([
    [['--', 'true'], '--caps'],
    [net, 'after --'],
    [[...net, '--'], 'after --'],
    [['--caps', 'net_admin,x', '--', 'true'], '"x"'],
    [[...net, '--via', 'su', '--', 'true'], '"su"'],
    [[...net, '--env', '=1', '--', 'true'], '--env'],
    [[...net, '--nothing', '--', 'true'], '--nothing'],
  ])('%j is no command line', async (args, named) => {
    const ran = await capwrightAs(dev, 'run', ...args);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(named);
  });
});

describe('capwright launcher', () => {
  test('is not for root', async () => {
    expect((await run([...capwright, 'launcher', 'install', ...net])).code).toBe(2);
  });

  test('says that nothing is installed, and how it would be', async () => {
    expect((await capwrightAs(dev, 'launcher', 'status')).code).toBe(1);
    const ran = await capwrightAs(dev, 'run', ...net, '--via', 'installed', '--', 'true');
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('capwright launcher install --caps cap_net_admin');
  });

  test('is installed, used and removed', async ({ skip }) => {
    if (bench.world.sudoMissing !== null) return skip(bench.world.sudoMissing);
    const announced = await capwrightAs(dev, 'launcher', 'install', ...net, '--dry-run');
    await expect(lstat(launcherPath(dev.uid))).rejects.toThrow('ENOENT');

    const done = await capwrightAs(dev, 'launcher', 'install', ...net);
    expect(done.code).toBe(0);
    const commands = (text: string) =>
      text.split('\n').filter((line) => line.startsWith('  sudo '));
    expect(commands(done.stderr)).toEqual(commands(announced.stderr));
    expect(commands(done.stderr)).toHaveLength(3);
    const { uid, gid, mode } = await lstat(launcherPath(dev.uid));
    expect({ uid, gid, mode: mode & 0o7777 }).toEqual({ uid: 0, gid: dev.uid, mode: 0o750 });

    const status = await capwrightAs(dev, 'launcher', 'status');
    expect(status).toMatchObject({ code: 0, stderr: '' });
    expect(status.stdout).toContain(`${launcherPath(dev.uid)}   cap_net_admin`);

    const ran = await capwrightAs(dev, 'run', ...net, '--', ...showCredentials);
    expect(credentialsIn(ran)).toEqual(holding(dev, groups, 'cap_net_admin'));
    expect(ran.stderr).toBe('');

    const cargo = ['launcher', 'cargo', ...net];
    const here = ['env', `--chdir=${dev.home}`, ...capwright];
    const shown = await as(dev, ...here, ...cargo, '--dry-run');
    const configuration = join(dev.home, '.cargo/config.toml');
    await expect(lstat(configuration)).rejects.toThrow('ENOENT');
    expect(await as(dev, ...here, ...cargo)).toMatchObject({ code: 0, stderr: shown.stderr });
    const written = await readFile(configuration, 'utf8');
    expect(shown.stderr).toContain(`+ ${written.trim().split('\n').join('\n+ ')}`);
    expect(written).toContain(`"${launcherPath(dev.uid)}", "--caps", "cap_net_admin", "--"`);
    expect((await as(dev, ...here, ...cargo)).code).toBe(2);

    const settings = join(dev.home, '.vscode/settings.json');
    const go = ['launcher', 'go', ...net];
    expect(await as(dev, ...here, ...go)).toMatchObject({ code: 0 });
    const exec = `${launcherPath(dev.uid)} --caps cap_net_admin --`;
    expect(JSON.parse(await readFile(settings, 'utf8'))).toEqual({
      'go.testFlags': ['-exec', exec],
    });
    expect((await as(dev, ...here, ...go)).stderr).toContain('its tests have an -exec');
    const commented = '// of the team\n{\n  "a": [1,2], // kept\n}\n';
    await writeFile(settings, commented);
    expect(await as(dev, ...here, 'launcher', 'cmake', ...net)).toMatchObject({ code: 0 });
    const changed = await readFile(settings, 'utf8');
    expect(changed).toContain('"a": [1,2], // kept');
    expect(changed).toContain(launcherPath(dev.uid));
    await writeFile(settings, '{ "a": ');
    expect((await as(dev, ...here, ...go)).stderr).toContain('not an object of JSON');
    expect(await readFile(settings, 'utf8')).toBe('{ "a": ');

    const more = ['--caps', 'net_admin,net_raw', '--via', 'installed', '--', 'true'];
    expect((await capwrightAs(dev, 'run', ...more)).stderr).toContain('lacks cap_net_raw');
    const withNnp = [...capwright, 'launcher', 'status'];
    const refused = await run([...shellOf(dev, '--no-new-privs'), ...withNnp]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('refused [no-new-privs]');

    expect((await capwrightAs(dev, 'launcher', 'remove')).code).toBe(0);
    expect((await capwrightAs(dev, 'launcher', 'status')).code).toBe(1);
  });
});

describe('no process stays between the shell and the program', () => {
  const inSandbox = ['run', '--sandbox', '--'];

  test('where Node can become another program', async () => {
    const outer = ['sh', '-c', 'echo $$; exec "$@"', 'sh', ...capwright, ...inSandbox];
    const ran = await as(dev, ...outer, 'sh', '-c', 'echo $$; exit 42');
    const [before, after] = ran.stdout.split('\n');
    expect(after).toBe(before);
    expect(ran).toMatchObject({ code: 42, stderr: '' });
  });

  test('and where it cannot, status and signals pass all the same', async () => {
    const [node = '', bundle = ''] = capwright;
    const older = [node, '--import', 'data:text/javascript,delete process.execve', bundle];
    const ran = await as(dev, ...older, ...inSandbox, 'sh', '-c', 'exit 42');
    expect(ran).toMatchObject({ code: 42, stderr: '' });

    const script = 'trap "echo ended; exit 3" TERM; echo ready; while :; do sleep 0.1; done';
    const running = await startAndWait([
      ...shellOf(dev),
      ...older,
      ...inSandbox,
      'sh',
      '-c',
      script,
    ]);
    process.kill(running.pid, 'SIGTERM');
    const end = await running.finish();
    expect(end.stdout).toContain('ended');
    expect(end.code).toBe(3);
  });
});
