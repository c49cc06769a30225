import { CAP_SETUID } from './capability.ts';
import { emptySet, has, isSubset, without, type CapabilitySet } from './capabilitySet.ts';
import { isInGroup, SECBIT_KEEP_CAPS, SECBIT_NOROOT, type Credentials } from './credentials.ts';
import type { Errno } from './errno.ts';
import {
  decodeFileCapability,
  isEmptyFileCapability,
  type FileCapability,
} from './fileCapability.ts';
import type { KernelRules } from './kernel.ts';
import { honoursPrivilege } from './mount.ts';
import { mayExecute, mayRead, S_ISGID, S_ISUID, S_IXGRP, type ProgramFile } from './programFile.ts';
import type { ExecReason, UnsafeExec } from './reason.ts';
import { isMapped, toBase, type UserNamespace } from './userNamespace.ts';

/** The thread that calls execve(2). */
export interface Caller {
  readonly credentials: Credentials;
  /** Null when nobody traces it; else whether the tracer counts as holding CAP_SYS_PTRACE over the new credentials. */
  readonly tracer: { readonly sysPtrace: boolean } | null;
  /** Another process shares the filesystem information (`clone(CLONE_FS)`). */
  readonly sharesFs: boolean;
}

export type ExecResult =
  | {
      readonly kind: 'ok';
      readonly credentials: Credentials;
      /** AT_SECURE of getauxval(3): the dynamic linker ignores LD_LIBRARY_PATH and the like. */
      readonly secureExec: boolean;
      /** PR_GET_DUMPABLE answers 1; otherwise it is the value of `fs.suid_dumpable`. */
      readonly dumpable: boolean;
      readonly reasons: readonly ExecReason[];
    }
  | { readonly kind: 'error'; readonly errno: Errno; readonly reasons: readonly ExecReason[] };

/** The kernel rewrites an exec at most five times (`exec_binprm()` in fs/exec.c). */
const maximumRewrites = 5;

/**
 * What execve(2) makes of the caller's credentials. The order and the rules are those of
 * `bprm_execve()` in fs/exec.c and `cap_bprm_creds_from_file()` in security/commoncap.c.
 */
export function execTransition(
  caller: Caller,
  program: ProgramFile,
  kernel: KernelRules,
): ExecResult {
  const reasons: ExecReason[] = [];
  const refuse = (errno: Errno, reason: ExecReason): ExecResult => {
    reasons.push(reason);
    return { kind: 'error', errno, reasons };
  };

  const old = caller.credentials;
  let file = program;
  for (let rewrites = 0; ; rewrites += 1) {
    // The script before it opens a file; only then does the kernel count.
    const refusal = openRefusal(old, file);
    if (refusal !== null) return refuse('EACCES', refusal);
    if (rewrites > maximumRewrites) return refuse('ELOOP', { rule: 'too-many-interpreters' });
    if (file.format.kind !== 'script') break;
    reasons.push({
      rule: 'interpreter-decides',
      script: file.path,
      interpreter: file.format.interpreter.path,
    });
    file = file.format.interpreter;
  }
  if (file.format.kind === 'refused') {
    const { errno, problem } = file.format;
    return refuse(errno, { rule: 'format-refused', path: file.path, problem, errno });
  }

  const namespace = old.userNamespace;
  const privileged = honoursPrivilege(file.mount, namespace);
  const ids = applySetId(old, file, privileged, reasons);
  const grant = applyFileCapability(old, file, privileged, kernel, reasons);
  if (grant.kind === 'error') return { ...grant, reasons };

  const root = toBase(namespace.uidMap, 0);
  let permitted = grant.permitted;
  let effective = grant.effective;
  if ((old.securebits & SECBIT_NOROOT) === 0) {
    const effectiveRoot = ids.euid === root;
    const realRoot = old.uid.real === root;
    if (grant.hasFileCapability && effectiveRoot && !realRoot) {
      reasons.push({ rule: 'root-limited-to-file-capabilities' });
    } else {
      if (effectiveRoot || realRoot) {
        permitted = old.bounding | old.inheritable;
        reasons.push({
          rule: 'root-gains-all',
          capabilities: permitted,
          uid: effectiveRoot ? 'effective' : 'real',
        });
      }
      if (effectiveRoot) effective = true;
    }
  }

  const gained = !isSubset(permitted, old.permitted);
  const idChanged = kernel.idChangeComparesEffective
    ? ids.euid !== old.uid.effective || !isInGroup(old, ids.egid)
    : ids.euid !== old.uid.real || ids.egid !== old.gid.real;
  const unsafe = unsafeExec(caller);
  if (unsafe.length > 0) {
    if (idChanged || gained) {
      const lost = without(permitted, old.permitted);
      if (!has(old.effective, CAP_SETUID) || old.noNewPrivs) {
        ids.euid = old.uid.real;
        ids.egid = old.gid.real;
      }
      permitted &= old.permitted;
      reasons.push({ rule: 'downgraded', causes: unsafe, lost });
    } else if (permitted !== emptySet) {
      reasons.push({ rule: 'held-before', causes: unsafe });
    }
  } else if (caller.tracer !== null && (idChanged || gained)) {
    reasons.push({ rule: 'tracer-privileged' });
  }

  const ambient = grant.hasFileCapability || idChanged ? emptySet : old.ambient;
  pushAmbientReason(old, ambient, grant.hasFileCapability, reasons);
  permitted |= ambient;
  const newEffective = effective ? permitted : ambient;
  const lostOnTheWay = without(old.permitted, permitted);
  if (lostOnTheWay !== emptySet) {
    reasons.push({ rule: 'permitted-not-passed-on', capabilities: lostOnTheWay });
  }
  if (without(permitted, newEffective) !== emptySet) {
    reasons.push({
      rule: 'effective-flag-missing',
      capabilities: without(permitted, newEffective),
    });
  }

  const credentials: Credentials = {
    ...old,
    uid: { real: old.uid.real, effective: ids.euid, saved: ids.euid },
    gid: { real: old.gid.real, effective: ids.egid, saved: ids.egid },
    permitted,
    effective: newEffective,
    ambient,
    securebits: old.securebits & ~SECBIT_KEEP_CAPS,
  };
  const elevated = old.uid.real !== root && (effective || !isSubset(permitted, ambient));
  const secureExec =
    idChanged ||
    elevated ||
    (kernel.idChangeComparesEffective && (ids.euid !== old.uid.real || ids.egid !== old.gid.real));
  return {
    kind: 'ok',
    credentials,
    secureExec,
    dumpable: isDumpable(old, credentials, file),
    reasons,
  };
}

