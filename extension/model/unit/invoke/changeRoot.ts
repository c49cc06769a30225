import { CAP_SYS_CHROOT } from '../../capability.ts';
import { may, refuse, type Child, type Ending } from './child.ts';

/**
 * `apply_root_directory()`, where no mount namespace has the root already. The program was found outside, and is
 * executed by the same path inside.
 */
export function changeRoot(child: Child): Ending | null {
  const { sandbox, system } = child;
  const { mountNamespace, root, entersRoot } = sandbox;
  if (!entersRoot || mountNamespace) return null;
  if (!may(child, CAP_SYS_CHROOT)) {
    return refuse(child, '210/CHROOT', 'mounts-not-permitted', 'RootDirectory');
  }
  const facts = system.paths.get(root);
  if (facts !== undefined && facts.kind !== 'directory') {
    return refuse(child, '210/CHROOT', 'mount-missing', 'RootDirectory');
  }
  child.tree = { root, mounts: [] };
  return null;
}
