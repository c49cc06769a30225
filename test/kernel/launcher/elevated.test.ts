import { beforeAll, describe, expect, test } from 'vitest';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../world/command.ts';
import type { User } from '../world/world.ts';
import {
  as,
  credentialsIn,
  holding,
  openBench,
  refusalIn,
  shellOf,
  showCredentials,
  type Bench,
} from './bench.ts';

let bench: Bench;
let dev: User;
let other: User;
let plain: string;

beforeAll(async () => {
  bench = await openBench();
  ({ plain } = bench);
  ({ dev, other } = bench.world);
  return () => bench.dispose();
});

const forNet = ['--caps', 'net_admin', '--'];
const dropping = ['--drop-to-caller', ...forNet];
const sudo = ['sudo', '-n'];

describe('through sudo', () => {
  test('it becomes the caller, with all groups and the capabilities asked for', async ({
    skip,
  }) => {
    if (bench.world.sudoMissing !== null) return skip(bench.world.sudoMissing);
    const ran = await as(dev, ...sudo, plain, ...dropping, ...showCredentials);
    expect(credentialsIn(ran)).toEqual(
      holding(dev, [dev.gid, bench.world.tunners.gid], 'cap_net_admin'),
    );
  });

  test('it keeps the working directory, descriptors and status', async ({ skip }) => {
    if (bench.world.sudoMissing !== null) return skip(bench.world.sudoMissing);
    const there = ['sh', '-c', 'cd "$1"; shift; exec "$@"', 'sh', dev.home];
    const print = ['sh', '-c', 'pwd; cat; exit 42'];
    const ran = await run(
      [...shellOf(dev), ...there, ...sudo, plain, ...dropping, ...print],
      'from standard input',
    );
    expect(ran.stdout).toBe(`${dev.home}\nfrom standard input`);
    expect(ran.code).toBe(42);
  });

  test('the environment is the caller’s own, and what is asked for by name', async ({ skip }) => {
    if (bench.world.sudoMissing !== null) return skip(bench.world.sudoMissing);
    const outer = ['env', 'TERM=vt100', 'LANG=C', 'RUST_LOG=lost', 'LD_PRELOAD=/lost'];
    const options = ['--env', 'RUST_LOG=debug', '--env', 'SUDO_COMMAND', '--env', 'PATH=/bin'];
    const ran = await as(dev, ...outer, ...sudo, plain, ...options, ...dropping, 'env');
    const set = new Map(
      ran.stdout.split('\n').map((line) => {
        const [name = '', ...value] = line.split('=');
        return [name, value.join('=')];
      }),
    );
    expect(Object.fromEntries(set)).toMatchObject({
      HOME: dev.home,
      USER: dev.name,
      LOGNAME: dev.name,
      SHELL: '/bin/bash',
      TERM: 'vt100',
      RUST_LOG: 'debug',
      PATH: '/bin',
    });
    expect(set.get('SUDO_COMMAND')).toContain('capwright-launch');
    expect([...set.keys()]).not.toContain('SUDO_UID');
    expect([...set.keys()]).not.toContain('LD_PRELOAD');
  });

  test('the program controls the terminal, and can open it again', async ({ skip }) => {
    if (bench.world.sudoMissing !== null) return skip(bench.world.sudoMissing);
    const seen =
      'test -t 0 && test -t 1 && echo one >/dev/tty && echo two >"$(tty)" && ps -o tpgid= -p $$';
    const inside = [...sudo, plain, ...dropping, 'sh', '-c', `'${seen}'`].join(' ');
    const ran = await as(dev, 'script', '-qec', inside, '/dev/null');
    // The terminal echoes the end of script's own, empty input, whenever that comes.
    const said = ran.stdout.replaceAll(/\^[@D][\b]*/g, '');
    const [one, two, group] = said.trim().split(/\s+/);
    expect([one, two]).toEqual(['one', 'two']);
    expect(Number(group)).toBeGreaterThan(0);
  });

  test('a program that the caller may not execute is not executed by root', async ({ skip }) => {
    if (bench.world.sudoMissing !== null) return skip(bench.world.sudoMissing);
    const closed = join('/srv', 'closed');
    await mkdir(closed);
    await chmod(closed, 0o700);
    await run(['cp', '/bin/id', closed]);
    const ran = await as(dev, ...sudo, plain, ...dropping, join(closed, 'id'));
    expect(refusalIn(ran)).toBe('not-executable 126');
  });

  test('a command without --drop-to-caller is refused', async ({ skip }) => {
    if (bench.world.sudoMissing !== null) return skip(bench.world.sudoMissing);
    expect(refusalIn(await as(dev, ...sudo, plain, ...forNet, 'id'))).toBe('caller 118');
  });

  test('root that stays root says so', async ({ skip }) => {
    if (bench.world.sudoMissing !== null) return skip(bench.world.sudoMissing);
    const staying = ['--as-root', ...forNet];
    const { uid, permitted } = credentialsIn(
      await as(dev, ...sudo, plain, ...staying, ...showCredentials),
    );
    expect(uid).toBe('0\t0\t0\t0');
    // Root's exec gives all that is in the bounding set, capabilities(7).
    expect(permitted).toContain('cap_sys_admin');
  });
});

