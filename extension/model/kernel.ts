import { allNamed, type CapabilitySet } from './capabilitySet.ts';

/** A change to the rules of exec. */
export interface KernelChange {
  /** The first release that has it. */
  readonly since: Release;
  readonly about: string;
  /**
   * How the rule since the change is known: done on a running kernel by test/kernel/exec, or read
   * in the source. The rule before it has only been read, of all of them.
   */
  readonly evidence: 'observed' | 'read';
}

/** The changes to exec that the model knows, oldest first. Each is a switch of `KernelRules`. */
export const kernelChanges = {
  mountNamespaceDecides: {
    since: [4, 8, 0],
    about:
      'mnt_may_suid(): a mount of another mount namespace, and a file system that another user namespace owns, act as nosuid; before, the flag alone counts',
    evidence: 'observed',
  },
  tracemeCounts: {
    since: [4, 10, 0],
    about:
      'the kernel keeps the credentials with which a tracer attached (ptracer_cred); before, PTRACE_TRACEME never counts as privileged',
    evidence: 'observed',
  },
  setuidAskedInNamespace: {
    since: [4, 12, 0],
    about:
      'CAP_SETUID, which keeps a changed id in a downgrade, is asked in the user namespace of the process; before, in the initial one',
    evidence: 'observed',
  },
  namespacedFileCapabilities: {
    since: [4, 14, 0],
    about: 'revision 3 of security.capability, with a root id; before, it is malformed',
    evidence: 'observed',
  },
  tracemeKeepsTracee: {
    since: [5, 2, 0],
    about:
      'PTRACE_TRACEME keeps the credentials of the tracee (CVE-2019-13272); before, those of the tracer',
    evidence: 'observed',
  },
  credentialsFromFinalFile: {
    since: [5, 8, 0],
    about:
      'credentials are computed once, from the final file; before, the attribute of a script can refuse the exec (EPERM, EINVAL)',
    evidence: 'observed',
  },
  idmappedMounts: {
    since: [5, 12, 0],
    about: 'idmapped mounts shift the owners of files and the root ids of attributes',
    evidence: 'observed',
  },
  setIdNeedsExecution: {
    since: [6, 11, 0],
    about:
      'set-id bits count only where the caller may execute the file (CVE-2024-43882); before, also on the interpreter of a binfmt_misc entry with flag F that may not be executed',
    evidence: 'observed',
  },
  idChangeComparesEffective: {
    since: [6, 16, 0],
    about:
      '“id changed” means a new effective user id, or an effective group id outside the groups of the process; before, a difference from the real ids',
    evidence: 'observed',
  },
} as const satisfies Readonly<Record<string, KernelChange>>;

/** The rules that differ between kernel releases. */
export interface KernelRules extends Readonly<Record<keyof typeof kernelChanges, boolean>> {
  /**
   * "tun: Require CAP_NET_ADMIN to attach to an ownerless device": 6.12.117 and 7.3.2 have it,
   * 6.18.44 (observed) and 7.2.13 (read) do not; null where neither is known.
   */
  readonly ownerlessTunNeedsNetAdmin: boolean | null;
  /** Linux 5.7: the first SO_BINDTODEVICE of a socket asks nothing; before, CAP_NET_RAW. Observed on 6.18; 5.4 and 5.10 read. */
  readonly firstBindToDeviceIsFree: boolean;
  /** Linux 5.8: bpf(2) asks CAP_BPF and CAP_PERFMON; before, CAP_SYS_ADMIN. Observed on 6.18; 5.4 and 5.10 read. */
  readonly hasBpfCapability: boolean;
  /** Linux 5.17: CAP_NET_RAW is enough for SO_MARK and SO_PRIORITY. Observed on 6.18; 5.10 and 6.1 read. */
  readonly netRawSetsMark: boolean;
  /** CAP_VALID_MASK: bits beyond the kernel's last capability are dropped when an attribute is read. */
  readonly validCapabilities: CapabilitySet;
}

/** Such as `[6, 18, 44]`. */
export type Release = readonly [major: number, minor: number, patch: number];

/**
 * The rules of a kernel by its release, such as `6.18.44-generic`. A release that cannot be read
 * counts as the newest: the rules then are those of current mainline.
 */
export function kernelRules(release: string): KernelRules {
  const version = parseRelease(release);
  const has = (change: keyof typeof kernelChanges): boolean =>
    atLeast(version, kernelChanges[change].since);
  return {
    mountNamespaceDecides: has('mountNamespaceDecides'),
    tracemeCounts: has('tracemeCounts'),
    setuidAskedInNamespace: has('setuidAskedInNamespace'),
    namespacedFileCapabilities: has('namespacedFileCapabilities'),
    tracemeKeepsTracee: has('tracemeKeepsTracee'),
    credentialsFromFinalFile: has('credentialsFromFinalFile'),
    idmappedMounts: has('idmappedMounts'),
    setIdNeedsExecution: has('setIdNeedsExecution'),
    idChangeComparesEffective: has('idChangeComparesEffective'),
    ownerlessTunNeedsNetAdmin: ownerlessTunRule(version),
    firstBindToDeviceIsFree: atLeast(version, [5, 7, 0]),
    hasBpfCapability: atLeast(version, [5, 8, 0]),
    netRawSetsMark: atLeast(version, [5, 17, 0]),
    validCapabilities: allNamed & ((1n << BigInt(lastCapability(version) + 1)) - 1n),
  };
}

function parseRelease(release: string): Release {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(release);
  return match === null
    ? [Infinity, 0, 0]
    : [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

function atLeast(version: Release, since: Release): boolean {
  for (const index of [0, 1, 2] as const) {
    if (version[index] !== since[index]) return version[index] > since[index];
  }
  return true;
}

function ownerlessTunRule(version: Release): boolean | null {
  const [major, minor, patch] = version;
  if (major === 6 && minor === 12) return patch >= 117 ? true : null;
  if (atLeast(version, [7, 3, 2])) return true;
  if (major === 6 && minor === 18) return patch <= 44 ? false : null;
  if (major === 7 && minor === 2) return patch <= 13 ? false : null;
  return null;
}

/** CAP_PERFMON and CAP_BPF came with 5.8, CAP_CHECKPOINT_RESTORE with 5.9, CAP_AUDIT_READ with 3.16. */
function lastCapability(version: Release): number {
  if (atLeast(version, [5, 9, 0])) return 40;
  return atLeast(version, [5, 8, 0]) ? 39 : 37;
}
