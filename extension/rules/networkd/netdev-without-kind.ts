import type { UnitFix } from '../../fixes/unitFix.ts';
import { findingAt } from '../unit/unitFindings.ts';
import { headerPlace, helpful, netdevOf } from './networkdFindings.ts';
import type { NetworkdRule } from './networkdRule.ts';

/** No Kind=, or none that there is. */
export const netdevWithoutKind: NetworkdRule = {
  id: 'netdev-without-kind',
  category: 'networkd',
  severity: 'error',
  summary: 'Nothing is made of a .netdev file without a Kind= that there is',
  explanation: `
## What it means

systemd-networkd logs “NetDev has no Kind= configured” and passes over the file.

## Why

The kind says how the device is made: \`tun\` carries IP packets, \`tap\` Ethernet frames. Names of kinds are lower case
and stand alone; a comment after one is part of it. A section [Tun] says nothing of the kind.

## What to do

Add \`Kind=tun\` or \`Kind=tap\` to [NetDev].
`,
  citations: ['systemd.netdev(5), [NetDev] Kind=', 'config_parse_netdev_kind() in systemd'],
  check: (judged) => {
    const { netdev, outcome } = netdevOf(judged) ?? {};
    if (netdev === undefined || outcome?.kind !== 'not-made' || outcome.why.cause !== 'no-kind')
      return [];
    const written = netdev.messages.findLast(({ problem }) => problem === 'unknown-kind');
    if (written === undefined) {
      const message = 'No Kind= is in effect: systemd-networkd makes nothing of the file.';
      return [findingAt(netdevWithoutKind, headerPlace(judged, 'NetDev'), message)];
    }
    const { path, span, subject } = written;
    const [kind] = /\b(?:tun|tap)\b/.exec(subject.toLowerCase()) ?? [];
    const fix: UnitFix = {
      title: `Write Kind=${kind ?? ''}`,
      applicability: 'review',
      preferred: true,
      edits: [{ file: path, span, replacement: kind ?? '' }],
    };
    const fixes = helpful(judged, [fix], (after) => netdevOf(after)?.netdev.kind !== null);
    const message = `${JSON.stringify(subject)} is no kind of device, and no other Kind= is in effect: systemd-networkd makes nothing of the file.`;
    return [findingAt(netdevWithoutKind, { path, span }, message, { fixes })];
  },
  examples: [
    { title: 'none', lines: ['[NetDev]', 'Name=vpn0', '[Tun]', 'User=alice'], finds: true },
    {
      title: 'upper case',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=TUN', '[Tun]', 'User=alice'],
      finds: true,
    },
    {
      title: 'a comment after it',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tap # Ethernet', '[Tap]', 'User=alice'],
      finds: true,
    },
    {
      title: 'a kind',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice'],
      finds: false,
    },
    { title: 'another kind', lines: ['[NetDev]', 'Name=br0', 'Kind=bridge'], finds: false },
  ],
};
