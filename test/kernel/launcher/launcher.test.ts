import { chmod, chown, link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { launcherPath } from '../../../extension/app/launcher/launcherInstallation.ts';
import { allNamed, names } from '../../../extension/model/capabilitySet.ts';
import { mustRun, run, startAndWait } from '../world/command.ts';
import type { User } from '../world/world.ts';
import {
  as,
  built,
  copyOf,
  credentialsIn,
  holding,
  install,
  openBench,
  refusalIn,
  remove,
  shellOf,
  showCredentials,
  type Bench,
} from './bench.ts';

let bench: Bench;
let dev: User;
let other: User;
let groups: readonly number[];
let installed: string;
let plain: string;

beforeAll(async () => {
  bench = await openBench();
  ({ installed, plain } = bench);
  ({ dev, other } = bench.world);
  groups = [dev.gid, bench.world.tunners.gid];
  return () => bench.dispose();
});

const forNet = ['--caps', 'net_admin', '--'];
const forBoth = ['--caps', 'net_admin,net_raw', '--'];
const both = ['cap_net_admin', 'cap_net_raw'];

describe('installed', () => {
  test('its owner gets what was asked for, and nothing else', async () => {
    expect(credentialsIn(await as(dev, installed, ...forNet, ...showCredentials))).toEqual(
      holding(dev, groups, 'cap_net_admin'),
    );
    expect(credentialsIn(await as(dev, installed, ...forBoth, ...showCredentials))).toEqual(
      holding(dev, groups, ...both),
    );
  });

  test('what it was not installed with is refused, and what it has is said', async () => {
    const ran = await as(dev, installed, '--caps', 'net_admin,sys_admin', '--', 'true');
    expect(refusalIn(ran)).toBe('not-granted 119');
    expect(ran.stderr).toContain('cap_sys_admin: not permitted here');
    expect(ran.stderr).toContain('permitted: cap_net_admin,cap_net_raw');
    expect(ran.stdout).toBe('');
  });

  test('it is the process that it started: same pid, open files, status and signal', async () => {
    const same = await as(
      dev,
      ...['sh', '-c', 'echo $$; exec 9>&1; exec "$@"', 'sh', installed, ...forNet],
      ...['sh', '-c', 'echo $$ >&9; exit 42'],
    );
    const [before, after] = same.stdout.split('\n');
    expect(after).toBe(before);
    expect(same.code).toBe(42);
    expect((await as(dev, installed, ...forNet, 'sh', '-c', 'kill -TERM $$')).code).toBeNull();
  });

  test('its name is that of the program', async () => {
    const ran = await as(dev, installed, ...forNet, 'cat', '/proc/self/comm');
    expect(ran.stdout).toBe('cat');
  });

  test('it runs scripts', async () => {
    const script = join(dev.home, 'a script');
    await writeFile(script, '#!/bin/sh\necho "$0 $1"; cat /proc/self/status\n', { mode: 0o755 });
    const ran = await as(dev, installed, ...forNet, script, 'x');
    expect(ran.stdout).toContain(`${script} x\n`);
    expect(credentialsIn(ran).ambient).toEqual(['cap_net_admin']);
  });

  test('within what is held already, the plain program does the same', async () => {
    const raised = ['--inh-caps=+net_admin,+net_raw', '--ambient-caps=+net_admin,+net_raw'];
    const ran = await run([...shellOf(dev, ...raised), plain, ...forNet, ...showCredentials]);
    expect(credentialsIn(ran)).toEqual(holding(dev, groups, 'cap_net_admin'));
    const withNnp = shellOf(dev, ...raised, '--no-new-privs');
    expect(credentialsIn(await run([...withNnp, plain, ...forNet, ...showCredentials]))).toEqual(
      holding(dev, groups, 'cap_net_admin'),
    );
  });

  test('it knows every capability by the names of the model', async () => {
    for (const name of names(allNamed)) {
      const ran = await as(dev, plain, '--caps', name, '--', 'true');
      expect(ran.stderr).toContain(`${name}: not permitted here; permitted: nothing`);
    }
  });

  test('it dies with its parent where that is asked for', async () => {
    // A parent that ends before the launcher has begun was never its parent.
    const begun = 'until read -r name </proc/$!/comm && test "$name" = sleep; do :; done';
    const command = ['sh', '-c', `"$@" & echo $!; ${begun}; echo ready; read -r line`, 'sh'];
    const parent = await startAndWait([
      ...[...shellOf(dev), ...command, installed, '--pdeathsig', 'KILL', ...forNet],
      ...['sleep', '1000'],
    ]);
    const ran = await parent.finish();
    const pid = ran.stdout.split('\n')[0] ?? '';
    expect(pid).toMatch(/^\d+$/);
    await expect.poll(() => stateOf(pid), { timeout: 20_000 }).toMatch(/^(?:gone|Z|X)/);
  });
});

describe('another user', () => {
  test('may not even execute it', async () => {
    const ran = await as(other, installed, ...forNet, 'true');
    expect(ran.code).toBe(126);
    expect(ran.stderr).toContain('Permission denied');
  });

  test('gets nothing as a member of the group either', async () => {
    const identity = ['--reuid', String(other.uid), '--regid', String(other.gid)];
    const member = ['setpriv', ...identity, '--groups', String(dev.gid), '--', 'env', '--'];
    expect(refusalIn(await run([...member, installed, ...forNet, 'true']))).toBe('caller 118');
    const group = ['--reuid', String(other.uid), '--regid', String(dev.gid), '--clear-groups'];
    expect(
      refusalIn(await run(['setpriv', ...group, '--', 'env', '--', installed, ...forNet, 'true'])),
    ).toBe('caller 118');
  });

  test('gets nothing where everybody may execute it', async () => {
    await install(other, []);
    const path = launcherPath(other.uid);
    expect(refusalIn(await as(dev, path, ...forNet, 'true'))).toBe('caller 118');
    expect(credentialsIn(await as(other, path, ...forNet, ...showCredentials))).toEqual(
      holding(other, [other.gid], 'cap_net_admin'),
    );
    await remove(other);
    expect((await as(other, path, ...forNet, 'true')).code).toBe(127);
  });

  test('gets nothing through a link, wherever that lies', async () => {
    const hard = '/usr/local/lib/capwright/link';
    await link(installed, hard);
    await chmod(hard, 0o755);
    expect(refusalIn(await as(other, hard, ...forNet, 'true'))).toBe('caller 118');
    const soft = join(other.home, 'capwright-launch');
    await symlink(hard, soft);
    expect(refusalIn(await as(other, soft, ...forNet, 'true'))).toBe('caller 118');
    expect(credentialsIn(await as(dev, hard, ...forNet, ...showCredentials)).ambient).toEqual([
      'cap_net_admin',
    ]);
    await chmod(hard, 0o750);
  });

  test('with the owner’s real or effective id alone gets nothing', async () => {
    await chmod(installed, 0o755);
    for (const ids of [
      [dev.uid, other.uid],
      [other.uid, dev.uid],
    ]) {
      const [real = 0, effective = 0] = ids;
      const mixed = ['--ruid', String(real), '--euid', String(effective), '--clear-groups'];
      const ran = await run(['setpriv', ...mixed, '--', installed, ...forNet, 'true']);
      expect(refusalIn(ran)).toBe('caller 118');
    }
    await chmod(installed, 0o750);
  });

  test('is not served as the root of a user namespace', async () => {
    await chmod(installed, 0o755);
    const inside = [...shellOf(other), 'unshare', '--user', `--map-user=${String(dev.uid)}`, '--'];
    const ran = await run([...inside, installed, ...forNet, 'true']);
    expect(ran.code).not.toBe(0);
    await chmod(installed, 0o750);
  });
});

describe('a launcher that nobody installed', () => {
  const granted = ['setcap', 'cap_net_admin,cap_net_raw=p'];

  test.each([
    ['that belongs to the user', [['chown', '0:0']]],
    ['that its group may change', [['chmod', '0775']]],
    ['that everybody may change', [['chmod', '0757']]],
  ] as const)('%s serves nobody', async (what, changes) => {
    const group = ['chgrp', String(dev.uid)];
    const path = await copyOf(built, what, group, ...changes, granted);
    if (what.includes('belongs')) {
      await chown(path, dev.uid, dev.uid);
      await mustRun([...granted, path]);
    }
    expect(refusalIn(await as(dev, path, ...forNet, 'true'))).toBe('caller 118');
  });

  test('that is set-user-ID root serves nobody, whatever the environment says', async () => {
    const path = await copyOf(built, 'set-user-id', ['chmod', '4755']);
    const forged = ['env', `SUDO_UID=${String(other.uid)}`, `SUDO_GID=${String(other.gid)}`];
    for (const option of ['--as-root', '--drop-to-caller']) {
      const ran = await as(dev, ...forged, path, option, ...forNet, 'id', '-u');
      expect(refusalIn(ran)).toBe('caller 118');
      expect(ran.stdout).toBe('');
    }
  });

  test('on a nosuid mount says so', async () => {
    await copyOf(built, 'nosuid/launch', ['chgrp', String(dev.uid)], granted);
    const ran = await as(dev, '/srv/nosuid/launch', ...forNet, 'true');
    expect(refusalIn(ran)).toBe('not-granted 119');
    expect(ran.stderr).toContain('nosuid');
  });
});

describe('what withholds its capabilities is named, and nothing runs', () => {
  test('no_new_privs', async () => {
    const ran = await run([...shellOf(dev, '--no-new-privs'), installed, ...forNet, 'echo', 'ran']);
    expect(refusalIn(ran)).toBe('no-new-privs 120');
    expect(ran.stdout).toBe('');
  });

  test.each([
    ['strace', ['strace', '-qq', '-e', 'trace=none', '--']],
    [
      'gdb',
      ['gdb', '--batch', '-nx', '-iex', 'set startup-with-shell off', '-ex', 'run', '--args'],
    ],
  ] as const)('%s', async (_, tracer) => {
    const ran = await as(dev, ...tracer, installed, ...forNet, 'echo', 'it ran');
    expect(`${ran.stdout}${ran.stderr}`).toContain('refused [traced]');
    expect(ran.stdout).not.toContain('it ran\n');
  });

  test('securebits', async () => {
    const locked = ['capsh', `--secbits=${String(1 << 6)}`, '--', '-c', 'exec "$@"', 'sh'];
    const ran = await run([...locked, ...shellOf(dev), installed, ...forNet, 'echo', 'ran']);
    expect(refusalIn(ran)).toBe('securebits 122');
    expect(ran.stdout).toBe('');
  });

  test('the bounding set', async () => {
    const bounded = shellOf(dev, '--bounding-set=-net_raw');
    expect(refusalIn(await run([...bounded, installed, ...forBoth, 'true']))).toBe(
      'not-granted 119',
    );
    const ran = await run([...bounded, installed, ...forNet, ...showCredentials]);
    expect(credentialsIn(ran).effective).toEqual(['cap_net_admin']);
  });
});

describe('a program that exec would take the ambient set from', () => {
  const net = ['setcap', 'cap_net_raw=ep'];
  const cases: readonly (readonly [string, readonly (readonly string[])[], string])[] = [
    ['other file capabilities', [net], 'target 123'],
    ['the same file capabilities', [['setcap', 'cap_net_admin=ep']], 'target 123'],
    ['empty file capabilities', [['setcap', '=']], 'target 123'],
    ['set-user-ID root', [['chmod', '4755']], 'target 123'],
    ['set-group-ID root', [['chmod', '2755']], 'target 123'],
    ['set-group-ID that may not be executed by the group', [['chmod', '2745']], 'runs'],
    [
      'file capabilities of another user namespace',
      [['setcap', '-n', '4242', 'cap_net_raw=ep']],
      'runs',
    ],
    ['nothing', [], 'runs'],
  ];

  test.each(cases)('%s', async (what, changes, outcome) => {
    const path = await copyOf('/bin/cat', `cat with ${what}`, ...changes);
    const ran = await as(dev, installed, ...forNet, path, '/proc/self/status');
    const raised = ['--inh-caps=+net_admin', '--ambient-caps=+net_admin'];
    const kernel = await run([...shellOf(dev, ...raised), path, '/proc/self/status']);
    const kept = credentialsIn(kernel).ambient.length > 0;
    expect(kept).toBe(outcome === 'runs');
    if (kept) expect(credentialsIn(ran)).toEqual(holding(dev, groups, 'cap_net_admin'));
    else expect(refusalIn(ran)).toBe(outcome);
  });

  test('is no danger on a nosuid mount, nor as a script', async () => {
    const ignored = await copyOf('/bin/cat', 'nosuid/cat', net);
    const ran = await as(dev, installed, ...forNet, ignored, '/proc/self/status');
    expect(credentialsIn(ran).ambient).toEqual(['cap_net_admin']);

    const script = join('/srv', 'capable script');
    await writeFile(script, '#!/bin/cat /proc/self/status\n', { mode: 0o755 });
    await mustRun([...net, script]);
    const scripted = await as(dev, installed, ...forNet, script);
    expect(credentialsIn(scripted).ambient).toEqual(['cap_net_admin']);
  });

  test('is looked for behind scripts, as deep as they go', async () => {
    const interpreter = await copyOf('/bin/cat', 'capable-cat', net);
    const first = join('/srv', 'first');
    const second = join('/srv', 'second');
    await writeFile(first, `#! ${interpreter} x\n`, { mode: 0o755 });
    await writeFile(second, `#!${first}\n`, { mode: 0o755 });
    for (const script of [first, second]) {
      const ran = await as(dev, installed, ...forNet, script);
      expect(refusalIn(ran)).toBe('target 123');
      expect(ran.stderr).toContain(interpreter);
    }
  });

  test('put in the place of another at the last moment, it still does not run with less', async () => {
    const place = join(dev.home, 'race');
    await mkdir(place);
    await chown(place, dev.uid, dev.gid);
    const harmless = await copyOf('/bin/cat', 'harmless');
    const capable = await copyOf('/bin/cat', 'capable', net);
    const program = join(place, 'program');
    await symlink(harmless, program);
    const swap =
      'while :; do ln -sfn "$1" "$3/new" && mv -T "$3/new" "$3/program"; ' +
      'ln -sfn "$2" "$3/new" && mv -T "$3/new" "$3/program"; done';
    const swapping = await startAndWait([
      ...[...shellOf(dev), 'sh', '-c', `(${swap}) & echo ready; read -r line; kill $!`],
      ...['sh', harmless, capable, place],
    ]);
    const seen = new Set<string>();
    for (let round = 0; round < 300; round++) {
      const ran = await as(dev, installed, ...forNet, program, '/proc/self/status');
      seen.add(ran.code === 0 ? JSON.stringify(credentialsIn(ran)) : refusalIn(ran));
    }
    await swapping.finish();
    expect([...seen].sort()).toEqual([
      'target 123',
      JSON.stringify(holding(dev, groups, 'cap_net_admin')),
    ]);
  });
});

describe('hostile surroundings', () => {
  test('LD_PRELOAD reaches neither it nor, unasked, the program', async () => {
    const library = '/srv/preload.so';
    const source = `#include <unistd.h>
      __attribute__((constructor)) static void loaded(void) { write(1, "preloaded\\n", 10); }`;
    await mustRun(['cc', '-shared', '-fPIC', '-x', 'c', '-o', library, '-'], source);
    const preloading = ['env', `LD_PRELOAD=${library}`, 'LD_DEBUG=all', 'LD_LIBRARY_PATH=/srv'];
    const ran = await as(dev, ...preloading, installed, ...forNet, 'env');
    // Once by env(1), before the launcher.
    expect(ran.stdout.match(/^preloaded$/gm)).toBeNull();
    expect(ran.stdout).not.toMatch(/^LD_/m);

    const asked = ['--env', `LD_PRELOAD=${library}`, ...forNet];
    const wanted = await as(dev, installed, ...asked, 'cat', '/proc/self/status');
    expect(wanted.stdout).toMatch(/^preloaded$/m);
    expect(credentialsIn(wanted).ambient).toEqual(['cap_net_admin']);
  });

  test('closed standard descriptors are opened before anything else is', async () => {
    const out = join(dev.home, 'descriptors');
    const list = `(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2 >${out}); true`;
    for (const launcher of [
      [installed, ...forNet],
      [plain, '--sandbox', '--'],
    ]) {
      const closed = ['sh', '-c', 'exec "$@" <&- >&- 2>&-', 'sh', ...launcher];
      expect((await as(dev, ...closed, 'sh', '-c', list)).code).toBe(0);
      const links = (await readFile(out, 'utf8')).trim().split('\n');
      expect(links).toHaveLength(3);
      for (const each of links) expect(each).toMatch(/^\/dev\/(?:null|full)$/);
    }
  });

  test('two megabytes of arguments pass, every one', async () => {
    const words = Array.from({ length: 16 }, (_, index) => String(index % 10).repeat(120_000));
    const count = 'printf %s "$@" | wc -c; echo $#';
    const script = join(dev.home, 'many');
    // The arguments are made inside: a child of this process could not be given them.
    const make = `set -- "$@" -c '${count}' sh; i=0; while [ $i -lt 16 ]; do set -- "$@" "$(head -c 120000 /dev/zero | tr '\\0' x)"; i=$((i+1)); done; exec "$@"`;
    await writeFile(script, make);
    const stack = ['prlimit', '--stack=unlimited', '--'];
    const ran = await as(dev, ...stack, 'sh', script, installed, ...forNet, 'sh');
    expect(ran.stdout.split('\n')).toEqual([String(words.join('').length), '16']);
  });

  test('thousands of variables are set, the last of a name counts', async () => {
    const variables = Array.from(
      { length: 3000 },
      (_, index) => `--env=V${String(index % 1500)}=${String(index)}`,
    );
    const ran = await as(dev, installed, ...variables, ...forNet, 'env');
    const set = ran.stdout.split('\n').filter((line) => /^V\d+=/.test(line));
    expect(set).toHaveLength(1500);
    expect(set).toContain('V0=1500');
  });

  test.each([
    ['no descriptors left', ['--nofile=3']],
    ['no memory for it', ['--as=1']],
    ['no processes left', ['--nproc=1']],
  ])('%s: it starts in full or not at all', async (_, limit) => {
    const limited = [...shellOf(dev), 'prlimit', ...limit, '--', installed, ...forNet];
    const ran = await run([...limited, ...showCredentials]);
    if (ran.code === 0) {
      expect(credentialsIn(ran)).toEqual(holding(dev, groups, 'cap_net_admin'));
    } else expect(ran.stdout).toBe('');
  });

  test('a name with control characters is not written to the terminal', async () => {
    const ran = await as(dev, installed, ...forNet, '/\u001b[2Jnothing\n');
    expect(refusalIn(ran)).toBe('not-found 127');
    expect(ran.stderr).toContain('/?[2Jnothing?: ');
  });

  test.each([
    ['/srv', 'not-executable 126'],
    ['/etc/passwd', 'not-executable 126'],
    ['/srv/none', 'not-found 127'],
    ['none-such', 'not-found 127'],
    ['', 'not-found 127'],
    ['x'.repeat(5000), 'not-found 127'],
    ['/etc/passwd/x', 'not-found 127'],
  ])('no program: %s', async (program, refusal) => {
    expect(refusalIn(await as(dev, installed, ...forNet, program))).toBe(refusal);
  });
});

async function stateOf(pid: string): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => 'x) gone');
  return text.slice(text.lastIndexOf(')') + 2);
}
