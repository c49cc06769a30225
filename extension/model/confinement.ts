import { allNamed, type CapabilitySet } from './capabilitySet.ts';

/** What keeps a process apart from the rest of the machine. */
export interface Confinement {
  readonly kind: ConfinementKind;
  /** Of the snap or application, or of what made the container; null where that was not told. */
  readonly name: string | null;
}

export type ConfinementKind = 'snap' | 'flatpak' | 'container' | 'wsl';

/** What was found that could tell; null where it is not there or could not be read. */
export interface ConfinementSigns {
  /** /proc/PID/attr/current, such as `snap.code.code (complain)`. */
  readonly securityLabel: string | null;
  /** The text of /proc/PID/cgroup. */
  readonly cgroup: string | null;
  /** The text of `/.flatpak-info` in the root directory of the process. */
  readonly flatpakInfo: string | null;
  /** The text of `/run/.containerenv`, which podman writes. */
  readonly containerenv: string | null;
  /** Whether there is a `/.dockerenv`. */
  readonly dockerenv: boolean;
  /** The text of `/run/systemd/container`, systemd(1). */
  readonly systemdContainer: string | null;
  /** The filesystem type of its root directory. */
  readonly rootFsType: string | null;
  readonly bounding: CapabilitySet;
  /** `/proc/sys/kernel/osrelease`. */
  readonly kernelRelease: string;
}

/** The narrowest thing that a process runs in, by the marks that each leaves; null for none. */
export function confinementOf(signs: ConfinementSigns): Confinement | null {
  return snapOf(signs) ?? flatpakOf(signs) ?? containerOf(signs) ?? wslOf(signs);
}

/** snap-confine(8) gives each application a profile and a scope, both `snap.NAME.APPLICATION`. */
function snapOf({ securityLabel, cgroup }: ConfinementSigns): Confinement | null {
  const name =
    /^snap\.([^.\s]+)\./.exec(securityLabel ?? '')?.[1] ??
    /\/snap\.([^./]+)\.[^/]*(?:\.scope|\.service)?$/m.exec(cgroup ?? '')?.[1];
  return name === undefined ? null : { kind: 'snap', name };
}

/** flatpak-metadata(5); the scope is that of `app-flatpak-NAME-NUMBER.scope`. */
function flatpakOf({ flatpakInfo, cgroup }: ConfinementSigns): Confinement | null {
  const scope = /\/app-flatpak-(.+)-\d+\.scope$/m.exec(cgroup ?? '')?.[1];
  if (flatpakInfo === null && scope === undefined) return null;
  const told = /^\[Application\]\n(?:[^[\n].*\n)*?name=(.*)$/m.exec(flatpakInfo ?? '')?.[1];
  return { kind: 'flatpak', name: told ?? scope ?? null };
}

/** How container engines name the cgroups that they make. */
const engineOfCgroup: readonly (readonly [RegExp, string])[] = [
  [/\/kubepods/, 'Kubernetes'],
  [/\/docker[/-][0-9a-f]{12}/, 'docker'],
  [/\/libpod-[0-9a-f]{12}/, 'podman'],
  [/\/lxc(?:\.payload)?[./]/, 'lxc'],
  [/\/machine\.slice\/(?:machine-|systemd-nspawn@)/, 'systemd-nspawn'],
];

function containerOf(signs: ConfinementSigns): Confinement | null {
  const { systemdContainer, containerenv, dockerenv, cgroup, securityLabel } = signs;
  const byCgroup = engineOfCgroup.find(([pattern]) => pattern.test(cgroup ?? ''))?.[1];
  const byLabel = /^(docker|lxc|containers)-(?:default|container)/.exec(securityLabel ?? '')?.[1];
  const name =
    systemdContainer?.trim() ??
    (containerenv === null ? null : (/^engine="?([a-z]+)/m.exec(containerenv)?.[1] ?? 'podman')) ??
    (dockerenv ? 'docker' : null) ??
    byCgroup ??
    (byLabel === 'containers' ? 'podman' : byLabel);
  if (name !== undefined) return { kind: 'container', name };
  // A live system has such a root as well, and the full bounding set.
  const bare = signs.rootFsType === 'overlay' && (signs.bounding & allNamed) !== allNamed;
  return bare ? { kind: 'container', name: null } : null;
}

function wslOf({ kernelRelease }: ConfinementSigns): Confinement | null {
  return /microsoft/i.test(kernelRelease) ? { kind: 'wsl', name: null } : null;
}
