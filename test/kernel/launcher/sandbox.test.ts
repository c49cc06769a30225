import { beforeAll, describe, expect, test } from 'vitest';
import { buildFixtures, type Fixtures } from '../../fixtures/build.ts';
import { toolMissing } from '../world/command.ts';
import type { User } from '../world/world.ts';
import {
  as,
  credentialsIn,
  holding,
  openBench,
  refusalIn,
  showCredentials,
  type Bench,
} from './bench.ts';

let bench: Bench;
let dev: User;
let fixtures: Fixtures;
let inSandbox: readonly string[];

beforeAll(async () => {
  fixtures = await buildFixtures();
  bench = await openBench();
  ({ dev } = bench.world);
  inSandbox = [bench.plain, '--sandbox', '--'];
  return () => bench.dispose();
});

describe('the sandbox', () => {
  test('keeps the user’s ids, and holds what was asked for', async () => {
    const only = [bench.plain, '--sandbox', '--caps', 'net_admin', '--'];
    // The namespace has no name for a group that is not the user's own.
    expect(credentialsIn(await as(dev, ...only, ...showCredentials))).toEqual(
      holding(dev, [dev.gid, 65534], 'cap_net_admin'),
    );
    const all = credentialsIn(await as(dev, ...inSandbox, ...showCredentials));
    expect(all.ambient).toContain('cap_checkpoint_restore');
  });

  test('is a network of its own, with the loopback device up', async () => {
    const ran = await as(dev, ...inSandbox, 'ip', '-brief', 'link');
    expect(ran.stdout).toMatch(/^lo +UNKNOWN /);
    expect(ran.stdout.trim().split('\n')).toHaveLength(1);
  });

  test('a TUN device can be made in it', async () => {
    const program = bench.world.reach(fixtures.tun);
    const outside = await as(dev, program);
    const inside = await as(dev, ...inSandbox, program);
    expect(outside.stdout).not.toBe(inside.stdout);
    expect(inside.code).toBe(0);
  });

  test('also with the installed launcher, which brings nothing in with it', async () => {
    const ran = await as(
      dev,
      bench.installed,
      '--sandbox',
      '--',
      'sh',
      '-c',
      'id -u; ip -brief link',
    );
    expect(ran.stdout).toMatch(new RegExp(`^${String(dev.uid)}\nlo `));
  });

  test.each(['iptables-legacy', 'iptables-nft'])('%s works in it', async (name) => {
    const missing = await toolMissing(`/usr/sbin/${name}`);
    expect(missing).toBeNull();
    const rule = [
      `/usr/sbin/${name}`,
      '-w',
      '-A',
      'OUTPUT',
      '-p',
      'tcp',
      '--dport',
      '80',
      '-j',
      'REJECT',
    ];
    const script = '"$@" && "$1" -S OUTPUT';
    const ran = await as(dev, ...inSandbox, 'sh', '-c', script, 'sh', ...rule);
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toContain('-A OUTPUT -p tcp -m tcp --dport 80 -j REJECT');
  });

  test('the lock of iptables is one for each sandbox, and one that is named stays', async () => {
    const lock = [
      'sh',
      '-c',
      'exec 9<"$XTABLES_LOCKFILE" && flock -n 9 && stat -Lc %i /proc/self/fd/9',
    ];
    const [one, two] = await Promise.all([
      as(dev, ...inSandbox, ...lock),
      as(dev, ...inSandbox, ...lock),
    ]);
    expect(one.code).toBe(0);
    expect(two.code).toBe(0);
    const named = ['env', 'XTABLES_LOCKFILE=/tmp/mine', ...inSandbox];
    const ran = await as(dev, ...named, 'sh', '-c', 'echo "$XTABLES_LOCKFILE"');
    expect(ran.stdout).toBe('/tmp/mine');
  });

  test('works under no_new_privs and a debugger', async () => {
    const nnp = await as(dev, 'setpriv', '--no-new-privs', ...inSandbox, ...showCredentials);
    expect(credentialsIn(nnp).ambient).toContain('cap_net_admin');
    const traced = await as(
      dev,
      'strace',
      '-fqq',
      '-e',
      'trace=none',
      ...inSandbox,
      ...showCredentials,
    );
    expect(credentialsIn(traced).ambient).toContain('cap_net_admin');
  });

  test('a system that forbids it is named, with what allows it', async () => {
    // The limit is one of each user namespace, so that the machine's stays as it is.
    const forbidden = [
      ...['unshare', '--user', '--map-current-user', '--keep-caps', 'sh', '-c'],
      'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"',
    ];
    const ran = await as(dev, ...forbidden, 'sh', ...inSandbox, 'true');
    expect(refusalIn(ran)).toBe('sandbox 124');
    expect(ran.stderr).toContain('user.max_user_namespaces');
  });

  test('is refused to one who has no ids in it', async () => {
    const ran = await as(dev, 'unshare', '--user', ...inSandbox, 'true');
    expect(refusalIn(ran)).toBe('sandbox 124');
  });
});
