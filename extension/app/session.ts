import { unknown, type Evidence, known } from '../model/evidence.ts';
import type { Launcher } from '../model/system.ts';
import type { Host } from '../probe/host.ts';
import { collectLauncher } from '../probe/launcherEvidence.ts';
import { missingReason } from '../probe/missing.ts';
import type { NamespaceFacts } from '../protocol/probe.ts';
import type { Failure } from './failure.ts';
import { openView, type LauncherChoice } from './surroundings.ts';

/** The processes of a session that start programs, as they stand. */
export interface Session {
  readonly kernelRelease: string;
  /** `kernel.ngroups_max`: setgroups(2) takes no more, and who logs in loses the rest. */
  readonly groupLimit: Evidence<number>;
  readonly processes: readonly SessionProcess[];
}

export interface SessionProcess {
  readonly launcher: Launcher;
  /** The inode numbers by which the kernel tells namespaces apart (namespaces(7)). */
  readonly namespaces: Readonly<Record<NamespaceKind, Evidence<string>>>;
}

export type NamespaceKind = 'user' | 'network' | 'mount';

export type SessionOutcome =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'failure'; readonly failure: Failure };

export async function gatherSession(
  host: Host,
  choices: readonly LauncherChoice[],
): Promise<SessionOutcome> {
  const opened = await openView(host);
  if (opened.kind === 'failure') return opened;
  const [release, limit, processes] = await Promise.all([
    host.request({ kind: 'read', path: '/proc/sys/kernel/osrelease' }),
    host.request({ kind: 'read', path: groupLimitPath }),
    Promise.all(
      choices.map(async (choice): Promise<SessionProcess> => {
        const pid = choice.kind === 'self' ? process.pid : choice.pid;
        const [launcher, namespaces] = await Promise.all([
          collectLauncher(host, opened.view, pid, choice.process, null),
          host.request({ kind: 'namespaces', pid }),
        ]);
        return {
          launcher,
          namespaces: namespaces.ok
            ? inodesOf(namespaces.result, pid)
            : none(namespaces.error.reason, pid),
        };
      }),
    ),
  ]);
  return {
    kind: 'session',
    session: {
      kernelRelease: release.ok ? release.result.text.trim() : 'unknown',
      groupLimit: limit.ok
        ? known(Number(limit.result.text), groupLimitPath)
        : unknown(limit.error.reason, groupLimitPath),
      processes,
    },
  };
}

const groupLimitPath = '/proc/sys/kernel/ngroups_max';

function inodesOf({ user, net, mount }: NamespaceFacts, pid: number): SessionProcess['namespaces'] {
  const inode = (fact: typeof user | typeof net | typeof mount): Evidence<string> =>
    'value' in fact
      ? known(fact.value.inode, sourceOf(pid))
      : unknown(missingReason(fact), sourceOf(pid));
  return { user: inode(user), network: inode(net), mount: inode(mount) };
}

function none(reason: string, pid: number): SessionProcess['namespaces'] {
  const missing = unknown(reason, sourceOf(pid));
  return { user: missing, network: missing, mount: missing };
}

function sourceOf(pid: number): string {
  return `/proc/${String(pid)}/ns`;
}
