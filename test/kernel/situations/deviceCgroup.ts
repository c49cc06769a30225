/**
 * A cgroup whose processes may not open the TUN device node. Version 1 has a hierarchy `devices`
 * with a list; with version 2 a BPF program is asked.
 */
import { access, mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { mustRun } from '../world/command.ts';
import type { Space } from '../world/space.ts';
import type { Bench } from './bench.ts';
import type { Launcher } from './launchers.ts';
import { logIn } from '../world/world.ts';
import type { Surround } from './surroundings.ts';

export type CgroupVersion = 1 | 2;

/** Makes the cgroup; it is removed with the space. */
export function deviceCgroupWithoutTun(version: CgroupVersion): Surround {
  return async ({ space, fixtures }) => {
    const cgroup = await cgroupOf(space, version);
    await mkdir(cgroup);
    space.undo(() => removeOnceEmpty(cgroup));
    if (version === 1) await writeFile(join(cgroup, 'devices.deny'), 'c 10:200 rw');
    else await mustRun([fixtures.forbidTun, cgroup]);
  };
}

/** The developer's shell in that cgroup. */
export function shellInDeviceCgroup(version: CgroupVersion): Launcher {
  return async ({ space, world }, privileges = []) => [
    ...space.enter,
    ...['sh', '-c', 'echo 0 > "$0/cgroup.procs" && exec "$@"', await cgroupOf(space, version)],
    ...logIn(world.dev, ...privileges),
  ];
}

/** Why no such cgroup can be made here; null where it can. */
export function deviceCgroupMissing(
  version: CgroupVersion,
): (bench: Bench) => Promise<string | null> {
  return async () => {
    const own = await ownCgroup(version);
    const usable =
      own !== null &&
      (await access(join(own, 'cgroup.procs')).then(
        () => true,
        () => false,
      ));
    return usable
      ? null
      : `no cgroup v${version} hierarchy that can refuse devices is mounted here`;
  };
}

/** A process leaves its cgroup only when the kernel has done with it, a moment after it was waited for. */
async function removeOnceEmpty(cgroup: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await rmdir(cgroup);
      return;
    } catch (error) {
      const busy = error instanceof Error && 'code' in error && error.code === 'EBUSY';
      if (!busy || tries === 1000) throw error;
      await setTimeout(10);
    }
  }
}

async function cgroupOf({ pid }: Space, version: CgroupVersion): Promise<string> {
  return join((await ownCgroup(version)) ?? '', `capwright-${pid}`);
}

/** The folder of the cgroup that this process is in. */
async function ownCgroup(version: CgroupVersion): Promise<string | null> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8');
  const membership = await readFile('/proc/self/cgroup', 'utf8');
  const [mount, path] =
    version === 1
      ? [
          /^\d+ \d+ \S+ \S+ (\S+) .* - cgroup \S+ \S*\bdevices\b/m,
          /^\d+:(?:.*,)?devices(?:,.*)?:(.*)$/m,
        ]
      : [/^\d+ \d+ \S+ \S+ (\S+) .* - cgroup2 /m, /^0::(.*)$/m];
  const mountPoint = mount.exec(mounts)?.[1];
  const own = path.exec(membership)?.[1];
  return mountPoint === undefined || own === undefined ? null : join(mountPoint, own);
}
