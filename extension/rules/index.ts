import { ambientClearedByFileCapabilities } from './ambient-cleared-by-file-capabilities.ts';
import { ambientClearedByIdChange } from './ambient-cleared-by-id-change.ts';
import { ambientNotRaised } from './ambient-not-raised.ts';
import { capabilitiesOnScript } from './capabilities-on-script.ts';
import { capabilitiesLostByOwnerChange } from './capabilities-lost-by-owner-change.ts';
import { capabilitiesLostByReplacement } from './capabilities-lost-by-replacement.ts';
import { capabilitiesLostByWriting } from './capabilities-lost-by-writing.ts';
import { capabilitiesRemoved } from './capabilities-removed.ts';
import { filesystemWithoutFileCapabilities } from './filesystem-without-file-capabilities.ts';
import { capabilityOfTheInitialUserNamespace } from './capability-of-the-initial-user-namespace.ts';
import { childLosesFileCapabilities } from './child-loses-file-capabilities.ts';
import { emptyFileCapability } from './empty-file-capability.ts';
import { fileCapabilitiesOfAnotherUserNamespace } from './file-capabilities-of-another-user-namespace.ts';
import { fileCapabilitiesOnNosuidMount } from './file-capabilities-on-nosuid-mount.ts';
import { fileCapabilitiesUnderNoNewPrivs } from './file-capabilities-under-no-new-privs.ts';
import { fileCapabilitiesUnderPtrace } from './file-capabilities-under-ptrace.ts';
import { fileCapabilityOfAnotherKind } from './file-capability-of-another-kind.ts';
import { fileCapabilityOutsideBoundingSet } from './file-capability-outside-bounding-set.ts';
import { fileCapabilityWithoutEffectiveFlag } from './file-capability-without-effective-flag.ts';
import { groupNotInSession } from './group-not-in-session.ts';
import { inheritableOnlyFileCapability } from './inheritable-only-file-capability.ts';
import { kernelFeatureMissing } from './kernel-feature-missing.ts';
import { malformedFileCapability } from './malformed-file-capability.ts';
import { networkSysctlsReadOnly } from './network-sysctls-read-only.ts';
import { ownerlessTunDevice } from './ownerless-tun-device.ts';
import { pingGroupRange } from './ping-group-range.ts';
import { programFormatRefused } from './program-format-refused.ts';
import { programNotExecutable } from './program-not-executable.ts';
import { programOnNoexecMount } from './program-on-noexec-mount.ts';
import { programWithoutCapability } from './program-without-capability.ts';
import { ptraceForbiddenByYama } from './ptrace-forbidden-by-yama.ts';
import { rootByRealIdOnly } from './root-by-real-id-only.ts';
import { rootOutsideBoundingSet } from './root-outside-bounding-set.ts';
import { rootUnderNoroot } from './root-under-noroot.ts';
import { setUserIdIgnored } from './set-user-id-ignored.ts';
import { sandboxInChroot } from './sandbox-in-chroot.ts';
import { sandboxWithoutMappableIds } from './sandbox-without-mappable-ids.ts';
import { setUserIdProgram } from './set-user-id-program.ts';
import { setUserIdWithFileCapabilities } from './set-user-id-with-file-capabilities.ts';
import { tunDeviceBusy } from './tun-device-busy.ts';
import { tunDeviceKindMismatch } from './tun-device-kind-mismatch.ts';
import { tunDeviceNameInvalid } from './tun-device-name-invalid.ts';
import { tunDeviceNodeClosed } from './tun-device-node-closed.ts';
import { tunDeviceNodeMissing } from './tun-device-node-missing.ts';
import { tunDeviceNodeWrong } from './tun-device-node-wrong.ts';
import { tunDeviceOfAnotherOwner } from './tun-device-of-another-owner.ts';
import { tunDeviceRefusedByCgroup } from './tun-device-refused-by-cgroup.ts';
import { tunDriverMissing } from './tun-driver-missing.ts';
import { unprivilegedPortStart } from './unprivileged-port-start.ts';
import { unseenFileCapabilities } from './unseen-file-capabilities.ts';
import { unseenKernelFeature } from './unseen-kernel-feature.ts';
import { unseenLauncher } from './unseen-launcher.ts';
import { unseenNetworkLimit } from './unseen-network-limit.ts';
import { unseenSeccompFilter } from './unseen-seccomp-filter.ts';
import { unseenTunDevice } from './unseen-tun-device.ts';
import { userNamespacesRestrictedByApparmor } from './user-namespaces-restricted-by-apparmor.ts';
import { userNamespaceWithoutNetworkNamespace } from './user-namespace-without-network-namespace.ts';
import { userNamespacesForbidden } from './user-namespaces-forbidden.ts';
import { xtablesLockClosed } from './xtables-lock-closed.ts';
import type { Rule } from './rule.ts';

/** Every rule, in the order in which findings are reported. */
export const rules: readonly Rule[] = [
  programNotExecutable,
  programOnNoexecMount,
  programFormatRefused,
  malformedFileCapability,
  fileCapabilityOutsideBoundingSet,
  filesystemWithoutFileCapabilities,
  capabilitiesLostByReplacement,
  capabilitiesLostByWriting,
  capabilitiesLostByOwnerChange,
  capabilitiesRemoved,
  programWithoutCapability,
  fileCapabilitiesOnNosuidMount,
  fileCapabilitiesOfAnotherUserNamespace,
  capabilitiesOnScript,
  emptyFileCapability,
  fileCapabilityWithoutEffectiveFlag,
  inheritableOnlyFileCapability,
  fileCapabilityOfAnotherKind,
  setUserIdIgnored,
  setUserIdWithFileCapabilities,
  setUserIdProgram,
  fileCapabilitiesUnderNoNewPrivs,
  fileCapabilitiesUnderPtrace,
  userNamespaceWithoutNetworkNamespace,
  capabilityOfTheInitialUserNamespace,
  ambientNotRaised,
  ambientClearedByFileCapabilities,
  ambientClearedByIdChange,
  childLosesFileCapabilities,
  rootOutsideBoundingSet,
  rootUnderNoroot,
  rootByRealIdOnly,
  tunDeviceNodeMissing,
  tunDeviceNodeClosed,
  tunDeviceRefusedByCgroup,
  tunDeviceNodeWrong,
  tunDriverMissing,
  tunDeviceKindMismatch,
  tunDeviceOfAnotherOwner,
  ownerlessTunDevice,
  tunDeviceBusy,
  tunDeviceNameInvalid,
  pingGroupRange,
  unprivilegedPortStart,
  networkSysctlsReadOnly,
  xtablesLockClosed,
  kernelFeatureMissing,
  userNamespacesForbidden,
  userNamespacesRestrictedByApparmor,
  sandboxWithoutMappableIds,
  sandboxInChroot,
  groupNotInSession,
  ptraceForbiddenByYama,
  unseenLauncher,
  unseenFileCapabilities,
  unseenTunDevice,
  unseenNetworkLimit,
  unseenKernelFeature,
  unseenSeccompFilter,
];

export function findRule(id: string): Rule | null {
  return rules.find((rule) => rule.id === id) ?? null;
}
