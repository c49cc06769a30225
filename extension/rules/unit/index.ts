import { addressFamiliesAllShut } from './address-families-all-shut.ts';
import { addressFamilyShutOut } from './address-family-shut-out.ts';
import { ambientCapabilitiesInUserUnit } from './ambient-capabilities-in-user-unit.ts';
import { ambientInverted } from './ambient-inverted.ts';
import { ambientLostInUserManager } from './ambient-lost-in-user-manager.ts';
import { ambientOutsideBoundingSet } from './ambient-outside-bounding-set.ts';
import { ambientRedundantForRoot } from './ambient-redundant-for-root.ts';
import { boundingSetDiffersByRelease } from './bounding-set-differs-by-release.ts';
import { boundingSetInUserUnit } from './bounding-set-in-user-unit.ts';
import { boundingSetLacksWanted } from './bounding-set-lacks-wanted.ts';
import { capabilitiesSettingRemoved } from './capabilities-setting-removed.ts';
import { commentAfterValue } from './comment-after-value.ts';
import { conditionCapabilityInUserUnit } from './condition-capability-in-user-unit.ts';
import { deviceAllowWithoutDevice } from './device-allow-without-device.ts';
import { devicePolicyClosesTun } from './device-policy-closes-tun.ts';
import { devicePolicyInUserUnit } from './device-policy-in-user-unit.ts';
import { devicePolicyWithoutNull } from './device-policy-without-null.ts';
import { deviceRightsMisspelt } from './device-rights-misspelt.ts';
import { deviceRightsTooFew } from './device-rights-too-few.ts';
import { doubleExclamationPrefix } from './double-exclamation-prefix.ts';
import { dynamicUserInUserUnit } from './dynamic-user-in-user-unit.ts';
import { emptyValueResetsNothing } from './empty-value-resets-nothing.ts';
import { fileCapabilitiesClearAmbient } from './file-capabilities-clear-ambient.ts';
import { fileCapabilitiesLackWanted } from './file-capabilities-lack-wanted.ts';
import { fileCapabilitiesOnUnitScript } from './file-capabilities-on-unit-script.ts';
import { fileCapabilityOutsideUnitBoundingSet } from './file-capability-outside-unit-bounding-set.ts';
import { filtersDropFileCapabilities } from './filters-drop-file-capabilities.ts';
import { groupInUserUnit } from './group-in-user-unit.ts';
import { ignoreOfNothing } from './ignore-of-nothing.ts';
import { ignoreOfUnknownRule } from './ignore-of-unknown-rule.ts';
import { ignoreWithoutReason } from './ignore-without-reason.ts';
import { instanceSpecifierOutsideTemplate } from './instance-specifier-outside-template.ts';
import { joinsNamespaceOfNothing } from './joins-namespace-of-nothing.ts';
import { keepCapsGrantsNothing } from './keep-caps-grants-nothing.ts';
import { misspeltSetting } from './misspelt-setting.ts';
import { moduleLoadedWithoutCapability } from './module-loaded-without-capability.ts';
import { moreCapabilitiesThanWanted } from './more-capabilities-than-wanted.ts';
import { mountSourceMissing } from './mount-source-missing.ts';
import { mountsDropFileCapabilities } from './mounts-drop-file-capabilities.ts';
import { nameOfNoDynamicUser } from './name-of-no-dynamic-user.ts';
import { namespacesRestricted } from './namespaces-restricted.ts';
import { networkNamespaceMissing } from './network-namespace-missing.ts';
import { networkNamespaceNotMade } from './network-namespace-not-made.ts';
import { noNewPrivsDropsFileCapabilities } from './no-new-privs-drops-file-capabilities.ts';
import { norootStripsRoot } from './noroot-strips-root.ts';
import { pamNameInUserUnit } from './pam-name-in-user-unit.ts';
import { permissionsStartOnly } from './permissions-start-only.ts';
import { priorityOfAnotherClass } from './priority-of-another-class.ts';
import { privateDevicesHidesTun } from './private-devices-hides-tun.ts';
import { privateNetworkIsolates } from './private-network-isolates.ts';
import { privatePidsRefused } from './private-pids-refused.ts';
import { programHiddenBySandbox } from './program-hidden-by-sandbox.ts';
import { programMissing } from './program-missing.ts';
import { programOnNoexecPath } from './program-on-noexec-path.ts';
import { programOnNosuidMount } from './program-on-nosuid-mount.ts';
import { programRaisesCapabilitiesItself } from './program-raises-capabilities-itself.ts';
import { protectClockClosesTun } from './protect-clock-closes-tun.ts';
import { protectionInUserUnit } from './protection-in-user-unit.ts';
import { realTimeInUserUnit } from './real-time-in-user-unit.ts';
import { sandboxNeedsPrivileges } from './sandbox-needs-privileges.ts';
import { secureBitsInUserUnit } from './secure-bits-in-user-unit.ts';
import { sessionOfDynamicUser } from './session-of-dynamic-user.ts';
import { settingBeforeSection } from './setting-before-section.ts';
import { settingInWrongSection } from './setting-in-wrong-section.ts';
import { settingOfNewerSystemd } from './setting-of-newer-systemd.ts';
import { settingsLeftOutByPrefix } from './settings-left-out-by-prefix.ts';
import { severalStartCommands } from './several-start-commands.ts';
import { shellPrefixOfNewerSystemd } from './shell-prefix-of-newer-systemd.ts';
import { socketBindDenied } from './socket-bind-denied.ts';
import { supplementaryGroupsInUserUnit } from './supplementary-groups-in-user-unit.ts';
import { systemCallRefused } from './system-call-refused.ts';
import { tunNodeHidden } from './tun-node-hidden.ts';
import { twoUserNamespaces } from './two-user-namespaces.ts';
import { unitLineNotRead } from './unit-line-not-read.ts';
import { unknownCapabilityName } from './unknown-capability-name.ts';
import { unknownGroup } from './unknown-group.ts';
import { unknownUser } from './unknown-user.ts';
import { userInUserUnit } from './user-in-user-unit.ts';
import { userNameTakenLiterally } from './user-name-taken-literally.ts';
import { userNamespaceImplied } from './user-namespace-implied.ts';
import { userNamespaceNotMade } from './user-namespace-not-made.ts';
import { userNamespaceWithoutHostNetwork } from './user-namespace-without-host-network.ts';
import { userServiceWithoutCapabilities } from './user-service-without-capabilities.ts';
import { userWithoutAmbientCapabilities } from './user-without-ambient-capabilities.ts';
import { workingDirectoryNotEntered } from './working-directory-not-entered.ts';
import type { UnitRule } from './unitRule.ts';

