import type { KernelRules } from './kernel.ts';
import {
  fromBase,
  invalidId,
  isSameOrDescendant,
  toBase,
  type IdExtent,
  type UserNamespace,
} from './userNamespace.ts';

/** What a mount means for exec and for device nodes; the per-mount flags count, not the superblock's. */
export interface Mount {
  readonly nosuid: boolean;
  readonly noexec: boolean;
  readonly nodev: boolean;
  /** Reached through a descriptor of another mount namespace: acts as nosuid (`mnt_may_suid()`). */
  readonly foreign: boolean;
  /** The user namespace that owns the superblock (`s_user_ns`). */
  readonly superblockNamespace: UserNamespace;
  /**
   * What an idmapped mount (MOUNT_ATTR_IDMAP) makes of the ids of its files; null on any other
   * mount, and where owners and root ids are given as they are seen through the mount.
   */
  readonly idmap: Idmap | null;
  readonly mountPoint: string;
  readonly fsType: string;
  /** The id in `/proc/self/mountinfo`; null where there is none. */
  readonly id: number | null;
}

/** `inside` are the ids that the file system stores, `base` those that they stand for through the mount. */
export interface Idmap {
  readonly uidMap: readonly IdExtent[];
  readonly gidMap: readonly IdExtent[];
}

/**
 * `mnt_may_suid()` in `fs/namespace.c`: whether set-id bits and file capabilities on this mount
 * mean anything to a process of the user namespace.
 */
export function honoursPrivilege(
  mount: Mount,
  current: UserNamespace,
  kernel: KernelRules,
): boolean {
  if (mount.nosuid) return false;
  if (!kernel.mountNamespaceDecides) return true;
  return !mount.foreign && isSameOrDescendant(current, mount.superblockNamespace);
}

/**
 * Owner and group of a file as they are seen through the mount (`i_uid_into_vfsuid()`). An id that
 * the mount does not map is nobody's.
 */
export function seenThrough<File extends { readonly uid: number; readonly gid: number }>(
  mount: Mount,
  file: File,
  kernel: KernelRules,
): File {
  if (mount.idmap === null || !kernel.idmappedMounts) return file;
  const { superblockNamespace: superblock, idmap } = mount;
  return {
    ...file,
    uid: shift(superblock.uidMap, idmap.uidMap, file.uid) ?? invalidId,
    gid: shift(superblock.gidMap, idmap.gidMap, file.gid) ?? invalidId,
  };
}

/**
 * The base id of the root to whom an attribute on this mount belongs, null where it belongs to
 * nobody (`get_vfs_caps_from_disk()`).
 * @param stored the root id that the attribute holds, an id of the superblock's user namespace
 */
export function attributeRoot(mount: Mount, stored: number, kernel: KernelRules): number | null {
  const { superblockNamespace, idmap } = mount;
  const owner = toBase(superblockNamespace.uidMap, stored);
  if (owner === null || idmap === null || !kernel.idmappedMounts) return owner;
  return shift(superblockNamespace.uidMap, idmap.uidMap, owner);
}

/** `make_vfsuid()` in `fs/mnt_idmapping.c`: the mount maps what the file system stores. */
function shift(
  superblock: readonly IdExtent[],
  idmap: readonly IdExtent[],
  id: number,
): number | null {
  const stored = fromBase(superblock, id);
  return stored === null ? null : toBase(idmap, stored);
}

/** Whether a program or another machine keeps the files, and decides itself which attributes it takes. */
export function isServed({ fsType }: Pick<Mount, 'fsType'>): boolean {
  return /^(?:fuse(?:blk)?(?:\..*)?|9p|virtiofs)$/.test(fsType);
}
