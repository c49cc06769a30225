import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lab } from './lab.ts';
import { testReleases } from './testTrees.ts';
import { folder } from './tree.ts';

const versions = { bookworm: 252, trixie: 257 };

describe.each(testReleases)('%s', (release) => {
  let lab: Lab;
  beforeAll(async () => (lab = await Lab.boot(release)));
  afterAll(() => lab.dispose());

  test('is the systemd of that release', () => {
    expect(lab.version).toBe(versions[release]);
  });

  test('is up, with a manager for alice', async () => {
    const state = ['is-system-running'];
    expect(await lab.mustRun(['systemctl', ...state])).toBe('running');
    expect(await lab.mustRun(['systemctl', '--user', ...state], { manager: 'user' })).toBe(
      'running',
    );
    expect(await lab.mustRun(['id', '--groups'], { manager: 'user' })).toBe('1000 1002');
  });

  test('gives real credentials: its root is root', async () => {
    const status = await readFile(lab.outside('/proc/1/status'), 'utf8');
    const own = await readFile('/proc/self/status', 'utf8');
    const effective = /^CapEff:.*$/m;
    expect(effective.exec(status)?.[0]).toBe(effective.exec(own)?.[0]);
    expect(await readlink(lab.outside('/proc/1/ns/user'))).toBe(
      await readlink('/proc/self/ns/user'),
    );
  });

  test('loads no module and sets no value of the kernel that all share', async () => {
    const units = ['systemd-modules-load', 'systemd-sysctl', 'systemd-binfmt', 'modprobe@tun'];
    const shown = units.map((unit) =>
      lab.mustRun(['systemctl', 'show', '--value', '--property=LoadState', `${unit}.service`]),
    );
    expect(new Set(await Promise.all(shown))).toEqual(new Set(['masked']));
  });

  test('starts what is placed there, and the tree stays as it is', async () => {
    const text = '[Service]\nType=oneshot\nExecStart=/bin/touch /home/was-here\n';
    await lab.place([{ path: '/etc/systemd/system/touch.service', kind: 'file', text }]);
    await lab.mustRun(['systemctl', 'daemon-reload']);
    await lab.mustRun(['systemctl', 'start', 'touch.service']);
    expect(existsSync(lab.outside('/home/was-here'))).toBe(true);
    expect(existsSync(join(folder, release, 'home/was-here'))).toBe(false);
  });
});

test('nothing of it stays when it is disposed of', async () => {
  const lab = await Lab.boot('bookworm');
  const init = lab.outside('/proc/1');
  expect(existsSync(init)).toBe(true);
  await lab.dispose();
  expect(existsSync(init)).toBe(false);
  expect(await guards()).toEqual([]);
});

test('nothing of it stays when the process that booted it is killed', async () => {
  const lab = join(import.meta.dirname, 'lab.ts');
  const script = `
    const { Lab } = await import(${JSON.stringify(lab)});
    console.log((await Lab.boot('bookworm')).outside('/proc/1'));
    await new Promise((resolve) => setInterval(resolve, 2 ** 30));`;
  const owner = execa(process.execPath, ['--input-type=module', '--eval', script], {
    reject: false,
  });
  const init = await new Promise<string>((resolve) => {
    createInterface({ input: owner.stdout }).once('line', resolve);
  });
  expect(existsSync(init)).toBe(true);
  owner.kill('SIGKILL');
  await owner;
  await expect.poll(() => existsSync(init), { timeout: 30_000 }).toBe(false);
  await expect.poll(guards, { timeout: 30_000 }).toEqual([]);
});

/** Processes of this one’s that keep a lab. */
async function guards(): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return commands.filter((command) => command.includes(join(import.meta.dirname, 'boot.sh')));
}
