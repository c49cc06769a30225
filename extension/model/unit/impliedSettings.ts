import { capability, type CapabilityName } from '../capability.ts';
import { setOf, without } from '../capabilitySet.ts';
import type { Directive, DirectiveValues } from './directives.ts';
import type { DeviceRule } from './pathAssignments.ts';
import type { SystemdRules } from './systemdRules.ts';
import type { UnitName } from './unitName.ts';
import { valueOf, type Settings } from './unit.ts';

/**
 * The settings with what some of them bring about in others, `unit_patch_contexts()`. What is
 * brought about has the origins of what brings it.
 */
export function withImpliedSettings(
  assigned: Settings,
  { prefix }: UnitName,
  rules: SystemdRules,
): Settings {
  let settings = assigned;
  const isOn = (directive: SwitchedDirective) => valueOf(settings, directive);
  const imply = <D extends Directive>(
    cause: Directive,
    directive: D,
    value: DirectiveValues[D],
  ) => {
    const origins = settings[cause]?.origins ?? [];
    settings = { ...settings, [directive]: { value, origins } };
  };
  for (const [cause, names] of removedCapabilities) {
    if (!isOn(cause)) continue;
    const before = valueOf(settings, 'CapabilityBoundingSet') ?? rules.unboundedSet;
    const origins = [
      ...(settings.CapabilityBoundingSet?.origins ?? []),
      ...(settings[cause]?.origins ?? []),
    ];
    const value = without(before, setOf(...names.map(capability)));
    settings = { ...settings, CapabilityBoundingSet: { value, origins } };
  }
  if (isOn('DynamicUser')) {
    const tmp = rules.dynamicUserDisconnectsTmp ? 'disconnected' : 'yes';
    const user = valueOf(settings, 'User') ?? { kind: 'text', text: prefix };
    if (valueOf(settings, 'User') === null) imply('DynamicUser', 'User', user);
    if (valueOf(settings, 'Group') === null) imply('DynamicUser', 'Group', user);
    if (valueOf(settings, 'PrivateTmp') === 'no') imply('DynamicUser', 'PrivateTmp', tmp);
    imply('DynamicUser', 'ProtectSystem', 'strict');
    if (valueOf(settings, 'ProtectHome') === 'no') imply('DynamicUser', 'ProtectHome', 'read-only');
    imply('DynamicUser', 'NoNewPrivileges', true);
    imply('DynamicUser', 'RestrictSUIDSGID', true);
  }
  if (isOn('PrivateDevices') && valueOf(settings, 'DevicePolicy') === 'auto') {
    imply('PrivateDevices', 'DevicePolicy', 'closed');
  }
  const closed =
    valueOf(settings, 'DevicePolicy') !== 'auto' || valueOf(settings, 'DeviceAllow').length > 0;
  if (isOn('ProtectClock') && (closed || rules.protectClockClosesDevices)) {
    imply('ProtectClock', 'DeviceAllow', [...valueOf(settings, 'DeviceAllow'), clock]);
  }
  return settings;
}

const clock: DeviceRule = {
  node: { kind: 'text', text: 'char-rtc' },
  ...{ read: true, write: false, mknod: false },
};

type SwitchedDirective = {
  readonly [D in Directive]: DirectiveValues[D] extends boolean ? D : never;
}[Directive];

const removedCapabilities: readonly (readonly [SwitchedDirective, readonly CapabilityName[]])[] = [
  ['PrivateDevices', ['cap_mknod', 'cap_sys_rawio']],
  ['ProtectKernelModules', ['cap_sys_module']],
  ['ProtectKernelLogs', ['cap_syslog']],
  ['ProtectClock', ['cap_sys_time', 'cap_wake_alarm']],
];
