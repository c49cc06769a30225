import { isSameOrDescendant, type UserNamespace } from './userNamespace.ts';

/** What a mount means for exec and for device nodes; the per-mount flags count, not the superblock's. */
export interface Mount {
  readonly nosuid: boolean;
  readonly noexec: boolean;
  readonly nodev: boolean;
  /** Reached through a descriptor of another mount namespace: acts as nosuid (`mnt_may_suid()`). */
  readonly foreign: boolean;
  /** The user namespace that owns the superblock (`s_user_ns`). */
  readonly superblockNamespace: UserNamespace;
  readonly mountPoint: string;
  readonly fsType: string;
  /** The id in `/proc/self/mountinfo`; null where there is none. */
  readonly id: number | null;
}

/**
 * `mnt_may_suid()` in `fs/namespace.c`: whether set-id bits and file capabilities on this mount
 * mean anything to a process of the user namespace.
 */
export function honoursPrivilege(mount: Mount, current: UserNamespace): boolean {
  return !mount.nosuid && !mount.foreign && isSameOrDescendant(current, mount.superblockNamespace);
}

/** Whether a program or another machine keeps the files, and decides itself which attributes it takes. */
export function isServed({ fsType }: Pick<Mount, 'fsType'>): boolean {
  return /^(?:fuse(?:blk)?(?:\..*)?|9p|virtiofs)$/.test(fsType);
}
