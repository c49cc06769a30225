import type { NetworkdRule } from './networkdRule.ts';
import { unknownAccount } from './unknownAccount.ts';

/** Group= of [Tun] or [Tap] that names no group. */
export const netdevGroupUnknown: NetworkdRule = {
  id: 'netdev-group-unknown',
  category: 'networkd',
  severity: 'error',
  summary: 'A TUN device whose Group= names no group is not made, or since systemd 258 has none',
  explanation: `
## What it means

Up to systemd 257 the device is not made: the journal has “Cannot resolve group name” and “Failed to create netdev”.
Since 258 it is made without the group.

## Why

Up to 257 the group is looked up between TUNSETIFF and TUNSETPERSIST: what is not persistent goes with the descriptor
that made it. Since 258 it is looked up before, and left out where it is not found. A name is taken as it is written; a
number needs no entry up to 257.

## What to do

Name a group that exists when systemd-networkd starts, early at boot; or leave Group= away and name the user alone.
`,
  citations: [
    'systemd.netdev(5), [Tun] Group=',
    'netdev_tuntap_add() and get_group_creds() in systemd',
  ],
  check: (judged) => unknownAccount(netdevGroupUnknown, judged, 'group'),
  examples: [
    {
      title: 'a group that is nowhere',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'Group=nosuch'],
      finds: true,
    },
    {
      title: 'a user who exists does not help',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tap', '[Tap]', 'User=alice', 'Group=Tunners'],
      finds: true,
    },
    {
      title: 'the same since 258',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice', 'Group=nosuch'],
      version: 262,
      finds: true,
    },
    {
      title: 'a group that exists',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'Group=tunners'],
      finds: false,
    },
  ],
};
