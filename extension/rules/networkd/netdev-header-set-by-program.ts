import { findingOn, removing } from '../unit/unitFindings.ts';
import { helpful, netdevOf } from './networkdFindings.ts';
import type { NetworkdRule } from './networkdRule.ts';

/** PacketInfo= and VNetHeader=, which last until somebody attaches. */
export const netdevHeaderSetByProgram: NetworkdRule = {
  id: 'netdev-header-set-by-program',
  category: 'networkd',
  severity: 'information',
  summary: 'PacketInfo= and VNetHeader= last only until a program attaches and says what it wants',
  explanation: `
## What it means

Whether packets come with four bytes of packet information, or with a virtio header, is what the program says that
attaches, whatever the file says. A program that does not expect what it asked for itself reads garbage.

## Why

With each TUNSETIFF the kernel takes IFF_NO_PI and IFF_VNET_HDR anew from the caller’s flags. IFF_MULTI_QUEUE alone has
to be what the device was made with; otherwise the answer is EINVAL.

## What to do

Leave the line away, and pass IFF_NO_PI or IFF_VNET_HDR in the program.
`,
  citations: ['tun_set_iff() in drivers/net/tun.c', 'systemd.netdev(5), [Tun] PacketInfo='],
  check: (judged) => {
    const { netdev } = netdevOf(judged) ?? {};
    if (netdev === undefined) return [];
    const settings = [
      { key: 'PacketInfo', flag: 'IFF_NO_PI', setting: netdev.tun.packetInfo },
      { key: 'VNetHeader', flag: 'IFF_VNET_HDR', setting: netdev.tun.vnetHeader },
    ];
    return settings.flatMap(({ key, flag, setting }) => {
      const origin = setting?.origins[0];
      if (setting?.value !== true || origin === undefined) return [];
      const fixes = helpful(judged, [removing(setting.origins, `Remove ${key}=`)], (after) => {
        const left = netdevOf(after)?.netdev.tun;
        return (key === 'PacketInfo' ? left?.packetInfo : left?.vnetHeader)?.value !== true;
      });
      const message = `${key}= lasts until a program attaches: each TUNSETIFF sets ${flag} anew, as that program says.`;
      return [findingOn(netdevHeaderSetByProgram, origin, message, { fixes })];
    });
  },
  examples: [
    {
      title: 'a virtio header',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tap', '[Tap]', 'User=alice', 'VNetHeader=yes'],
      finds: true,
    },
    {
      title: 'packet information',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice', 'PacketInfo=1'],
      finds: true,
    },
    {
      title: 'what is so anyway',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice', 'PacketInfo=no'],
      finds: false,
    },
    {
      title: 'several queues',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice', 'MultiQueue=yes'],
      finds: false,
    },
  ],
};
