/** One line of `/proc/PID/uid_map`: `count` ids from `inside` stand for those from `base`. */
export interface IdExtent {
  readonly inside: number;
  /** The id in the outermost user namespace that can be seen (the kernel's kuid when that is the initial one). */
  readonly base: number;
  readonly count: number;
}

/** The id that is nobody's, `(uid_t) -1`: no namespace maps it, and nobody has it. */
export const invalidId = 0xffffffff;

/** See user_namespaces(7). All other ids of the model (credentials, files) are base ids. */
export interface UserNamespace {
  /** Tells namespaces apart: the inode number, or a name for one that is only foretold. */
  readonly id: string;
  readonly parent: UserNamespace | null;
  /** The effective user id of the process that created it; it has all capabilities in it from the parent. */
  readonly ownerUid: number;
  readonly uidMap: readonly IdExtent[];
  readonly gidMap: readonly IdExtent[];
}

const everyId: readonly IdExtent[] = [{ inside: 0, base: 0, count: invalidId }];

/** The inode number of the initial user namespace (PROC_USER_INIT_INO). */
export const initialUserNamespaceId = '4026531837';

export const initialUserNamespace: UserNamespace = {
  id: initialUserNamespaceId,
  parent: null,
  ownerUid: 0,
  uidMap: everyId,
  gidMap: everyId,
};

/**
 * The parent of the outermost visible namespace, for a process that looks from inside a user
 * namespace: it exists, owns what is not ours, and nothing more can be known.
 */
export const hiddenUserNamespace: UserNamespace = { ...initialUserNamespace, id: 'hidden' };

/** The base id of an id inside the namespace; null when it is not mapped (`make_kuid()`). */
export function toBase(map: readonly IdExtent[], inside: number): number | null {
  for (const extent of map) {
    if (inside >= extent.inside && inside - extent.inside < extent.count) {
      return extent.base + (inside - extent.inside);
    }
  }
  return null;
}

/** The id inside the namespace of a base id; null when it has none there (`from_kuid()`). */
export function fromBase(map: readonly IdExtent[], base: number): number | null {
  for (const extent of map) {
    if (base >= extent.base && base - extent.base < extent.count) {
      return extent.inside + (base - extent.base);
    }
  }
  return null;
}

/** True when the base id has a name inside the namespace (`kuid_has_mapping()`). */
export function isMapped(map: readonly IdExtent[], base: number): boolean {
  return fromBase(map, base) !== null;
}

export function isSameOrDescendant(namespace: UserNamespace, ancestor: UserNamespace): boolean {
  for (let each: UserNamespace | null = namespace; each !== null; each = each.parent) {
    if (each.id === ancestor.id) return true;
  }
  return false;
}

/** How deep it lies below the outermost one. */
export function level(namespace: UserNamespace): number {
  let depth = 0;
  for (let each = namespace.parent; each !== null; each = each.parent) depth += 1;
  return depth;
}
