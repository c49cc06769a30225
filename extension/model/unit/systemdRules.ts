import type { CapabilitySet } from '../capabilitySet.ts';
import { executionRules, type ExecutionRules } from './executionRules.ts';

/** What differs between releases of systemd. Each field is named after the change. */
export interface SystemdRules extends ExecutionRules {
  /** The number of the release, such as 252. */
  readonly version: number;
  /**
   * Whether a bounding set that `CapabilityBoundingSet=~` made full counts as not yet set, so that
   * the next assignment replaces it. Observed: 252 and 257 yes, 262 no.
   */
  readonly fullBoundingSetIsUnset: boolean;
  /** The bits of a bounding set that nothing has set. Observed: 252 and 257 64, 262 63 of them. */
  readonly unboundedSet: CapabilitySet;
  /** Whether `~` leaves only capabilities that the kernel has. Observed: 252 and 257 no, 262 yes. */
  readonly invertsWithinKernel: boolean;
  /** The greatest number that stands for a capability. Observed: 252 63, 257 and 262 62. */
  readonly greatestCapability: number;
  /** Whether a quote that is not closed still makes a capability’s name. Observed: 252 no, 257 yes. */
  readonly unclosedCapabilityCounts: boolean;
  /** Whether an unknown address family ends the line. Observed: 252 and 257 no, 262 yes. */
  readonly unknownFamilyEndsLine: boolean;
  /** Whether `no` and `~` in RestrictNamespaces= start with `time` too. Observed: 257 no, 262 yes. */
  readonly timeNamespaces: boolean;
  /** Whether BindPaths= is split into words before each is split at colons. Observed: 257 no, 262 yes. */
  readonly bindPathsAreWords: boolean;
  /**
   * Whether ProtectClock= allows one device even where none is forbidden, so that all others are.
   * Observed: 247 and 249 yes, 252 no.
   */
  readonly protectClockClosesDevices: boolean;
  /** Whether DynamicUser= brings a /tmp that is not the host’s. Observed: 252 no, 257 yes. */
  readonly dynamicUserDisconnectsTmp: boolean;
  /** Whether WorkingDirectory=~ is refused with DynamicUser=. Observed: 252 no, 257 yes. */
  readonly dynamicUserHasNoHome: boolean;
  /**
   * Whether systemd-networkd makes a TUN device without the owner or group that it does not find, and takes no number
   * without an entry. Observed: 252 and 257 no, 262 yes.
   */
  readonly unknownOwnerIsLeftOut: boolean;
  /**
   * Whether systemd-networkd reads all .netdev files before it makes a device, so that one that cannot be made keeps its
   * name from later files. Observed: 252 no, 257 yes.
   */
  readonly netdevsAreReadFirst: boolean;
  /** Whether an action that is not a user manager’s has it exit. Observed: 252 yes, 257 no. */
  readonly userActionsAreExit: boolean;
  /** Whether `%S` and `%L` of a user manager lie in `~/.config`. Observed: 252 yes, 257 no. */
  readonly userStateIsConfiguration: boolean;
  /** Whether the section header `[]` is invalid. Observed: 257 no, 262 yes. */
  readonly emptySectionIsInvalid: boolean;
  /** Whether `|` before a command has a shell run it. Observed: 257 no, 262 yes. */
  readonly shellCommands: boolean;
  /** Whether PAMName= beside PrivatePIDs= is refused. Observed: 257 no, 262 yes. */
  readonly privatePidsExcludeSession: boolean;
  /** Whether a scheduling policy that the kernel does not have is complained of. Observed: 257 no, 262 yes. */
  readonly unknownPolicyIsTold: boolean;
  /** Whether ProtectHostname= takes a name for the unit to have. Observed: 257 no, 262 yes. */
  readonly unitsHaveHostnames: boolean;
  /** Whether `!!` before a command is as if it were not there. Observed: 257 no, 262 yes. */
  readonly ambientMagicIsGone: boolean;
}

/** A change that was observed in 262 and not in 257 is taken to have come with 258. */
export function systemdRules(version: number): SystemdRules {
  const since258 = version >= 258;
  const since257 = version >= 257;
  return {
    ...executionRules(version),
    version,
    fullBoundingSetIsUnset: !since258,
    unboundedSet: (1n << (since258 ? 63n : 64n)) - 1n,
    invertsWithinKernel: since258,
    greatestCapability: since257 ? 62 : 63,
    unclosedCapabilityCounts: since257,
    unknownFamilyEndsLine: since258,
    timeNamespaces: since258,
    bindPathsAreWords: since258,
    protectClockClosesDevices: version < 252,
    dynamicUserDisconnectsTmp: since257,
    dynamicUserHasNoHome: since257,
    unknownOwnerIsLeftOut: since258,
    netdevsAreReadFirst: since257,
    userActionsAreExit: version < 254,
    userStateIsConfiguration: version < 254,
    emptySectionIsInvalid: since258,
    shellCommands: since258,
    privatePidsExcludeSession: since258,
    unknownPolicyIsTold: since258,
    unitsHaveHostnames: since258,
    ambientMagicIsGone: since258,
  };
}
