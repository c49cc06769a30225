import type { NetworkdRule } from './networkdRule.ts';
import { unknownAccount } from './unknownAccount.ts';

/** Group= of [Tun] or [Tap] that names no group. */
export const netdevGroupUnknown: NetworkdRule = {
  id: 'netdev-group-unknown',
  category: 'networkd',
  severity: 'error',
  summary: 'A TUN device whose Group= names no group is not made at all',
  explanation: `
## What it means

systemd-networkd makes the device, fails to find the group, and lets go of the device, which then is gone. Its
journal has “Cannot resolve group name” and “Failed to create netdev”.

## Why

The group is set with TUNSETGROUP before TUNSETPERSIST: what is not persistent goes with the descriptor that made
it. A name is looked up as it is written; a number needs no entry.

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
      title: 'a group that exists',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'Group=tunners'],
      finds: false,
    },
  ],
};
