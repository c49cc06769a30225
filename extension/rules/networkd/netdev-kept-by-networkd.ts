import { sectionOfKind } from '../../model/networkd/netdev.ts';
import { findingOn, removing } from '../unit/unitFindings.ts';
import { addingTo, helpful, netdevOf } from './networkdFindings.ts';
import type { JudgedNetworkd, NetworkdRule } from './networkdRule.ts';

/** KeepCarrier= on a device of one queue. */
export const netdevKeptByNetworkd: NetworkdRule = {
  id: 'netdev-kept-by-networkd',
  category: 'networkd',
  severity: 'error',
  summary: 'KeepCarrier= keeps the only queue of the device: every program gets EBUSY',
  explanation: `
## What it means

systemd-networkd stays attached to the device. TUNSETIFF answers EBUSY to every program, also to its owner and to
root.

## Why

A device without IFF_MULTI_QUEUE has one queue, and one descriptor holds it. KeepCarrier= keeps the descriptor open
that made the device, so that the device has a carrier while no program runs.

## What to do

Leave KeepCarrier= away; or add \`MultiQueue=yes\`, and have the program attach with IFF_MULTI_QUEUE. Packets are then
spread over the queues, systemd-networkd’s among them, which nobody reads.
`,
  citations: ['systemd.netdev(5), [Tun] KeepCarrier=', 'tun_attach() in drivers/net/tun.c'],
  check: (judged) => {
    const { netdev, outcome } = netdevOf(judged) ?? {};
    const keep = netdev?.tun.keepCarrier ?? null;
    const origin = keep?.origins[0];
    if (outcome?.kind !== 'made' || keep === null || origin === undefined || !isShut(judged))
      return [];
    const { name, layer } = outcome.device;
    const fixes = helpful(
      judged,
      [
        removing(keep.origins, 'Remove KeepCarrier='),
        addingTo(judged, sectionOfKind[layer], 'MultiQueue=yes'),
      ],
      (after) => !isShut(after),
    );
    const message = `systemd-networkd holds the only queue of ${name} itself: TUNSETIFF answers EBUSY to every program.`;
    return [findingOn(netdevKeptByNetworkd, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'one queue',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice', 'KeepCarrier=yes'],
      finds: true,
    },
    {
      title: 'several queues',
      lines: [
        '[NetDev]',
        'Name=vpn0',
        'Kind=tun',
        '[Tun]',
        'User=alice',
        'KeepCarrier=yes',
        'MultiQueue=yes',
      ],
      finds: false,
    },
    {
      title: 'a release that does not know it',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice', 'KeepCarrier=yes'],
      version: 251,
      finds: false,
    },
  ],
};

function isShut(judged: JudgedNetworkd): boolean {
  const outcome = netdevOf(judged)?.outcome;
  return outcome?.kind === 'made' && outcome.kept && !outcome.device.multiQueue;
}
