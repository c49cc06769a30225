import { treeOf, type Release } from './tree.ts';

/** The releases of `npm test`. The newest systemd changes from day to day: it is judged on demand. */
export const testReleases = ['bookworm', 'trixie'] as const satisfies readonly Release[];

/** Makes the trees before any test starts: how long that takes is the network’s affair. */
export async function setup(): Promise<void> {
  await Promise.all(testReleases.map(treeOf));
}
