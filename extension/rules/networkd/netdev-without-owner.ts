import { findingAt } from '../unit/unitFindings.ts';
import { isSectionOfOther } from './networkdMessages.ts';
import { sectionOfKind } from '../../model/networkd/netdev.ts';
import { addingTo, headerPlace, helpful, netdevOf } from './networkdFindings.ts';
import type { JudgedNetworkd, NetworkdRule } from './networkdRule.ts';

/** A persistent device that is nobody’s. */
export const netdevWithoutOwner: NetworkdRule = {
  id: 'netdev-without-owner',
  category: 'networkd',
  severity: 'warning',
  summary: 'A TUN device without User= and Group= is open to everyone on most kernels',
  explanation: `
## What it means

The device is persistent and has neither owner nor group. Whenever no program holds it, any local user may attach to
it and read and send its packets; on a kernel that has the fix for CVE-2026-99281, nobody may without CAP_NET_ADMIN.

## Why

TUNSETIFF asks for CAP_NET_ADMIN only where an owner or a group is set and does not fit. Since Linux 6.12.117 and
7.3.2, “tun: Require CAP_NET_ADMIN to attach to an ownerless device”, it asks for it here too.

## What to do

Name the user whose program attaches. For a program that runs as root, \`User=root\` says so, and keeps others away
on every kernel.
`,
  citations: ['systemd.netdev(5), [Tun] User=', 'tun_not_capable() in drivers/net/tun.c'],
  check: (judged) => {
    const { netdev, outcome } = netdevOf(judged) ?? {};
    if (netdev === undefined || outcome?.kind !== 'made') return [];
    const { name, layer } = outcome.device;
    // Of an owner who is not found, or who stands in a section that is not read, other rules tell.
    if (!isOwnerless(judged) || outcome.lost.length > 0) return [];
    if (netdev.messages.some(isSectionOfOther)) return [];
    const section = sectionOfKind[layer];
    const owners = [...ordinaryUsers(judged), 'root'];
    const fixes = helpful(
      judged,
      owners.map((owner) => addingTo(judged, section, `User=${owner}`)),
      (after) => !isOwnerless(after),
    );
    const place = headerPlace(
      judged,
      netdev.file.fragment.text.includes(`[${section}]`) ? section : 'NetDev',
    );
    const message = `${name} has neither User= nor Group=. While no program holds it, any local user may attach to it; since Linux 6.12.117 and 7.3.2 nobody may without CAP_NET_ADMIN.`;
    return [findingAt(netdevWithoutOwner, place, message, { fixes })];
  },
  examples: [
    { title: 'no section for it', lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun'], finds: true },
    {
      title: 'an owner that is taken back',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tap', '', '[Tap]', 'User=alice', 'User='],
      finds: true,
    },
    {
      title: 'root’s',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=root'],
      finds: false,
    },
    {
      title: 'a group’s',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'Group=tunners'],
      finds: false,
    },
    {
      title: 'a device of another kind',
      lines: ['[NetDev]', 'Name=br0', 'Kind=bridge'],
      finds: false,
    },
  ],
};

function isOwnerless(judged: JudgedNetworkd): boolean {
  const outcome = netdevOf(judged)?.outcome;
  return outcome?.kind === 'made' && outcome.device.owner === null && outcome.device.group === null;
}

/** The one person of the machine, where there is one: of several nobody knows who is meant. */
function ordinaryUsers({ accounts, installed }: JudgedNetworkd): readonly string[] {
  if (!installed) return [];
  const found = accounts.users.filter(({ uid }) => uid >= 1000 && uid < 60000);
  return found.length === 1 ? found.map(({ name }) => name) : [];
}
