import { spanOf } from '../../model/unit/piece.ts';
import { findingOn } from '../unit/unitFindings.ts';
import { netdevOf } from './networkdFindings.ts';
import type { NetworkdRule } from './networkdRule.ts';

/** Two files that have one name. */
export const netdevNameTaken: NetworkdRule = {
  id: 'netdev-name-taken',
  category: 'networkd',
  severity: 'error',
  summary: 'Of two .netdev files with one Name= the second counts for nothing, its owner included',
  explanation: `
## What it means

systemd-networkd logs “Device was already configured by” the other file, and passes over this one.

## Why

Files are read in the order of their own names, whatever directory they lie in, and a device is made of the first
that has its name; since 257 or so none at all where that one fails. Nothing is merged: only a drop-in adds to a file.

## What to do

Change the file that comes first, or put what is to be added into a drop-in of it.
`,
  citations: ['systemd.netdev(5)', 'netdev_load_one() in systemd'],
  check: (judged) => {
    const { netdev, outcome } = netdevOf(judged) ?? {};
    const origin = netdev?.name?.origins[0];
    if (origin === undefined || outcome?.kind !== 'not-made' || outcome.why.cause !== 'name-taken')
      return [];
    const { by } = outcome.why;
    const related = (by.name?.origins ?? []).map(({ path, value }) => ({
      file: path,
      span: spanOf(value),
      text: `Name=${value.text}`,
    }));
    const message = `${by.file.name} comes first and has Name=${origin.value.text} too: systemd-networkd passes over this file.`;
    return [findingOn(netdevNameTaken, origin, message, { related })];
  },
  examples: [
    {
      title: 'a file before it',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice'],
      beside: { '10-vpn.netdev': ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=bob'] },
      finds: true,
    },
    {
      title: 'a file before it that is for another machine',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice'],
      beside: {
        '10-vpn.netdev': [
          '[Match]',
          'Host=branch',
          '[NetDev]',
          'Name=vpn0',
          'Kind=tun',
          '[Tun]',
          'User=bob',
        ],
      },
      finds: false,
    },
    {
      title: 'a file after it',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice'],
      beside: { '90-vpn.netdev': ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=bob'] },
      finds: false,
    },
    {
      title: 'another name',
      lines: ['[NetDev]', 'Name=vpn1', 'Kind=tun', '[Tun]', 'User=alice'],
      beside: { '10-vpn.netdev': ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=bob'] },
      finds: false,
    },
  ],
};
