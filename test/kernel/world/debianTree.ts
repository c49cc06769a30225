import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Has debootstrap(8) make the root tree of a release of Debian, with these packages, from the mirror
 * that apt uses. It is made once and then only read.
 */
export async function makeDebianTree(
  tree: string,
  release: string,
  packages: readonly string[],
): Promise<void> {
  if (existsSync(tree)) return;

  await mkdir(dirname(tree), { recursive: true });
  const unfinished = await mkdtemp(`${tree}-making-`);
  try {
    const include = `--include=${packages.join(',')}`;
    const mirror = await debianMirror();
    await execa('debootstrap', ['--variant=minbase', include, release, unfinished, mirror]);
    await rename(unfinished, tree);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
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
