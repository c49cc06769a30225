/**
 * Where file capabilities can be kept: setcap(8) is the judge of what the check says of the filesystem, and
 * it is offered exactly where it works.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, test } from 'vitest';
import { buildFixtures, type Fixtures } from '../../fixtures/build.ts';
import { makeBundles } from '../world/bundles.ts';
import { mustRun, run, toolMissing } from '../world/command.ts';
import { loopDevicesMissing } from '../world/loop.ts';
import { logIn, prepareWorld, type World } from '../world/world.ts';
import { beginErrand, type Answer, type Errand } from './errand.ts';

let world: World;
let fixtures: Fixtures;

beforeAll(async () => {
  await makeBundles();
  fixtures = await buildFixtures();
  world = await prepareWorld();
  return () => world.dispose();
});

interface Place {
  readonly name: string;
  /** Mounts it at an empty folder of the developer. */
  readonly mount: (folder: string) => Promise<unknown>;
  readonly missing?: () => Promise<string | null>;
  readonly keeps: boolean;
  /** What the message says of it, where it keeps none. */
  readonly said?: string;
}

const places: readonly Place[] = [
  {
    name: 'tmpfs',
    mount: (folder) => mustRun(['mount', '-t', 'tmpfs', 'tmpfs', folder]),
    keeps: true,
  },
  {
    name: 'overlay',
    mount: async (folder) => {
      const [lower, upper, work] = ['lower', 'upper', 'work'].map((part) => `${folder}-${part}`);
      await mustRun(['mkdir', `${lower}`, `${upper}`, `${work}`]);
      const layers = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
      await mustRun(['mount', '-t', 'overlay', '-o', layers, 'overlay', folder]);
    },
    keeps: true,
  },
  {
    name: 'ramfs',
    mount: (folder) => mustRun(['mount', '-t', 'ramfs', 'ramfs', folder]),
    keeps: false,
    said: '(ramfs), which keeps no file capabilities',
  },
  {
    name: 'vfat',
    mount: async (folder) => {
      const { uid, gid } = world.dev;
      await mustRun(['truncate', '-s', '16M', `${folder}.image`]);
      await mustRun(['mkfs.vfat', `${folder}.image`]);
      const options = `loop,uid=${uid},gid=${gid},umask=022`;
      await mustRun(['mount', '-t', 'vfat', '-o', options, `${folder}.image`, folder]);
    },
    missing: async () =>
      (await loopDevicesMissing()) ??
      ((await toolMissing('mkfs.vfat')) === null
        ? null
        : 'mkfs.vfat is not installed (Debian: dosfstools).'),
    keeps: false,
    said: '(vfat), which keeps no file capabilities',
  },
  {
    name: 'FUSE, whose server keeps none',
    mount: (folder) => bind(folder, '--xattr-none'),
    missing: () => toolMissing('bindfs'),
    keeps: false,
    said: '(fuse), whose server keeps no file capabilities here',
  },
  {
    name: 'FUSE, whose server passes them on',
    mount: (folder) => bind(folder),
    missing: () => toolMissing('bindfs'),
    keeps: true,
  },
];

async function bind(folder: string, ...options: readonly string[]): Promise<void> {
  await mkdir(`${folder}-behind`);
  await mustRun(['bindfs', '-o', 'allow_other,suid', ...options, `${folder}-behind`, folder]);
}

test.for(places)('$name', async ({ mount, missing, keeps, said, name }, { expect, skip }) => {
  const reason = (await missing?.()) ?? null;
  if (reason !== null) return skip(reason);
  const folder = join(world.dev.home, name.replaceAll(/\W+/g, '-'));
  await mkdir(folder);
  const unmounted = await mount(folder).then(
    () => null,
    (error: unknown) => String(error),
  );
  if (unmounted?.includes('unknown filesystem type') === true) return skip(unmounted);
  expect(unmounted).toBeNull();
  await mustRun(['chown', `${world.dev.uid}:${world.dev.gid}`, folder]).catch(() => undefined);
  try {
    const errand = await beginErrand(world, fixtures, folder, false);
    const { verdict, findings } = await errand.check();
    expect(verdict).toBe('denied');
    expect(await errand.works()).toBe(false);
    expect(findings.map(({ rule }) => rule)).toEqual([
      keeps ? 'program-without-capability' : 'filesystem-without-file-capabilities',
    ]);
    expect(fixesOf(findings).includes('set-file-capabilities')).toBe(keeps);
    expect(fixesOf(findings).includes('move-off-mount')).toBe(!keeps);
    expect(findings[0]?.message).toContain(said ?? 'has no file capabilities');

    expect(await setcap(errand), 'setcap succeeds').toBe(keeps);
    expect(await errand.works(), 'it works then').toBe(keeps);
  } finally {
    await mustRun(['umount', folder]);
  }
});

test('overlay in a user namespace: its root’s capabilities, which count there alone', async ({
  expect,
}) => {
  const errand = await beginErrand(world, fixtures, world.dev.home, false);
  const layer = join(errand.folder, '..');
  await mustRun([
    ...logIn(world.dev),
    'mkdir',
    `${layer}/upper`,
    `${layer}/work`,
    `${layer}/merged`,
  ]);
  const inside = [
    `mount -t overlay -o "lowerdir=$1/build,upperdir=$1/upper,workdir=$1/work,userxattr" overlay "$1/merged"`,
    'chmod 0700 "$1/merged/tun"',
    'PATH=$PATH:/sbin setcap cap_net_admin=ep "$1/merged/tun"',
    'getcap=$(PATH=$PATH:/sbin getcap "$1/merged/tun") && test -n "$getcap"',
  ].join(' && ');
  const namespaces = ['unshare', '--map-root-user', '--mount'];
  await mustRun([...logIn(world.dev), ...namespaces, 'sh', '-c', inside, 'sh', layer]);

  const carried = join(layer, 'upper/tun');
  const { findings } = await errand.check(carried);
  expect(findings.map(({ rule }) => rule)).toEqual(['file-capabilities-of-another-user-namespace']);
  expect(await errand.works(carried)).toBe(false);
});

async function setcap({ program }: Errand): Promise<boolean> {
  return (await run(['setcap', 'cap_net_admin=ep', program])).code === 0;
}

function fixesOf(findings: Answer['findings']): readonly string[] {
  return findings.flatMap(({ fixes }) => fixes).map(({ id }) => id);
}