describe('as pkexec starts it: root, an environment of its own, the home of root', () => {
  const asPkexec = (uid: number): readonly string[] => [
    ...['env', '--ignore-environment', '--chdir=/root', `PKEXEC_UID=${String(uid)}`, 'PATH=/bin'],
    plain,
  ];

  test('it becomes the caller in the named directory', async () => {
    const ran = await run([
      ...asPkexec(dev.uid),
      '--cwd',
      dev.home,
      ...dropping,
      'sh',
      '-c',
      'pwd; cat /proc/self/status',
    ]);
    expect(ran.stdout.split('\n')[0]).toBe(dev.home);
    expect(credentialsIn(ran).uid).toBe(holding(dev, []).uid);
  });

  test('it does not leave the caller where only root may be', async () => {
    await run(['chmod', '0700', '/root']);
    const ran = await run([...asPkexec(dev.uid), ...dropping, 'pwd']);
    expect(refusalIn(ran)).toBe('caller 118');
    expect(ran.stderr).toContain('--cwd');
  });
});

describe('what names the caller', () => {
  test.each([
    ['nobody', []],
    ['root', ['SUDO_UID=0', 'SUDO_GID=0']],
    ['root, with zeros', ['SUDO_UID=0000']],
    ['nothing', ['SUDO_UID=']],
    ['a name', ['SUDO_UID=root']],
    ['a negative number', ['SUDO_UID=-1']],
    ['the number that leaves an id as it is', ['SUDO_UID=4294967295']],
    ['a number that wraps around to root', ['SUDO_UID=4294967296']],
    ['no user', ['SUDO_UID=4000000']],
    ['a number and more', ['SUDO_UID=1000 ']],
    ['a group of others', ['SUDO_UID=DEV', 'SUDO_GID=0']],
    ['a group with a sign', ['SUDO_UID=DEV', 'SUDO_GID=+1']],
    ['two callers', ['SUDO_UID=DEV', 'PKEXEC_UID=OTHER']],
  ])('%s: refused', async (_, variables) => {
    const named = variables.map((variable) =>
      variable.replace('DEV', String(dev.uid)).replace('OTHER', String(other.uid)),
    );
    const ran = await run(['env', '-i', ...named, plain, ...dropping, 'id']);
    expect(refusalIn(ran)).toBe('caller 118');
    expect(ran.stdout).toBe('');
  });

  test('is not believed from one who is not root', async () => {
    const forged = ['env', `SUDO_UID=${String(other.uid)}`, `SUDO_GID=${String(other.gid)}`];
    const ran = await as(dev, ...forged, bench.installed, ...dropping, 'id', '-u');
    expect(refusalIn(ran)).toBe('caller 118');
  });

  test('names nobody outside to the root of a user namespace', async () => {
    const forged = ['env', `SUDO_UID=${String(other.uid)}`, `SUDO_GID=${String(other.gid)}`];
    const root = ['unshare', '--user', '--map-root-user'];
    const ran = await as(dev, ...root, ...forged, plain, ...dropping, 'id', '-u');
    expect(ran.code).toBe(125);
    expect(ran.stdout).toBe('');
  });
});
