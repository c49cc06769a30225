import { CAP_SETUID } from './capability.ts';
import { emptySet, isSubset, without, type CapabilitySet } from './capabilitySet.ts';
import { isInGroup, SECBIT_KEEP_CAPS, SECBIT_NOROOT, type Credentials } from './credentials.ts';
import type { Errno } from './errno.ts';
import {
  decodeFileCapability,
  isEmptyFileCapability,
  type FileCapability,
  type MalformedFileCapability,
} from './fileCapability.ts';
import type { KernelRules } from './kernel.ts';
import { attributeRoot, honoursPrivilege, seenThrough } from './mount.ts';
import {
  mayExecute,
  mayRead,
  S_ISGID,
  S_ISUID,
  S_IXGRP,
  type ProgramFile,
  type ProgramFormat,
} from './programFile.ts';
import type { ExecReason, UnsafeExec } from './reason.ts';
import { isCapable } from './capable.ts';
import { initialUserNamespace, isMapped, toBase, type UserNamespace } from './userNamespace.ts';

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
      /** What PR_SET_PDEATHSIG asked for still holds. */
      readonly keepsParentDeathSignal: boolean;
      /** The personality(2) flags of `personalityClearedOnGain` are taken away. */
      readonly clearsPersonality: boolean;
      readonly reasons: readonly ExecReason[];
    }
  | { readonly kind: 'error'; readonly errno: Errno; readonly reasons: readonly ExecReason[] };

/**
 * PER_CLEAR_ON_SETID in linux/personality.h: READ_IMPLIES_EXEC, ADDR_NO_RANDOMIZE (which debuggers
 * set), ADDR_COMPAT_LAYOUT and MMAP_PAGE_ZERO.
 */
export const personalityClearedOnGain = 0x0740000;

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
  const old = caller.credentials;
  const opened = openFiles(old, program, kernel, reasons);
  if ('errno' in opened) return { kind: 'error', ...opened, reasons };
  const { file } = opened;

  const namespace = old.userNamespace;
  const privileged = honoursPrivilege(file.mount, namespace, kernel);
  const ids = applySetId(old, file, privileged, kernel, reasons);
  const grant = applyFileCapability(old, file, privileged, kernel, reasons);
  if ('errno' in grant) return { kind: 'error', ...grant, reasons };

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
      if (!maySetIds(old, kernel) || old.noNewPrivs) {
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
  const changes = changesIdentity(old, credentials);
  return {
    kind: 'ok',
    credentials,
    secureExec,
    dumpable:
      opened.readable &&
      old.uid.effective === old.uid.real &&
      old.gid.effective === old.gid.real &&
      !changes,
    keepsParentDeathSignal: !secureExec && !changes,
    clearsPersonality: gained || ids.changedByFile,
    reasons,
  };
}

type OpenedFiles =
  | {
      /** The file whose credentials count, with the owner as it is seen through its mount. */
      readonly file: ProgramFile;
      /** Whether the caller may read what is mapped into the new process (`would_dump()`). */
      readonly readable: boolean;
    }
  | { readonly errno: Errno };

/** Opens the program and its interpreters as `exec_binprm()` and the format handlers do. */
function openFiles(
  old: Credentials,
  program: ProgramFile,
  kernel: KernelRules,
  reasons: ExecReason[],
): OpenedFiles {
  const refuse = (errno: Errno, reason: ExecReason): OpenedFiles => {
    reasons.push(reason);
    return { errno };
  };

  let file = seenThrough(program.mount, program, kernel);
  const refusal = openRefusal(old, file);
  if (refusal !== null) return refuse('EACCES', refusal);
  /** `bprm->executable`: the file that its interpreter gets as an open file. */
  let handedOver: ProgramFile | null = null;
  /** The file whose credentials count although it is not the last (`bprm->execfd_creds`). */
  let ownCredentials: ProgramFile | null = null;
  for (let rewrites = 1; ; rewrites += 1) {
    const { format } = file;
    if (format.kind === 'refused') {
      const { errno, problem } = format;
      return refuse(errno, { rule: 'format-refused', path: file.path, problem, errno });
    }
    if (format.kind === 'native') break;

    if (!kernel.credentialsFromFinalFile) {
      const privileged = honoursPrivilege(file.mount, old.userNamespace, kernel);
      const before: ExecReason[] = [];
      const grant = applyFileCapability(old, file, privileged, kernel, before);
      if ('errno' in grant) {
        reasons.push(...before);
        return grant;
      }
    }
    reasons.push(interpreterReason(file, format));
    const interpreter = seenThrough(format.interpreter.mount, format.interpreter, kernel);
    if (format.kind === 'script' || !format.flags.fixBinary) {
      const closed = openRefusal(old, interpreter);
      if (closed !== null) return refuse('EACCES', closed);
    }
    if (handedOver !== null) {
      return refuse('ENOEXEC', { rule: 'interpreter-takes-no-file', path: file.path });
    }
    if (format.kind === 'registered') {
      if (format.flags.openBinary || format.flags.credentials) handedOver = file;
      if (format.flags.credentials) ownCredentials = file;
    }
    // Each handler opens a file; only then does the kernel count.
    if (rewrites > maximumRewrites) return refuse('ELOOP', { rule: 'too-many-interpreters' });
    file = interpreter;
  }
  return {
    file: ownCredentials ?? file,
    readable: mayRead(old, file) && (handedOver === null || mayRead(old, handedOver)),
  };
}

function interpreterReason(
  file: ProgramFile,
  format: Extract<ProgramFormat, { interpreter: ProgramFile }>,
): ExecReason {
  const interpreter = format.interpreter.path;
  return format.kind === 'script'
    ? { rule: 'interpreter-decides', script: file.path, interpreter }
    : {
        rule: 'interpreter-registered',
        path: file.path,
        interpreter,
        ownCredentials: format.flags.credentials,
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
  kernel: KernelRules,
  reasons: ExecReason[],
): { euid: number; egid: number; changedByFile: boolean } {
  const ids = { euid: old.uid.effective, egid: old.gid.effective, changedByFile: false };
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
  // Asked again: an interpreter that a binfmt_misc entry has open was never asked before.
  if (kernel.setIdNeedsExecution && !mayExecute(old, file)) {
    reasons.push({ rule: 'set-id-ignored', cause: 'not-executable' });
    return ids;
  }
  const { uidMap, gidMap } = old.userNamespace;
  if (!isMapped(uidMap, file.uid) || !isMapped(gidMap, file.gid)) {
    reasons.push({ rule: 'set-id-ignored', cause: 'unmapped' });
    return ids;
  }
  if (setUser) {
    ids.euid = file.uid;
    ids.changedByFile = true;
    reasons.push({ rule: 'set-user-id', uid: file.uid });
  }
  if (setGroup && (file.mode & S_IXGRP) !== 0) {
    ids.egid = file.gid;
    ids.changedByFile = true;
    reasons.push({ rule: 'set-group-id', gid: file.gid });
  }
  return ids;
}

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

/** `commit_creds()`: a process that others may not look into as they did before. */
function changesIdentity(old: Credentials, after: Credentials): boolean {
  return (
    after.uid.effective !== old.uid.effective ||
    after.gid.effective !== old.gid.effective ||
    !isSubset(after.permitted, old.permitted)
  );
}

/** Whether a changed id outlives a downgrade. */
function maySetIds(old: Credentials, kernel: KernelRules): boolean {
  const asked = kernel.setuidAskedInNamespace ? old.userNamespace : initialUserNamespace;
  return isCapable(old, asked, CAP_SETUID);
}
