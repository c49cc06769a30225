import { CAP_DAC_OVERRIDE, type Capability } from './capability.ts';
import { has } from './capabilitySet.ts';
import type { Credentials } from './credentials.ts';
import { isMapped, level, type UserNamespace } from './userNamespace.ts';

/** What of a task's credentials decides what it is capable of. */
export type Capable = Pick<Credentials, 'uid' | 'effective' | 'userNamespace'>;

/**
 * `cap_capable()` in `security/commoncap.c`: the effective bit counts in the process's own user
 * namespace and below; the creator of a namespace has every capability in it from its parent.
 */
export function isCapable(
  credentials: Capable,
  target: UserNamespace,
  capability: Capability,
): boolean {
  const own = credentials.userNamespace;
  const ownLevel = level(own);
  for (let each = target; ;) {
    if (each.id === own.id) return has(credentials.effective, capability);
    if (level(each) <= ownLevel || each.parent === null) return false;
    if (each.parent.id === own.id && each.ownerUid === credentials.uid.effective) return true;
    each = each.parent;
  }
}

/** `capable_wrt_inode_uidgid()`: over an inode only where both its ids are mapped. */
export function overridesFileAccess(
  credentials: Credentials,
  file: { readonly uid: number; readonly gid: number },
  capability: Capability = CAP_DAC_OVERRIDE,
): boolean {
  const namespace = credentials.userNamespace;
  return (
    has(credentials.effective, capability) &&
    isMapped(namespace.uidMap, file.uid) &&
    isMapped(namespace.gidMap, file.gid)
  );
}
