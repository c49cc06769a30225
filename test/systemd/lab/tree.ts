import { join } from 'node:path';
import { makeDebianTree } from '../../kernel/world/debianTree.ts';

/** Debian’s releases whose systemd is booted: 252, 257, and the newest that Debian has. */
export const releases = ['bookworm', 'trixie', 'sid'] as const;

export type Release = (typeof releases)[number];

/**
 * A user manager needs PAM’s module and a bus of its own; systemd looks for libbpf when a unit asks
 * for it, as SocketBindDeny= does. Repairs run ip(8) and sysctl(8).
 */
const packages = [
  ...['systemd-sysv', 'dbus', 'libpam-systemd', 'dbus-user-session', 'libcap2-bin'],
  ...['libbpf1', 'iproute2', 'procps'],
];

/** Below `.cache`: the trees, and a folder on which labs mount theirs. */
export const folder = join(import.meta.dirname, '../../../.cache/systemd');

/** The root tree of a release. Resolves to its path. */
export async function treeOf(release: Release): Promise<string> {
  const tree = join(folder, release);
  await makeDebianTree(tree, release, packages);
  return tree;
}
