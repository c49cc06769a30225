/** What statx(2) tells of a file: which it is, and when it was changed. Times are nanoseconds since 1970, in decimal. */
export interface FileStamp {
  readonly inode: string;
  /** `major:minor`. */
  readonly device: string;
  readonly size: number;
  /** As base ids. */
  readonly uid: number;
  readonly gid: number;
  /** When its contents were written, as far as nobody set that back. */
  readonly modified: string;
  /** When anything of its inode was changed last: nobody can set that. */
  readonly changed: string;
  /** When the inode was made; null on a filesystem that does not keep it. */
  readonly born: string | null;
}

/** A program as it was when it was last seen with capabilities. */
export interface Sighting {
  /** The raw `security.capability`. */
  readonly capability: Uint8Array;
  readonly stamp: FileStamp;
}

/** How a file came to be without the capabilities that it was seen with, as far as its stamps tell. */
export type CapabilityLoss =
  | {
      /** Another file bears the name: the attribute stayed with the inode. */
      readonly way: 'replaced';
      /** Whether its contents are older than itself, as a copy that keeps times leaves it; null: not known. */
      readonly timesKept: boolean | null;
    }
  /** `file_remove_privs()` in fs/inode.c: the first byte that is written removes the attribute. */
  | { readonly way: 'written' }
  /** `chown_common()` in fs/open.c sets ATTR_KILL_PRIV, whoever calls it. */
  | { readonly way: 'owner-changed' }
  /** chown(2) to the same owner, or removexattr(2): they leave the same trace. */
  | { readonly way: 'attribute-removed' };

/** Null where the file is the same and unchanged: then it is the observer who sees less. */
export function capabilityLoss(before: FileStamp, after: FileStamp): CapabilityLoss | null {
  if (!isSameFile(before, after)) {
    const { born, modified } = after;
    return { way: 'replaced', timesKept: born === null ? null : BigInt(modified) < BigInt(born) };
  }
  if (before.modified !== after.modified || before.size !== after.size) return { way: 'written' };
  if (before.uid !== after.uid || before.gid !== after.gid) return { way: 'owner-changed' };
  return before.changed === after.changed ? null : { way: 'attribute-removed' };
}

/**
 * The number of an inode is given to another file once it is free, and that of a device without a
 * block device changes with each mount; the time of birth stays.
 */
function isSameFile(before: FileStamp, after: FileStamp): boolean {
  if (before.inode !== after.inode) return false;
  return before.born === null || after.born === null
    ? before.device === after.device
    : before.born === after.born;
}
