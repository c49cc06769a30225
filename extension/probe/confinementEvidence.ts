import { confinementOf, type Confinement } from '../model/confinement.ts';
import { emptySet, fromHex } from '../model/capabilitySet.ts';
import { known, unknown, type Evidence } from '../model/evidence.ts';
import type { ProcessFacts } from '../protocol/probe.ts';
import type { Host } from './host.ts';

/**
 * What a process runs in, by its label, its cgroup and marks in its root directory. Its root can be
 * looked into only where it may be traced (ptrace(2), PTRACE_MODE_READ).
 */
export async function collectConfinement(
  host: Host,
  { pid, cgroup, appArmor, threads: [main] }: ProcessFacts,
): Promise<Evidence<Confinement | null>> {
  const root = `/proc/${String(pid)}/root`;
  const [place, flatpakInfo, containerenv, dockerenv, systemdContainer, release] =
    await Promise.all([
      host.request({ kind: 'file', path: `${root}/` }),
      textOf(host, `${root}/.flatpak-info`),
      textOf(host, `${root}/run/.containerenv`),
      textOf(host, `${root}/.dockerenv`),
      textOf(host, `${root}/run/systemd/container`),
      host.request({ kind: 'read', path: '/proc/sys/kernel/osrelease' }),
    ]);
  const found = confinementOf({
    securityLabel: securityLabelOf(appArmor),
    cgroup: 'value' in cgroup ? cgroup.value : null,
    flatpakInfo,
    containerenv,
    dockerenv: dockerenv !== null,
    systemdContainer,
    rootFsType: place.ok && 'value' in place.result.mount ? place.result.mount.value.fsType : null,
    bounding: fromHex(main?.bounding ?? '') ?? emptySet,
    kernelRelease: release.ok ? release.result.text : '',
  });
  const source = `/proc/${String(pid)}/cgroup, attr/current and root`;
  return found === null && !place.ok ? unknown(place.error.reason, source) : known(found, source);
}

/** Null where no security module gives labels (EINVAL). */
export function securityLabelOf(label: ProcessFacts['appArmor']): string | null {
  return 'value' in label && label.value !== '' ? label.value : null;
}

/** The beginning of a regular file; null where there is none that could be read. */
async function textOf(host: Host, path: string): Promise<string | null> {
  const reply = await host.request({ kind: 'file', path });
  if (!reply.ok || !('value' in reply.result.head)) return null;
  return Buffer.from(reply.result.head.value, 'hex').toString('utf8');
}
