/**
 * A home at /home/NAME with the editor's server in it, as a person has one: what is to be looked at shows paths
 * of an everyday machine. On a file system of its own, so that nothing is left of it.
 */
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Person } from '../vantage.ts';

export interface Home {
  readonly path: string;
  dispose(): Promise<void>;
}

/** @param options of the mount, such as `nosuid` */
export async function openHome({ name, uid, gid }: Person, ...options: string[]): Promise<Home> {
  const path = join('/home', name);
  const mount = ['-t', 'tmpfs', '-o', ['mode=755', ...options].join(','), 'home', '/home'];
  await execa('mount', mount);
  await mkdir(path);
  await chown(path, uid, gid);
  return {
    path,
    dispose: async () => {
      await execa('umount', ['--lazy', '/home']);
    },
  };
}
