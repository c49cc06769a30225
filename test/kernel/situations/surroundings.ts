/** What a situation changes around the program: devices and their node. All in its space. */
import type { World } from '../world/world.ts';
import type { Bench } from './bench.ts';

export type Surround = (bench: Bench) => Promise<void>;

export interface DeviceOptions {
  readonly mode?: 'tun' | 'tap';
  readonly user?: 'dev' | 'other';
  readonly group?: 'tunners' | 'strangers';
  readonly flags?: readonly string[];
}

/** A device that exists while nobody holds it, as `ip tuntap add` makes it. */
export function persistentDevice(name: string, options: DeviceOptions = {}): Surround {
  return async ({ space, world }) => {
    const { mode = 'tun', flags = [] } = options;
    const owners = ownerOptions(world, options);
    const add = ['ip', 'tuntap', 'add', 'dev', name, 'mode', mode, ...owners, ...flags];
    await space.mustRun(add);
  };
}

/** A device of the developer that another process is attached to. */
export function busyDevice(name: string): Surround {
  return async (bench) => {
    await persistentDevice(name, { user: 'dev' })(bench);
    await bench.space.start([bench.fixtures.hold, name]);
  };
}

/** `/dev/net` without a node. */
export async function noNode({ space }: Bench): Promise<void> {
  await space.mustRun(['mount', '-t', 'tmpfs', '-o', 'mode=755', 'empty', '/dev/net']);
}

/** Another node in the place of `/dev/net/tun`. */
export function otherNode(mode: string, group?: 'tunners', minor = '200'): Surround {
  return async (bench) => {
    const node = '/dev/net/tun';
    await noNode(bench);
    await bench.space.mustRun(['mknod', `--mode=${mode}`, node, 'c', '10', minor]);
    if (group !== undefined) {
      await bench.space.mustRun(['chgrp', String(bench.world[group].gid), node]);
    }
  };
}

/** `/dev/net` on a mount with `nodev`. */
export async function nodevMount({ space }: Bench): Promise<void> {
  await space.mustRun(['mount', '-o', 'remount,bind,nodev', '/dev/net']);
}

function ownerOptions(world: World, { user, group }: DeviceOptions): readonly string[] {
  return [
    ...(user === undefined ? [] : ['user', String(world[user].uid)]),
    ...(group === undefined ? [] : ['group', String(world[group].gid)]),
  ];
}
