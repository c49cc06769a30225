import { groupsOf } from '../../model/unit/accounts.ts';
import { findingOn, removing } from '../unit/unitFindings.ts';
import { helpful, netdevOf } from './networkdFindings.ts';
import type { JudgedNetworkd, NetworkdRule } from './networkdRule.ts';

/** Both User= and Group=, of which both have to fit. */
export const netdevOwnerAndGroup: NetworkdRule = {
  id: 'netdev-owner-and-group',
  category: 'networkd',
  severity: 'warning',
  summary:
    'User= and Group= both have to fit: a member of the group who is not the owner gets EPERM',
  explanation: `
## What it means

Only the owner may attach to the device, and only with the group among the process’s own. The other members of the
group get EPERM from TUNSETIFF, and so does the owner outside the group.

## Why

The kernel refuses where an owner is set and is not the caller’s effective user id, or where a group is set and is not
among the caller’s. Either is enough to refuse. CAP_NET_ADMIN makes up for both.

## What to do

For one user leave Group= away; for all members of a group leave User= away.
`,
  citations: ['tun_not_capable() in drivers/net/tun.c', 'systemd.netdev(5), [Tun] Group='],
  check: (judged) => {
    const { netdev, outcome } = netdevOf(judged) ?? {};
    // Who is in a group, only the machine knows that the file is for.
    if (netdev === undefined || outcome?.kind !== 'made') return [];
    if (!judged.installed || outcome.conditional) return [];
    const { owner, group } = outcome.device;
    const { user: byUser, group: byGroup } = netdev.tun;
    const origin = byGroup?.origins[0];
    if (byUser === null || byGroup === null || origin === undefined) return [];
    if (owner === null || group === null) return [];
    const members = membersOf(judged, group);
    const account = judged.accounts.users.find(({ uid }) => uid === owner);
    const fits =
      account !== undefined && groupsOf(judged.accounts, account.name, account.gid).includes(group);
    const others = members.filter((name) => name !== account?.name);
    // What root’s processes may, they may by CAP_NET_ADMIN.
    const isLocked = owner !== 0 && !fits;
    if (!isLocked && others.length === 0) return [];
    const fixes = helpful(
      judged,
      [
        removing(byGroup.origins, `Remove Group=, so that ${byUser.value} alone may`),
        removing(byUser.origins, `Remove User=, so that the whole group ${byGroup.value} may`),
      ],
      (after) => {
        const made = netdevOf(after)?.outcome;
        return (
          made?.kind === 'made' && (made.device.owner === null) !== (made.device.group === null)
        );
      },
    );
    if (isLocked) {
      const message = `Both User= and Group= have to fit, and ${byUser.value} is not in the group ${byGroup.value} here: TUNSETIFF answers EPERM unless the process is given the group otherwise.`;
      return [findingOn(netdevOwnerAndGroup, origin, message, { fixes, confidence: 'likely' })];
    }
    const message = `Both User= and Group= have to fit: of the group ${byGroup.value}, ${others.join(', ')} may not attach, for ${byUser.value} is the owner.`;
    return [findingOn(netdevOwnerAndGroup, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'an owner outside the group',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=bob', 'Group=tunners'],
      finds: true,
    },
    {
      title: 'root’s device with a group',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=root', 'Group=tunners'],
      finds: true,
    },
    {
      title: 'the owner is the group’s only member',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice', 'Group=tunners'],
      finds: false,
    },
    {
      title: 'the group alone',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'Group=tunners'],
      finds: false,
    },
  ],
};

/** By name, and by their primary group. */
function membersOf({ accounts }: JudgedNetworkd, gid: number): readonly string[] {
  const named = accounts.groups
    .filter((each) => each.gid === gid)
    .flatMap(({ members }) => members);
  const primary = accounts.users.filter((user) => user.gid === gid).map(({ name }) => name);
  return [...new Set([...named, ...primary])].filter((name) => name !== 'root');
}
