/** The lock of legacy iptables: it is refused as foretold, and each way of starting it with another lock works. */
import { rm } from 'node:fs/promises';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeBundles } from '../world/bundles.ts';
import { run, toolMissing, type Ran } from '../world/command.ts';
import { openSpace, type Space } from '../world/space.ts';
import { logIn, prepareWorld, type World } from '../world/world.ts';
import { parseReport } from './prediction.ts';

const iptables = '/usr/sbin/iptables-legacy';

let world: World;
let space: Space;

beforeAll(async () => {
  await makeBundles();
  world = await prepareWorld();
  // Whoever ran iptables first left the lock there.
  space = await openSpace('mount -t tmpfs run /run && install -m 0600 /dev/null /run/xtables.lock');
  return async () => {
    await space.dispose();
    await world.dispose();
  };
});

/** The lock of the developer's own that the repairs name; the space's /tmp is the machine's. */
const ownLock = (): string => `/tmp/xtables-${String(world.dev.uid)}.lock`;

afterEach(() => rm(ownLock(), { force: true }));

async function asDev(...argv: readonly string[]): Promise<Ran> {
  return run([...space.enter, ...logIn(world.dev), ...argv]);
}

async function check(): Promise<ReturnType<typeof parseReport>> {
  const commandLine = world.reach(new URL('../../../dist/cli.mjs', import.meta.url).pathname);
  const asked = ['check', '--json', '--operation', 'iptables.legacy', '--', iptables];
  const { stdout } = await asDev(world.reach(process.execPath), commandLine, ...asked);
  return parseReport(stdout);
}

describe('a lock that is root’s', () => {
  test('is in the way of every launch path, with capabilities or without', async () => {
    expect(await toolMissing(iptables)).toBeNull();
    const verdicts = (await check()).paths.flatMap((path) => path.verdicts);
    expect(verdicts.map((each) => ('call' in each ? each.call : each.verdict))).toEqual(
      Array(6).fill('open(/run/xtables.lock)'),
    );

    const ambient = ['--inh-caps=+net_admin,+net_raw', '--ambient-caps=+net_admin,+net_raw'];
    const ran = await run([...space.enter, ...logIn(world.dev, ...ambient), iptables, '--list']);
    expect(ran.code).toBe(4);
    expect(ran.stderr).toContain('/run/xtables.lock');
  });

  test.each(['run-in-sandbox', 'run-with-ambient-capabilities'])(
    'does not matter to one who may %s with a lock of their own',
    async (id) => {
      if (id !== 'run-in-sandbox') expect(world.sudoMissing).toBeNull();
      const { findings } = await check();
      const fixes = findings.filter(({ rule }) => rule === 'xtables-lock-closed');
      const fix = fixes.flatMap((each) => each.fixes).find((each) => each.id === id);
      const [step] = fix?.steps ?? [];
      if (step?.kind !== 'command') throw new TypeError(`${id} is not offered`);

      const rule = ['--append', 'OUTPUT', '--jump', 'ACCEPT'];
      expect(await asDev(...step.argv, ...rule)).toMatchObject({ code: 0, stderr: '' });
    },
  );

  test('and one of theirs that somebody else made first is not opened', async () => {
    await space.mustRun([...logIn(world.other), 'install', '-m', '0600', '/dev/null', ownLock()]);
    const { findings } = await check();
    const offered = findings.flatMap((each) => each.fixes);
    const [step] = offered.find(({ id }) => id === 'run-in-sandbox')?.steps ?? [];
    const ran = await asDev(...(step?.kind === 'command' ? step.argv : []), '--list');
    expect(ran.code).toBe(4);
    expect(ran.stderr).toContain(`can't open lock file ${ownLock()}: Permission denied`);
  });
});
