import { emptySet, without, type CapabilitySet } from './capabilitySet.ts';
import type { Credentials } from './credentials.ts';
import type { Errno } from './errno.ts';
import {
  decodeFileCapability,
  isEmptyFileCapability,
  type FileCapability,
  type MalformedFileCapability,
} from './fileCapability.ts';
import type { KernelRules } from './kernel.ts';
import { attributeRoot } from './mount.ts';
import type { ProgramFile } from './programFile.ts';
import type { ExecReason } from './reason.ts';
import { toBase, type UserNamespace } from './userNamespace.ts';

type FileGrant =
  | {
      readonly permitted: CapabilitySet;
      readonly effective: boolean;
      readonly hasFileCapability: boolean;
    }
  | { readonly errno: Errno };

const noGrant: FileGrant = {
  permitted: emptySet,
  effective: false,
  hasFileCapability: false,
};

/**
 * What the capabilities of a file come to for who executes it: `get_file_caps()` and
 * `bprm_caps_from_vfs_caps()` in security/commoncap.c; no_new_privs is not asked here.
 * @param privileged whether the mount honours them
 * @param reasons what decides is added, also before an error: EINVAL where they are malformed, EPERM where the
 * bounding set withholds what an effective flag promises
 */
export function fileGrant(
  old: Credentials,
  file: ProgramFile,
  privileged: boolean,
  kernel: KernelRules,
  reasons: ExecReason[],
): FileGrant {
  const { path } = file;
  if (file.capability.kind === 'none') {
    reasons.push({ rule: 'file-without-capabilities', path });
    return noGrant;
  }
  const decoded = file.capability.kind === 'bytes' ? decode(file.capability.bytes, kernel) : null;
  if (decoded !== null && !('malformed' in decoded)) pushGrantReason(path, decoded, reasons);
  if (!privileged) {
    reasons.push({
      rule: 'mount-ignores-privilege',
      path,
      mountPoint: file.mount.mountPoint,
      mountId: file.mount.id,
      cause: file.mount.nosuid ? 'nosuid' : file.mount.foreign ? 'foreign' : 'user-namespace',
    });
    return noGrant;
  }
  if (decoded === null) {
    reasons.push({ rule: 'file-capabilities-of-other-namespace', path, rootId: null });
    return noGrant;
  }
  if ('malformed' in decoded) {
    const errno = decoded.malformed;
    reasons.push({ rule: 'file-capabilities-malformed', path, errno });
    return { errno };
  }
  const rootId = attributeRoot(file.mount, decoded.rootId, kernel);
  if (rootId === null || !isRootOfChain(old.userNamespace, rootId)) {
    reasons.push({ rule: 'file-capabilities-of-other-namespace', path, rootId: decoded.rootId });
    return noGrant;
  }

  const filePermitted = decoded.permitted & kernel.validCapabilities;
  const fileInheritable = decoded.inheritable & kernel.validCapabilities;
  const inherited = old.inheritable & fileInheritable;
  const permitted = (old.bounding & filePermitted) | inherited;
  if (inherited !== emptySet) reasons.push({ rule: 'inheritable-met', capabilities: inherited });
  const unmet = without(fileInheritable, permitted | filePermitted);
  if (unmet !== emptySet) reasons.push({ rule: 'inheritable-unmet', capabilities: unmet });
  const missing = without(filePermitted, permitted);
  if (missing !== emptySet) {
    reasons.push({ rule: 'beyond-bounding-set', missing, refused: decoded.effective });
    if (decoded.effective) return { errno: 'EPERM' };
  }
  return { permitted, effective: decoded.effective, hasFileCapability: true };
}

function decode(bytes: Uint8Array, kernel: KernelRules): FileCapability | MalformedFileCapability {
  const decoded = decodeFileCapability(bytes);
  const unknownRevision =
    'revision' in decoded && decoded.revision === 3 && !kernel.namespacedFileCapabilities;
  return unknownRevision ? { malformed: 'EINVAL' } : decoded;
}

function pushGrantReason(path: string, decoded: FileCapability, reasons: ExecReason[]): void {
  if (isEmptyFileCapability(decoded)) {
    reasons.push({ rule: 'file-capabilities-empty', path });
    return;
  }
  const { permitted, inheritable, effective, revision } = decoded;
  reasons.push({ rule: 'file-grants', path, permitted, inheritable, effective, revision });
}

/** `rootid_owns_currentns()`: the id is root in the process's user namespace or one above it. */
function isRootOfChain(namespace: UserNamespace, rootId: number): boolean {
  for (let each: UserNamespace | null = namespace; each !== null; each = each.parent) {
    if (toBase(each.uidMap, 0) === rootId) return true;
  }
  return false;
}
