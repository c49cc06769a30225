import { isCapable, type Capable } from './capable.ts';
import { CAP_SYS_PTRACE } from './capability.ts';
import type { KernelRules } from './kernel.ts';
import type { UserNamespace } from './userNamespace.ts';

/** How a tracer came to trace the process, with the credentials that both had at that moment. */
export type Attachment =
  /** PTRACE_ATTACH or PTRACE_SEIZE; children that are attached automatically inherit it. */
  | { readonly request: 'attach'; readonly tracer: Capable }
  /** PTRACE_TRACEME. */
  | { readonly request: 'traceme'; readonly tracer: Capable; readonly tracee: Capable };

/**
 * Whether the credentials that were kept when the tracer attached hold CAP_SYS_PTRACE over the
 * process: then ptrace takes nothing away at exec (`ptracer_capable()` in kernel/capability.c).
 */
export function tracerCounts(
  attachment: Attachment,
  namespace: UserNamespace,
  kernel: KernelRules,
): boolean {
  if (attachment.request === 'attach') {
    return isCapable(attachment.tracer, namespace, CAP_SYS_PTRACE);
  }
  const kept = kernel.tracemeKeepsTracee ? attachment.tracee : attachment.tracer;
  return kernel.tracemeCounts && isCapable(kept, namespace, CAP_SYS_PTRACE);
}
