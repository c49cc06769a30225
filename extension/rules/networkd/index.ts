import { netdevGroupUnknown } from './netdev-group-unknown.ts';
import { netdevHeaderSetByProgram } from './netdev-header-set-by-program.ts';
import { netdevKeptByNetworkd } from './netdev-kept-by-networkd.ts';
import { netdevNameRefused } from './netdev-name-refused.ts';
import { netdevNameTaken } from './netdev-name-taken.ts';
import { netdevOwnerAndGroup } from './netdev-owner-and-group.ts';
import { netdevSectionOfOtherKind } from './netdev-section-of-other-kind.ts';
import { netdevSettingOfNetwork } from './netdev-setting-of-network.ts';
import { netdevUserUnknown } from './netdev-user-unknown.ts';
import { netdevWithoutKind } from './netdev-without-kind.ts';
import { netdevWithoutName } from './netdev-without-name.ts';
import { netdevWithoutOwner } from './netdev-without-owner.ts';
import { networkKindNeverMatches } from './network-kind-never-matches.ts';
import { networkNeverApplies } from './network-never-applies.ts';
import { networkWithoutMatch } from './network-without-match.ts';
import { networkdLineNotRead } from './networkd-line-not-read.ts';
import { networkdSettingOfNewerSystemd } from './networkd-setting-of-newer-systemd.ts';
import type { NetworkdRule } from './networkdRule.ts';

/** Every rule about files of systemd-networkd. A test says which file is missing here. */
export const networkdRules: readonly NetworkdRule[] = [
  netdevGroupUnknown,
  netdevHeaderSetByProgram,
  netdevKeptByNetworkd,
  netdevNameRefused,
  netdevNameTaken,
  netdevOwnerAndGroup,
  netdevSectionOfOtherKind,
  netdevSettingOfNetwork,
  netdevUserUnknown,
  netdevWithoutKind,
  netdevWithoutName,
  netdevWithoutOwner,
  networkKindNeverMatches,
  networkNeverApplies,
  networkWithoutMatch,
  networkdLineNotRead,
  networkdSettingOfNewerSystemd,
];

/** Null for an id that no rule about files of systemd-networkd has. */
export function findNetworkdRule(id: string): NetworkdRule | null {
  return networkdRules.find((rule) => rule.id === id) ?? null;
}