/** Every rule about units. A test says which file is missing here. */
export const unitRules: readonly UnitRule[] = [
  addressFamiliesAllShut,
  addressFamilyShutOut,
  ambientCapabilitiesInUserUnit,
  ambientInverted,
  ambientLostInUserManager,
  ambientOutsideBoundingSet,
  ambientRedundantForRoot,
  boundingSetDiffersByRelease,
  boundingSetInUserUnit,
  boundingSetLacksWanted,
  capabilitiesSettingRemoved,
  commentAfterValue,
  conditionCapabilityInUserUnit,
  deviceAllowWithoutDevice,
  devicePolicyClosesTun,
  devicePolicyInUserUnit,
  devicePolicyWithoutNull,
  deviceRightsMisspelt,
  deviceRightsTooFew,
  doubleExclamationPrefix,
  dynamicUserInUserUnit,
  emptyValueResetsNothing,
  fileCapabilitiesClearAmbient,
  fileCapabilitiesLackWanted,
  fileCapabilitiesOnUnitScript,
  fileCapabilityOutsideUnitBoundingSet,
  filtersDropFileCapabilities,
  groupInUserUnit,
  ignoreOfNothing,
  ignoreOfUnknownRule,
  ignoreWithoutReason,
  instanceSpecifierOutsideTemplate,
  joinsNamespaceOfNothing,
  keepCapsGrantsNothing,
  misspeltSetting,
  moduleLoadedWithoutCapability,
  moreCapabilitiesThanWanted,
  mountSourceMissing,
  mountsDropFileCapabilities,
  nameOfNoDynamicUser,
  namespacesRestricted,
  networkNamespaceMissing,
  networkNamespaceNotMade,
  noNewPrivsDropsFileCapabilities,
  norootStripsRoot,
  pamNameInUserUnit,
  permissionsStartOnly,
  priorityOfAnotherClass,
  privateDevicesHidesTun,
  privateNetworkIsolates,
  privatePidsRefused,
  programHiddenBySandbox,
  programMissing,
  programOnNoexecPath,
  programOnNosuidMount,
  programRaisesCapabilitiesItself,
  protectClockClosesTun,
  protectionInUserUnit,
  realTimeInUserUnit,
  sandboxNeedsPrivileges,
  secureBitsInUserUnit,
  sessionOfDynamicUser,
  settingBeforeSection,
  settingInWrongSection,
  settingOfNewerSystemd,
  settingsLeftOutByPrefix,
  severalStartCommands,
  shellPrefixOfNewerSystemd,
  socketBindDenied,
  supplementaryGroupsInUserUnit,
  systemCallRefused,
  tunNodeHidden,
  twoUserNamespaces,
  unitLineNotRead,
  unknownCapabilityName,
  unknownGroup,
  unknownUser,
  userInUserUnit,
  userNameTakenLiterally,
  userNamespaceImplied,
  userNamespaceNotMade,
  userNamespaceWithoutHostNetwork,
  userServiceWithoutCapabilities,
  userWithoutAmbientCapabilities,
  workingDirectoryNotEntered,
];

/** Null for an id that no rule about units has. */
export function findUnitRule(id: string): UnitRule | null {
  return unitRules.find((rule) => rule.id === id) ?? null;
}
