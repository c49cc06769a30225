/** A newer Debian around the developer: what this machine’s release does not have yet is there. */
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDebianTree } from '../world/debianTree.ts';
import { openSpace, type Space } from '../world/space.ts';

const tree = join(import.meta.dirname, '../../../.cache/debian/trixie');

/**
 * The root is the release’s, with its own programs, below an overlay. Of this machine are the kernel’s
 * file systems, the world with its people, the launcher that is installed for them, and Node.
 */
const becomeRoot = `
mount -t tmpfs -o mode=755 capwright-root "$2"
mkdir "$2/upper" "$2/work" "$2/root"
mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" overlay "$2/root"
cd "$2/root"
for folder in /proc /sys /dev /srv /usr/local/lib /etc/sudoers.d; do
  mount --rbind "$folder" ".$folder"
done
for file in /etc/passwd /etc/group /etc/shadow "$3"; do
  mkdir -p ".\${file%/*}"
  touch ".$file"
  mount --bind "$file" ".$file"
done
mkdir .before
pivot_root . .before
umount -l /.before
rmdir /.before
cd /`;

/** gdb 16, and sudo. Not there: the debuggers of other languages, and pkexec. */
export async function openNewerDebian(): Promise<Space> {
  await makeDebianTree(tree, 'trixie', ['gdb', 'sudo']);
  const empty = await mkdtemp(join(tmpdir(), 'capwright-root-'));
  const space = await openSpace(becomeRoot, tree, empty, process.execPath);
  space.undo(() => rmdir(empty));
  return space;
}
