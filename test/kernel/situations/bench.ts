import { chmod, chown, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fixtures } from '../../fixtures/build.ts';
import type { Space } from '../world/space.ts';
import type { World } from '../world/world.ts';

/** What one situation is made on. */
export interface Bench {
  readonly world: World;
  readonly fixtures: Fixtures;
  readonly space: Space;
}

/**
 * A new folder of the developer, below one of the developer's folders. Its name is hostile: spaces,
 * both quotes, and what a shell would run.
 */
export async function newFolder({ world: { dev } }: Bench, below = dev.home): Promise<string> {
  const folder = await mkdtemp(join(below, `-it's "my" $(id) & tun `));
  await chown(folder, dev.uid, dev.gid);
  await chmod(folder, 0o755);
  return folder;
}
