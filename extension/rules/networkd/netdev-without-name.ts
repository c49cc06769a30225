import { findingAt } from '../unit/unitFindings.ts';
import { headerPlace, netdevOf } from './networkdFindings.ts';
import type { NetworkdRule } from './networkdRule.ts';

/** No Name=, or one that was taken back. */
export const netdevWithoutName: NetworkdRule = {
  id: 'netdev-without-name',
  category: 'networkd',
  severity: 'error',
  summary: 'Nothing is made of a .netdev file without Name=',
  explanation: `
## What it means

systemd-networkd logs “NetDev without Name= configured” and passes over the file.

## Why

The kernel could choose a name, but systemd-networkd keeps its devices by name. The name of the file is none, and an
empty Name= takes back the one before.

## What to do

Add Name= to [NetDev].
`,
  citations: ['systemd.netdev(5), [NetDev] Name=', 'netdev_load_one() in systemd'],
  check: (judged) => {
    const { netdev, outcome } = netdevOf(judged) ?? {};
    if (outcome?.kind !== 'not-made' || outcome.why.cause !== 'no-name') return [];
    // Of a name that is refused another rule tells.
    if (netdev?.messages.some(({ problem }) => problem === 'invalid-interface-name') === true)
      return [];
    const message = 'No Name= is in effect: systemd-networkd makes nothing of the file.';
    return [findingAt(netdevWithoutName, headerPlace(judged, 'NetDev'), message)];
  },
  examples: [
    { title: 'none', lines: ['[NetDev]', 'Kind=tun', '[Tun]', 'User=alice'], finds: true },
    {
      title: 'taken back',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice'],
      dropIns: [['[NetDev]', 'Name=']],
      finds: true,
    },
    {
      title: 'in a drop-in',
      lines: ['[NetDev]', 'Kind=tun', '[Tun]', 'User=alice'],
      dropIns: [['[NetDev]', 'Name=vpn0']],
      finds: false,
    },
  ],
};
