import { CAP_SETUID } from './capability.ts';
import { emptySet, isSubset, without, type CapabilitySet } from './capabilitySet.ts';
import { isInGroup, SECBIT_KEEP_CAPS, SECBIT_NOROOT, type Credentials } from './credentials.ts';
import type { Errno } from './errno.ts';
import { openExecFiles } from './execFiles.ts';
import { fileGrant } from './fileGrant.ts';
import type { KernelRules } from './kernel.ts';
import { honoursPrivilege } from './mount.ts';
import { mayExecute, S_ISGID, S_ISUID, S_IXGRP, type ProgramFile } from './programFile.ts';
import type { ExecReason, UnsafeExec } from './reason.ts';
import { isCapable } from './capable.ts';
import { initialUserNamespace, isMapped, toBase } from './userNamespace.ts';

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
  const opened = openExecFiles(old, program, kernel, reasons);
  if ('errno' in opened) return { kind: 'error', ...opened, reasons };
  const { file } = opened;

  const namespace = old.userNamespace;
  const privileged = honoursPrivilege(file.mount, namespace, kernel);
  const ids = applySetId(old, file, privileged, kernel, reasons);
  const grant = fileGrant(old, file, privileged, kernel, reasons);
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