/** `do_open_execat()`: permission and noexec are asked of every file of the interpreter chain. */
function openRefusal(credentials: Credentials, file: ProgramFile): ExecReason | null {
  if (!mayExecute(credentials, file)) {
    return {
      rule: 'not-executable',
      path: file.path,
      mode: file.mode,
      uid: file.uid,
      gid: file.gid,
    };
  }
  if (file.mount.noexec) {
    const { mountPoint, id } = file.mount;
    return { rule: 'noexec-mount', path: file.path, mountPoint, mountId: id };
  }
  return null;
}

/** `bprm_fill_uid()`: the effective ids after set-id bits. */
function applySetId(
  old: Credentials,
  file: ProgramFile,
  privileged: boolean,
  reasons: ExecReason[],
): { euid: number; egid: number } {
  const ids = { euid: old.uid.effective, egid: old.gid.effective };
  const setUser = (file.mode & S_ISUID) !== 0;
  const setGroup = (file.mode & S_ISGID) !== 0;
  if (!setUser && !setGroup) return ids;
  if (!privileged) {
    reasons.push({ rule: 'set-id-ignored', cause: 'mount' });
    return ids;
  }
  if (old.noNewPrivs) {
    reasons.push({ rule: 'set-id-ignored', cause: 'no-new-privs' });
    return ids;
  }
  const { uidMap, gidMap } = old.userNamespace;
  if (!isMapped(uidMap, file.uid) || !isMapped(gidMap, file.gid)) {
    reasons.push({ rule: 'set-id-ignored', cause: 'unmapped' });
    return ids;
  }
  if (setUser) {
    ids.euid = file.uid;
    reasons.push({ rule: 'set-user-id', uid: file.uid });
  }
  if (setGroup && (file.mode & S_IXGRP) !== 0) {
    ids.egid = file.gid;
    reasons.push({ rule: 'set-group-id', gid: file.gid });
  }
  return ids;
}

type FileGrant =
  | {
      readonly kind: 'grant';
      readonly permitted: CapabilitySet;
      readonly effective: boolean;
      readonly hasFileCapability: boolean;
    }
  | { readonly kind: 'error'; readonly errno: Errno };

const noGrant: FileGrant = {
  kind: 'grant',
  permitted: emptySet,
  effective: false,
  hasFileCapability: false,
};

/** `get_file_caps()` and `bprm_caps_from_vfs_caps()`; no_new_privs is not asked here. */
function applyFileCapability(
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
  const decoded =
    file.capability.kind === 'bytes' ? decodeFileCapability(file.capability.bytes) : null;
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
    return { kind: 'error', errno };
  }
  const rootId = toBase(file.mount.superblockNamespace.uidMap, decoded.rootId);
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
    if (decoded.effective) return { kind: 'error', errno: 'EPERM' };
  }
  return { kind: 'grant', permitted, effective: decoded.effective, hasFileCapability: true };
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

/** `check_unsafe_exec()`; a tracer with CAP_SYS_PTRACE makes ptrace harmless (`ptracer_capable()`). */
function unsafeExec(caller: Caller): readonly UnsafeExec[] {
  const unsafe: UnsafeExec[] = [];
  if (caller.credentials.noNewPrivs) unsafe.push('no-new-privs');
  if (caller.tracer !== null && !caller.tracer.sysPtrace) unsafe.push('ptrace');
  if (caller.sharesFs) unsafe.push('shared-fs');
  return unsafe;
}

function pushAmbientReason(
  old: Credentials,
  ambient: CapabilitySet,
  hasFileCapability: boolean,
  reasons: ExecReason[],
): void {
  if (old.ambient === emptySet) {
    reasons.push({ rule: 'ambient-empty' });
  } else if (ambient === emptySet) {
    const cause = hasFileCapability ? 'file-capabilities' : 'id-change';
    reasons.push({ rule: 'ambient-cleared', capabilities: old.ambient, cause });
  } else {
    reasons.push({ rule: 'ambient-kept', capabilities: ambient });
  }
}

/**
 * `begin_new_exec()` asks the old ids and whether the caller may read the binary, `commit_creds()`
 * whether the ids changed or the permitted set grew.
 */
function isDumpable(old: Credentials, after: Credentials, file: ProgramFile): boolean {
  return (
    mayRead(old, file) &&
    old.uid.effective === old.uid.real &&
    old.gid.effective === old.gid.real &&
    after.uid.effective === old.uid.effective &&
    after.gid.effective === old.gid.effective &&
    isSubset(after.permitted, old.permitted)
  );
}
