import { CAP_SYS_CHROOT } from '../../capability.ts';
import { pathText } from '../sandbox.ts';
import { valueOf } from '../unit.ts';
import { may, refuse, type Child, type Ending } from './child.ts';

/** `apply_root_directory()`, where no mount namespace has the root already. */
export function changeRoot(child: Child): Ending | null {
  const { settings, mountNamespace } = child.sandbox;
  const root = valueOf(settings, 'RootDirectory');
  if (root === null || pathText(root) === null || mountNamespace) return null;
  if (may(child, CAP_SYS_CHROOT)) return null;
  return refuse(child, '210/CHROOT', 'mounts-not-permitted', 'RootDirectory');
}
