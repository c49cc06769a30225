import { allNamed, type CapabilitySet } from './capabilitySet.ts';

/**
 * The rules that differ between kernel releases, named after the change. Each says whether it was
 * observed on a running kernel or only read in its source.
 */
export interface KernelRules {
  /**
   * Linux 6.16: "id changed" at exec means a new effective uid or an effective gid outside the
   * process's groups; before, a difference from the real ids. Observed on 6.18; 6.12 and 6.17 read.
   */
  readonly idChangeComparesEffective: boolean;
  /**
   * "tun: Require CAP_NET_ADMIN to attach to an ownerless device": 6.12.117 and 7.3.2 have it,
   * 6.18.44 (observed) and 7.2.13 (read) do not; null where neither is known.
   */
  readonly ownerlessTunNeedsNetAdmin: boolean | null;
  /** CAP_VALID_MASK: bits beyond the kernel's last capability are dropped when an attribute is read. */
  readonly validCapabilities: CapabilitySet;
}

type Release = readonly [major: number, minor: number, patch: number];

/**
 * The rules of a kernel by its release, such as `6.18.44-generic`. A release that cannot be read
 * counts as the newest: the rules then are those of current mainline.
 */
export function kernelRules(release: string): KernelRules {
  const version = parseRelease(release);
  return {
    idChangeComparesEffective: atLeast(version, [6, 16, 0]),
    ownerlessTunNeedsNetAdmin: ownerlessTunRule(version),
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
