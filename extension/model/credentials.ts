import { emptySet, type CapabilitySet } from './capabilitySet.ts';
import {
  initialUserNamespace,
  initialUserNamespaceId,
  type UserNamespace,
} from './userNamespace.ts';

/** Real, effective and saved id, as base ids (credentials(7)). The filesystem id is taken to be the effective one. */
export interface Ids {
  readonly real: number;
  readonly effective: number;
  readonly saved: number;
}

/** What a thread may do: `struct cred`, capabilities(7). */
export interface Credentials {
  readonly uid: Ids;
  readonly gid: Ids;
  /** Supplementary groups as base ids. */
  readonly groups: readonly number[];
  readonly permitted: CapabilitySet;
  readonly effective: CapabilitySet;
  readonly inheritable: CapabilitySet;
  readonly bounding: CapabilitySet;
  readonly ambient: CapabilitySet;
  /** The bits of `include/uapi/linux/securebits.h`. */
  readonly securebits: number;
  readonly noNewPrivs: boolean;
  readonly userNamespace: UserNamespace;
}

/** Uid 0 is an ordinary id: it gains no capabilities at exec. */
export const SECBIT_NOROOT = 1 << 0;
/** Capabilities survive a change of user id; cleared at exec. */
export const SECBIT_KEEP_CAPS = 1 << 4;
/** PR_CAP_AMBIENT_RAISE is refused. */
export const SECBIT_NO_CAP_AMBIENT_RAISE = 1 << 6;

/** `in_group_p()`: the filesystem group or a supplementary one. */
export function isInGroup(credentials: Credentials, gid: number): boolean {
  return credentials.gid.effective === gid || credentials.groups.includes(gid);
}

/** GLOBAL_ROOT_UID as effective id: user 0 of the initial user namespace, whatever it may do. */
export function isInitialRoot({ uid, userNamespace }: Credentials): boolean {
  let outermost = userNamespace;
  while (outermost.parent !== null) outermost = outermost.parent;
  return uid.effective === 0 && outermost.id === initialUserNamespaceId;
}

export function sameIds(id: number): Ids {
  return { real: id, effective: id, saved: id };
}

/** An ordinary user of the initial user namespace without a single capability. */
export function ordinaryUser(uid: number, gid: number, bounding: CapabilitySet): Credentials {
  return {
    uid: sameIds(uid),
    gid: sameIds(gid),
    groups: [],
    permitted: emptySet,
    effective: emptySet,
    inheritable: emptySet,
    bounding,
    ambient: emptySet,
    securebits: 0,
    noNewPrivs: false,
    userNamespace: initialUserNamespace,
  };
}
