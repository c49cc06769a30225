import { capability } from '../../capability.ts';
import { setOf, without, type CapabilitySet } from '../../capabilitySet.ts';
import type { Credentials } from '../../credentials.ts';
import type { Directive } from '../directives.ts';
import { valueOf, type Settings } from '../unit.ts';

/** CapabilityBoundingSet=, without what other settings take out of it (`unit_patch_contexts()`). */
export function boundingOf(settings: Settings): CapabilitySet {
  const asked = valueOf(settings, 'CapabilityBoundingSet') ?? (1n << 64n) - 1n;
  return reducers.reduce(
    (set, [directive, capabilities]) =>
      valueOf(settings, directive) ? without(set, capabilities) : set,
    asked,
  );
}

const reducers = [
  ['PrivateDevices', setOf(capability('cap_mknod'), capability('cap_sys_rawio'))],
  ['ProtectKernelModules', setOf(capability('cap_sys_module'))],
  ['ProtectKernelLogs', setOf(capability('cap_syslog'))],
  ['ProtectClock', setOf(capability('cap_sys_time'), capability('cap_wake_alarm'))],
] as const;

/** The setting to which the bounding set is due. */
export function boundingDirective(settings: Settings): Directive {
  if (settings.CapabilityBoundingSet !== undefined) return 'CapabilityBoundingSet';
  const implied = reducers.find(([directive]) => valueOf(settings, directive));
  return implied?.[0] ?? 'CapabilityBoundingSet';
}

/** What leaves the bounding set leaves the inheritable one, and with that the ambient one. */
export function dropBounding(credentials: Credentials, kept: CapabilitySet): Credentials {
  return {
    ...credentials,
    bounding: credentials.bounding & kept,
    inheritable: credentials.inheritable & kept,
    ambient: credentials.ambient & kept,
  };
}

/** `drop_capability()`. */
export function dropAll(credentials: Credentials, dropped: CapabilitySet): Credentials {
  return {
    ...credentials,
    permitted: without(credentials.permitted, dropped),
    effective: without(credentials.effective, dropped),
    inheritable: without(credentials.inheritable, dropped),
    ambient: without(credentials.ambient, dropped),
  };
}
