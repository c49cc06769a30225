import type { Errno } from '../model/errno.ts';
import { known, unknown, type Evidence } from '../model/evidence.ts';
import type { SandboxAttempt } from '../model/system.ts';
import type { FileFacts, NamespaceFacts, ProcessFacts } from '../protocol/probe.ts';
import { securityLabelOf } from './confinementEvidence.ts';
import type { Host } from './host.ts';

/** A process as it bears on what it may create. */
export interface Standing {
  readonly process: ProcessFacts;
  readonly namespaces: NamespaceFacts;
}

/**
 * Whether a user namespace can be created from where a process stands: the helper does it. It
 * answers for another process where nothing that the kernel asks differs between the two.
 * @param helper null where its facts could not be had
 */
export async function collectSandboxAttempt(
  host: Host,
  helper: Standing | null,
  launcher: Standing,
): Promise<Evidence<SandboxAttempt>> {
  const source = 'unshare(CLONE_NEWUSER)';
  if (helper === null) return unknown('the helper could not be looked at', source);
  const [attempt, own, theirs, mounts] = await Promise.all([
    host.request({ kind: 'userNamespaceAttempt' }),
    rootOf(host, 'self'),
    rootOf(host, launcher.process.pid),
    host.request({ kind: 'read', path: `/proc/${String(launcher.process.pid)}/mountinfo` }),
  ]);
  if (!attempt.ok) return unknown(attempt.error.reason, source);
  const { refusal } = attempt.result;
  const chroot = {
    refusal: { call: source, errno: 'EPERM' },
    chrooted: true,
  } as const;
  // A root that is no mount is no root of a mount namespace.
  const isMount = !mounts.ok || mounts.result.truncated || hasRootMount(mounts.result.text);
  if (!isMount) return known(chroot, 'mountinfo');

  const sameRoot = own.ok && theirs.ok && identity(own.result) === identity(theirs.result);
  const sameMounts =
    mountNamespace(helper) !== null && mountNamespace(helper) === mountNamespace(launcher);
  // Only one of two different roots is that of the mount namespace, and it is that of the helper.
  if (own.ok && theirs.ok && sameMounts && !sameRoot && refusal === null) {
    return known(chroot, '/proc/PID/root');
  }
  if (!sameRoot || !sameMounts || standingText(helper) !== standingText(launcher)) {
    return unknown(`it was not tried from where ${launcher.process.name} stands`, source);
  }
  if (refusal === null) return known({ refusal: null, chrooted: false }, source);
  const errno = foreseen(refusal.errno);
  return errno === null
    ? unknown(`${refusal.call} answers ${refusal.errno}`, source)
    : known({ refusal: { call: refusal.call, errno }, chrooted: false }, source);
}

/** The directory itself, not the link to it. */
async function rootOf(host: Host, pid: number | 'self') {
  const link = `/proc/${String(pid)}/root`;
  return host.request({ kind: 'file', path: `${link}/` });
}

function hasRootMount(mountinfo: string): boolean {
  return mountinfo.split('\n').some((line) => line.split(' ')[4] === '/');
}

function identity({ mountId, inode, device }: FileFacts): string {
  return JSON.stringify([mountId, inode, device]);
}

function mountNamespace({ namespaces: { mount } }: Standing): string | null {
  return 'value' in mount ? mount.value.inode : null;
}

/** What create_user_ns(), the id maps, a security module and a seccomp filter go by. */
function standingText({ process, namespaces }: Standing): string {
  const [main] = process.threads;
  const user = 'value' in namespaces.user ? namespaces.user.value.inode : null;
  return JSON.stringify([
    main?.uid,
    main?.gid,
    main?.effective,
    main?.seccomp,
    securityLabelOf(process.appArmor),
    user,
  ]);
}

function foreseen(errno: string): Errno | null {
  const answers: readonly Errno[] = ['EPERM', 'EACCES', 'ENOSPC', 'EINVAL'];
  return answers.find((each) => each === errno) ?? null;
}
