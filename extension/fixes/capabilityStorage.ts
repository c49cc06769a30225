import type { Mount } from '../model/mount.ts';
import type { Program } from '../model/system.ts';

/** Why file capabilities would be of no use where a program lies. */
export interface StorageHindrance {
  readonly why: 'nosuid' | 'foreign' | 'no-attributes';
  readonly mount: Mount;
}

/** `mnt_may_suid()` in fs/namespace.c; and a filesystem that answers EOPNOTSUPP keeps none. */
export function storageHindrance({
  mount,
  capabilityStorage,
}: Pick<Program, 'capabilityStorage'> & { readonly mount: Mount }): StorageHindrance | null {
  if (capabilityStorage === 'unsupported') return { why: 'no-attributes', mount };
  if (mount.nosuid) return { why: 'nosuid', mount };
  return mount.foreign ? { why: 'foreign', mount } : null;
}

/** The command that lets the mount honour file capabilities; null where no option stands in the way. */
export function remountCommand({ why, mount }: StorageHindrance): readonly string[] | null {
  // With `bind`, mount(8) changes this mount and not the filesystem, and keeps its other options.
  return why === 'nosuid' ? ['sudo', 'mount', '-o', 'remount,bind,suid', mount.mountPoint] : null;
}
