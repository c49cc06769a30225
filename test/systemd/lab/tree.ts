import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

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

/**
 * The root tree of a release, as debootstrap(8) makes it. It is made once and then only read.
 * Resolves to its path.
 */
export async function treeOf(release: Release): Promise<string> {
  const tree = join(folder, release);
  if (existsSync(tree)) return tree;

  await mkdir(folder, { recursive: true });
  const unfinished = await mkdtemp(`${tree}-making-`);
  try {
    const include = `--include=${packages.join(',')}`;
    const mirror = await debianMirror();
    await execa('debootstrap', ['--variant=minbase', include, release, unfinished, mirror]);
    await rename(unfinished, tree);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return tree;
}

/** Where apt on this machine gets Debian’s packages from. */
async function debianMirror(): Promise<string> {
  const format = ['--format', '$(ORIGIN) $(COMPONENT) $(SUITE) $(REPO_URI)'];
  const { stdout } = await execa('apt-get', ['indextargets', ...format, 'Created-By: Packages']);
  const [mirror] = stdout
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([origin, component]) => origin === 'Debian' && component === 'main')
    // Security updates and the like lie elsewhere on some mirrors.
    .filter(([, , suite = '']) => !suite.includes('-'))
    .flatMap(([, , , uri]) => uri ?? []);
  if (mirror === undefined) throw new Error('apt on this machine knows no mirror of Debian');
  return mirror;
}
