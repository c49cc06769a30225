import type { NetworkdRule } from './networkdRule.ts';
import { unknownAccount } from './unknownAccount.ts';

/** User= of [Tun] or [Tap] that names nobody. */
export const netdevUserUnknown: NetworkdRule = {
  id: 'netdev-user-unknown',
  category: 'networkd',
  severity: 'error',
  summary: 'A TUN device whose User= names nobody is not made, or since systemd 258 is nobody’s',
  explanation: `
## What it means

Up to systemd 257 the device is not made: the journal has “Cannot resolve user name” and “Failed to create netdev”.
Since 258 it is made without an owner, so that the user may not attach to it, or, on most kernels, everybody may.

## Why

Up to 257 the owner is looked up between TUNSETIFF and TUNSETPERSIST: what is not persistent goes with the descriptor
that made it. Since 258 it is looked up before, and an owner that is not found is left out. A name is looked up as it is written: case counts, no specifier such as \`%u\` is filled in, and what follows a
\`#\` is part of it. A number needs no entry up to 257, but for 65535 and 4294967295, which mean no user.

## What to do

Name a user of /etc/passwd: others may not be known yet when systemd-networkd starts, early at boot.
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
      title: 'a number without an entry, since 258',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=4242'],
      version: 262,
      finds: true,
    },
    {
      title: 'one for another machine, where he exists',
      lines: [
        '[Match]',
        'Host=branch',
        '[NetDev]',
        'Name=vpn0',
        'Kind=tun',
        '[Tun]',
        'User=nosuch',
      ],
      finds: false,
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
