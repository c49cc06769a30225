import type { NetworkdRule } from './networkdRule.ts';
import { unknownAccount } from './unknownAccount.ts';

/** User= of [Tun] or [Tap] that names nobody. */
export const netdevUserUnknown: NetworkdRule = {
  id: 'netdev-user-unknown',
  category: 'networkd',
  severity: 'error',
  summary: 'A TUN device whose User= names nobody is not made at all',
  explanation: `
## What it means

systemd-networkd makes the device, fails to find the user, and lets go of the device, which then is gone. Its
journal has “Cannot resolve user name” and “Failed to create netdev”.

## Why

The owner is set with TUNSETOWNER before TUNSETPERSIST: what is not persistent goes with the descriptor that made
it. A name is looked up as it is written: case counts, no specifier such as \`%u\` is filled in, and what follows a
\`#\` is part of it. A number needs no entry, but for 65535 and 4294967295, which mean no user.

## What to do

Name a user who exists when systemd-networkd starts, early at boot; or write the number.
`,
  citations: [
    'systemd.netdev(5), [Tun] User=',
    'netdev_tuntap_add() and get_user_creds() in systemd',
  ],
  check: (judged) => unknownAccount(netdevUserUnknown, judged, 'user'),
  examples: [
    {
      title: 'a user who is nowhere',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=nosuch'],
      finds: true,
    },
    {
      title: 'another case',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tap', '[Tap]', 'User=Alice'],
      finds: true,
    },
    {
      title: 'a comment after the name',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice # hers'],
      finds: true,
    },
    {
      title: 'a specifier',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=%u'],
      finds: true,
    },
    {
      title: 'a number that means nobody',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=4294967295'],
      finds: true,
    },
    {
      title: 'a user who exists',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice'],
      finds: false,
    },
    {
      title: 'a number without an entry',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=4242'],
      finds: false,
    },
  ],
};
