import type { Mount } from '../model/mount.ts';
import type { UserNamespace } from '../model/userNamespace.ts';
import type { FileFacts } from '../protocol/probe.ts';

/**
 * The mount that a file was reached through. One that is known by number but is not in mountinfo
 * belongs to another mount namespace, where privilege is ignored.
 * @param outermost taken for the owner of the superblock, which no call tells
 */
export function mountOf(facts: FileFacts, outermost: UserNamespace): Mount {
  if (!('value' in facts.mount)) {
    return {
      nosuid: false,
      noexec: false,
      nodev: false,
      foreign: 'value' in facts.mountId,
      superblockNamespace: outermost,
      idmap: null,
      mountPoint: facts.path,
      fsType: 'unknown',
      id: 'value' in facts.mountId ? facts.mountId.value : null,
    };
  }
  const { options, mountPoint, fsType, id } = facts.mount.value;
  return {
    nosuid: options.includes('nosuid'),
    noexec: options.includes('noexec'),
    nodev: options.includes('nodev'),
    foreign: false,
    superblockNamespace: outermost,
    // stat(2) and getxattr(2) have applied it.
    idmap: null,
    mountPoint,
    fsType,
    id,
  };
}

export function outermost(namespace: UserNamespace): UserNamespace {
  return namespace.parent === null ? namespace : outermost(namespace.parent);
}
