import { CAP_SYS_ADMIN } from './capability.ts';
import { isCapable } from './capable.ts';
import type { Credentials } from './credentials.ts';
import type { Errno } from './errno.ts';
import type { Limits } from './system.ts';
import { isMapped } from './userNamespace.ts';

/** Why a process may not create a user namespace. */
export interface UserNamespaceRefusal {
  readonly cause: 'max-user-namespaces' | 'unprivileged-userns-clone' | 'unmapped-ids';
  readonly errno: Errno;
}

/** Where `create_user_ns()` refuses, or Debian's switch; null where a user namespace can be created. */
export function userNamespaceRefusal(
  { maxUserNamespaces, unprivilegedUserNamespaces }: Limits,
  credentials: Credentials,
): UserNamespaceRefusal | null {
  const { uid, gid, userNamespace } = credentials;
  if (maxUserNamespaces.kind === 'known' && maxUserNamespaces.value === 0) {
    return { cause: 'max-user-namespaces', errno: 'ENOSPC' };
  }
  const forbidden =
    unprivilegedUserNamespaces.kind === 'known' && unprivilegedUserNamespaces.value === 0;
  if (forbidden && !isCapable(credentials, userNamespace, CAP_SYS_ADMIN)) {
    return { cause: 'unprivileged-userns-clone', errno: 'EPERM' };
  }
  const named =
    isMapped(userNamespace.uidMap, uid.effective) && isMapped(userNamespace.gidMap, gid.effective);
  return named ? null : { cause: 'unmapped-ids', errno: 'EPERM' };
}
