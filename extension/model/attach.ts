import { isCapable } from './capable.ts';
import { CAP_SYS_PTRACE } from './capability.ts';
import { emptySet, isSubset, without, type CapabilitySet } from './capabilitySet.ts';
import type { Credentials } from './credentials.ts';
import type { UserNamespace } from './userNamespace.ts';

/** What of a debugger's credentials ptrace(2) asks; it takes the real ids. */
export type AttachCaller = Pick<
  Credentials,
  'uid' | 'gid' | 'permitted' | 'effective' | 'userNamespace'
>;

/** A process that a debugger might attach to. */
export interface AttachTarget {
  readonly uid: Credentials['uid'];
  readonly gid: Credentials['gid'];
  readonly permitted: CapabilitySet;
  /** Null where it is not to be seen. */
  readonly userNamespace: UserNamespace | null;
  /** Whether its memory may be read by its own user, PR_GET_DUMPABLE; null where it is not to be seen. */
  readonly dumpable: boolean | null;
  /** The pid of the one that traces it already. */
  readonly tracer: number | null;
  readonly kernelThread: boolean;
}

/** `kernel.yama.ptrace_scope`; null where the kernel runs without Yama. */
export type PtraceScope = 0 | 1 | 2 | 3 | null;

/** Why ptrace(2) refuses to attach; always with EPERM. */
export type AttachReason =
  | { readonly rule: 'kernel-thread' }
  | { readonly rule: 'traced-already'; readonly tracer: number }
  | { readonly rule: 'other-user'; readonly caller: number; readonly target: number }
  | { readonly rule: 'not-dumpable' }
  | { readonly rule: 'other-user-namespace' }
  | { readonly rule: 'more-capable'; readonly missing: CapabilitySet }
  | { readonly rule: 'yama'; readonly scope: 1 | 2 | 3 };

export interface AttachVerdict {
  readonly kind: 'allowed' | 'denied' | 'unknown';
  /** All that refuse; the kernel stops at the first. */
  readonly reasons: readonly AttachReason[];
  /** What could not be seen, and may refuse. */
  readonly unseen: readonly ('user-namespace' | 'dumpable')[];
}

/**
 * Whether a debugger may attach to a process that is not its descendant: `ptrace_attach()` and
 * `__ptrace_may_access()` in kernel/ptrace.c, `cap_ptrace_access_check()` in security/commoncap.c,
 * `yama_ptrace_access_check()` in security/yama/yama_lsm.c. Other security modules are not asked, nor
 * what the process allowed by PR_SET_PTRACER.
 */
export function judgeAttach(
  caller: AttachCaller,
  target: AttachTarget,
  ptraceScope: PtraceScope,
): AttachVerdict {
  const { userNamespace } = target;
  const overrides =
    userNamespace === null ? null : isCapable(caller, userNamespace, CAP_SYS_PTRACE);
  const reasons: AttachReason[] = [];
  if (target.kernelThread) reasons.push({ rule: 'kernel-thread' });
  if (target.tracer !== null) reasons.push({ rule: 'traced-already', tracer: target.tracer });
  if (ptraceScope === 3) reasons.push({ rule: 'yama', scope: 3 });
  if (overrides !== true) reasons.push(...withoutOverride(caller, target, ptraceScope));
  const unseen: ('user-namespace' | 'dumpable')[] = [];
  if (overrides === null) unseen.push('user-namespace');
  if (overrides !== true && target.dumpable === null) unseen.push('dumpable');
  const kind = reasons.length > 0 ? 'denied' : unseen.length > 0 ? 'unknown' : 'allowed';
  return { kind, reasons, unseen };
}

/** What CAP_SYS_PTRACE over the process would override. */
function withoutOverride(
  caller: AttachCaller,
  { uid, gid, permitted, userNamespace, dumpable }: AttachTarget,
  ptraceScope: PtraceScope,
): readonly AttachReason[] {
  const isOne = (ids: Credentials['uid'], real: number): boolean =>
    [ids.real, ids.effective, ids.saved].every((each) => each === real);
  const reasons: AttachReason[] = [];
  if (!isOne(uid, caller.uid.real) || !isOne(gid, caller.gid.real)) {
    reasons.push({ rule: 'other-user', caller: caller.uid.real, target: uid.effective });
  }
  if (dumpable === false) reasons.push({ rule: 'not-dumpable' });
  if (userNamespace !== null && userNamespace.id !== caller.userNamespace.id) {
    reasons.push({ rule: 'other-user-namespace' });
  } else if (!isSubset(permitted, caller.permitted)) {
    reasons.push({ rule: 'more-capable', missing: without(permitted, caller.permitted) });
  }
  if (ptraceScope === 1 || ptraceScope === 2) reasons.push({ rule: 'yama', scope: ptraceScope });
  return reasons;
}

/**
 * The fewest capabilities with which a debugger of this user may attach: none, or those that the
 * process holds. CAP_SYS_PTRACE is never among them by itself: with it, any process can be traced.
 * Null where these are not enough.
 */
export function leastToAttach(
  caller: Omit<AttachCaller, 'permitted' | 'effective'>,
  target: AttachTarget,
  ptraceScope: PtraceScope,
): CapabilitySet | null {
  const enough = [emptySet, target.permitted].find((set) => {
    const holding = { ...caller, permitted: set, effective: set };
    return judgeAttach(holding, target, ptraceScope).kind === 'allowed';
  });
  return enough ?? null;
}
