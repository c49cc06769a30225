import { matches, type MatchedDevice, type Network } from '../../model/networkd/network.ts';
import { spanOf } from '../../model/unit/piece.ts';
import { findingOn } from '../unit/unitFindings.ts';
import { networkOf } from './networkdFindings.ts';
import type { JudgedNetworkd, NetworkdRule } from './networkdRule.ts';

/** Another file that comes first takes the device. */
export const networkNeverApplies: NetworkdRule = {
  id: 'network-never-applies',
  category: 'networkd',
  severity: 'warning',
  summary: 'A .network file for a TUN device that an earlier .network file matches has no effect',
  explanation: `
## What it means

The device is configured by the earlier file alone. The addresses and routes of this one are never set.

## Why

Files are read in the order of their names, whatever directory they lie in, and of those that match a device the first
applies. Nothing is merged: only a drop-in adds to a file.

## What to do

Give the file a name that comes first, such as \`10-vpn.network\`; or let the earlier one match less.
`,
  citations: ['systemd.network(5)', 'link_get_network() in systemd'],
  check: (judged) => {
    const network = networkOf(judged);
    const origin = network?.names?.origins[0];
    if (network?.isForMachine !== true || origin === undefined || !namesAlone(network)) return [];
    const devices = (network.names?.value ?? []).map((name) => deviceNamed(judged, name));
    const takers = devices.map((device) =>
      device === null ? null : takerOf(judged, network, device),
    );
    const [taker] = takers;
    if (taker === undefined || taker === null || takers.includes(null)) return [];
    const related = (taker.names?.origins ?? []).map(({ path, value }) => ({
      file: path,
      span: spanOf(value),
      text: `Name=${value.text}`,
    }));
    const names = (network.names?.value ?? []).join(', ');
    const message = `${taker.file.name} comes first and matches ${names} too: this file never applies.`;
    return [findingOn(networkNeverApplies, origin, message, { related })];
  },
  examples: [
    {
      title: 'one for all devices before it',
      name: '50-test.network',
      lines: ['[Match]', 'Name=vpn0', '[Network]', 'Address=10.9.0.1/24'],
      beside: {
        '10-all.network': ['[Match]', 'Name=*', '[Network]', 'DHCP=yes'],
        '50-test.netdev': ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice'],
      },
      finds: true,
    },
    {
      title: 'one for other devices before it',
      name: '50-test.network',
      lines: ['[Match]', 'Name=vpn0', '[Network]', 'Address=10.9.0.1/24'],
      beside: {
        '10-all.network': ['[Match]', 'Name=en*', '[Network]', 'DHCP=yes'],
        '50-test.netdev': ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice'],
      },
      finds: false,
    },
    {
      title: 'one for all devices after it',
      name: '50-test.network',
      lines: ['[Match]', 'Name=vpn0', '[Network]', 'Address=10.9.0.1/24'],
      beside: {
        '90-all.network': ['[Match]', 'Name=*', '[Network]', 'DHCP=yes'],
        '50-test.netdev': ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice'],
      },
      finds: false,
    },
  ],
};

/** Whether it is for devices of these names and no others. */
function namesAlone({ names }: Network): boolean {
  return names?.value.every((name) => !/^!|[*?[\\]/.test(name)) === true;
}

/** A device that is made of a .netdev file; of others nothing is known but the name. */
function deviceNamed({ networkd }: JudgedNetworkd, name: string): MatchedDevice | null {
  for (const { outcome } of networkd.netdevs) {
    if (outcome.kind === 'made' && outcome.device.name === name) {
      return { name, kind: outcome.device.layer };
    }
  }
  return null;
}

/** The earlier file that applies to the device for certain. */
function takerOf(
  { networkd }: JudgedNetworkd,
  network: Network,
  device: MatchedDevice,
): Network | null {
  const before = networkd.networks.slice(0, networkd.networks.indexOf(network));
  return before.find((earlier) => matches(earlier, device) === 'yes') ?? null;
}
