import type { AttachTarget, PtraceScope } from '../model/attach.ts';
import type { NamespaceFacts } from '../protocol/probe.ts';
import type { Host } from './host.ts';
import { userNamespaceOf, type IdView } from './idView.ts';
import { threadCredentials } from './launcherEvidence.ts';

/** A process as a debugger that would attach to it meets it. */
export interface ProcessToAttach extends AttachTarget {
  readonly pid: number;
  readonly name: string;
}

/** Null where there is no such process. */
export async function collectProcessToAttach(
  host: Host,
  view: IdView,
  pid: number,
): Promise<ProcessToAttach | null> {
  const [facts, namespaces, own, status] = await Promise.all([
    host.request({ kind: 'process', pid }),
    host.request({ kind: 'namespaces', pid }),
    host.request({ kind: 'namespaces', pid: 'self' }),
    // Its owner is root where the process is not dumpable (task_dump_owner() in fs/proc/base.c).
    host.request({ kind: 'file', path: `/proc/${String(pid)}/status` }),
  ]);
  const main = facts.ok ? facts.result.threads[0] : undefined;
  if (!facts.ok || main === undefined) return null;
  const { name, ppid, threads } = facts.result;
  const { uid, gid } = threadCredentials(main, view);
  // The kernel asks each thread, and a debugger attaches to all of them.
  const permitted = threads.reduce(
    (set, thread) => set | threadCredentials(thread, view).permitted,
    0n,
  );
  return {
    pid,
    name,
    uid,
    gid,
    permitted,
    userNamespace:
      namespaces.ok && own.ok ? namespaceOf(namespaces.result, own.result, view) : null,
    dumpable:
      status.ok && uid.effective !== 0 ? view.uid(status.result.uid) === uid.effective : null,
    tracer: main.tracerPid === 0 ? null : main.tracerPid,
    // kthreadd, and what it starts.
    kernelThread: pid === 2 || ppid === 2,
  };
}

/** The link of a more capable process cannot be read, but its maps can: they tell namespaces apart. */
function namespaceOf(
  namespaces: NamespaceFacts,
  own: NamespaceFacts,
  view: IdView,
): AttachTarget['userNamespace'] {
  const seen = userNamespaceOf(namespaces, view);
  const isSame = (['uidMap', 'gidMap'] as const).every((map) => {
    const here = own[map];
    const there = namespaces[map];
    return (
      'value' in here &&
      'value' in there &&
      JSON.stringify(here.value) === JSON.stringify(there.value)
    );
  });
  return seen ?? (isSame ? view.namespace : null);
}

/** `kernel.yama.ptrace_scope`; null where there is no Yama. */
export async function collectPtraceScope(host: Host): Promise<PtraceScope> {
  const reply = await host.request({ kind: 'read', path: '/proc/sys/kernel/yama/ptrace_scope' });
  const scopes = [0, 1, 2, 3] as const;
  const value = reply.ok ? Number.parseInt(reply.result.text, 10) : Number.NaN;
  return scopes.find((each) => each === value) ?? null;
}
