/** Each way to lose file capabilities is done, and the explanation is held against what stat(2) saw. */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import { buildFixtures, type Fixtures } from '../../fixtures/build.ts';
import { makeBundles } from '../world/bundles.ts';
import { mustRun, toolMissing } from '../world/command.ts';
import { loopDevicesMissing } from '../world/loop.ts';
import { prepareWorld, type World } from '../world/world.ts';
import { beginErrand } from './errand.ts';
import { keepers, losses, type Way } from './ways.ts';

let world: World;
let fixtures: Fixtures;

beforeAll(async () => {
  await makeBundles();
  fixtures = await buildFixtures();
  world = await prepareWorld();
  return () => world.dispose();
});

/** On tmpfs no inode number comes twice; on ext4 a file that is made gets the one that was freed last. */
describe.each(['tmpfs', 'ext4'] as const)('on %s', (fsType) => {
  let folder: string;
  let missing: string | null = null;

  beforeAll(async () => {
    folder = join(world.dev.home, fsType);
    await mkdir(folder);
    if (fsType === 'tmpfs') return undefined;
    missing = (await loopDevicesMissing()) ?? (await toolMissing('mkfs.ext4'));
    if (missing !== null) return undefined;
    const image = join(world.dev.home, 'ext4.image');
    await mustRun(['mkfs.ext4', '-q', '-I', '256', image, '64M']);
    await mustRun(['mount', '-o', 'loop', image, folder]);
    return async () => {
      await mustRun(['umount', folder]);
    };
  });

  test.for(losses)('lost by $name', async ({ act, expected, tool }, { expect, skip }) => {
    const reason = missing ?? (await whyNot(tool));
    if (reason !== null) return skip(reason);
    const errand = await beginErrand(world, fixtures, folder);
    expect(await errand.check()).toMatchObject({ verdict: 'allowed', findings: [] });
    const before = await stat(errand.program, { bigint: true });

    await act(errand);
    const after = await stat(errand.program, { bigint: true });
    expect(await errand.works(), 'it has lost them').toBe(false);
    const { verdict, findings } = await errand.check();
    expect(verdict).toBe('denied');
    expect(findings.map(({ rule }) => rule)).toEqual([expected.rule]);
    const { message = '', confidence } = findings[0] ?? {};
    expect(message).toContain('cap_net_admin=ep');
    const sameFile = before.ino === after.ino && before.birthtimeNs === after.birthtimeNs;
    switch (expected.rule) {
      case 'capabilities-lost-by-replacement':
        expect(sameFile).toBe(false);
        expect(message).toContain(`inode ${before.ino}, seen with`);
        expect(message).toContain(`gave way to inode ${after.ino} (made ${utc(after.birthtimeMs)}`);
        expect(message).toMatch(
          expected.contents === 'older' ? /with older contents/ : /of its own/,
        );
        expect(after.mtimeNs < after.birthtimeNs).toBe(expected.contents === 'older');
        break;
      case 'capabilities-lost-by-writing':
        expect(sameFile).toBe(true);
        expect(message).toContain(`inode ${after.ino}, was written to`);
        expect(message).toContain(`last at ${utc(after.mtimeMs)}`);
        expect(message.includes('bytes')).toBe(before.size !== after.size);
        break;
      case 'capabilities-lost-by-owner-change':
        expect(message).toContain(
          `from ${before.uid}:${before.gid} to ${after.uid}:${after.gid} after`,
        );
        break;
      case 'capabilities-removed':
        expect([sameFile, before.mtimeNs, before.uid, before.gid]).toEqual([
          true,
          after.mtimeNs,
          after.uid,
          after.gid,
        ]);
        expect(message).toContain(`last at ${utc(after.ctimeMs)}`);
    }
    expect(confidence).toBe(expected.rule === 'capabilities-removed' ? 'likely' : 'proven');
  });

  test.for(keepers)('kept by $name', async ({ act, tool }, { expect, skip }) => {
    const reason = missing ?? (await whyNot(tool));
    if (reason !== null) return skip(reason);
    const errand = await beginErrand(world, fixtures, folder);
    expect(await errand.check()).toMatchObject({ verdict: 'allowed', findings: [] });
    await act(errand);
    expect(await errand.works(), 'it has them still').toBe(true);
    expect(await errand.check()).toMatchObject({ verdict: 'allowed', findings: [] });
  });
});

async function whyNot(tool: Way['tool']): Promise<string | null> {
  if (tool === undefined) return null;
  const [name, debian] = tool;
  return (await toolMissing(name)) === null
    ? null
    : `${name} is not installed (Debian: ${debian}).`;
}

/** As messages have it. */
function utc(milliseconds: bigint): string {
  return `${new Date(Number(milliseconds)).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
