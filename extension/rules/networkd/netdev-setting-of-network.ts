import { removeLine } from '../../model/unit/unitEdit.ts';
import { spanOf } from '../../model/unit/piece.ts';
import { findingAt } from '../unit/unitFindings.ts';
import { helpful, netdevOf } from './networkdFindings.ts';
import type { NetworkdRule } from './networkdRule.ts';

/** MTUBytes= and MACAddress= in [NetDev]. */
export const netdevSettingOfNetwork: NetworkdRule = {
  id: 'netdev-setting-of-network',
  category: 'networkd',
  severity: 'warning',
  summary: 'MTUBytes= and MACAddress= of a TUN or TAP device have no effect in its .netdev file',
  explanation: `
## What it means

systemd-networkd logs that the setting “will be ignored”; the device has 1500 bytes and an address by chance.

## Why

Other devices are made by a netlink message that carries both. A TUN device is made by TUNSETIFF, which does not.

## What to do

Put the line into [Link] of the .network file that matches the device. A TUN device, which carries no Ethernet frames,
has no MAC address at all.
`,
  citations: ['tuntap_verify() in systemd', 'systemd.network(5), [Link] MTUBytes='],
  check: (judged) => {
    const { netdev } = netdevOf(judged) ?? {};
    return (netdev?.misplaced ?? []).map(({ path, line }) => {
      const fix = {
        title: `Remove ${line.key.text}=`,
        applicability: 'review',
        edits: [{ file: path, ...removeLine(line) }],
      } as const;
      const fixes = helpful(judged, [fix], (after) => {
        return (netdevOf(after)?.netdev.misplaced.length ?? 0) < (netdev?.misplaced.length ?? 0);
      });
      const message = `${line.key.text}= of a ${netdev?.kind?.value ?? 'TUN'} device has no effect here; [Link] of its .network file sets it.`;
      return findingAt(netdevSettingOfNetwork, { path, span: spanOf(line.key) }, message, {
        fixes,
      });
    });
  },
  examples: [
    {
      title: 'a smaller MTU',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', 'MTUBytes=1420', '[Tun]', 'User=alice'],
      finds: true,
    },
    {
      title: 'an address',
      lines: [
        '[NetDev]',
        'Name=vpn0',
        'Kind=tap',
        'MACAddress=02:00:00:00:00:01',
        '[Tap]',
        'User=alice',
      ],
      finds: true,
    },
    {
      title: 'a device of another kind',
      lines: ['[NetDev]', 'Name=br0', 'Kind=bridge', 'MTUBytes=1420'],
      finds: false,
    },
  ],
};
