import { findingAt } from '../unit/unitFindings.ts';
import { addingTo, headerPlace, helpful, networkOf } from './networkdFindings.ts';
import type { NetworkdRule } from './networkdRule.ts';

/** A .network file that says of no device that it is for it. */
export const networkWithoutMatch: NetworkdRule = {
  id: 'network-without-match',
  category: 'networkd',
  severity: 'error',
  summary: 'A .network file whose [Match] has nothing to match by is passed over',
  explanation: `
## What it means

systemd-networkd logs “No valid settings found in the [Match] section, ignoring file”. The device gets neither its
address nor comes it up by this file.

## Why

The name of the file says nothing. A condition such as Host= is not enough to be for all devices on purpose, but it is
not asked to be.

## What to do

Name the device, \`Name=vpn0\`; or all of them, \`Name=*\`.
`,
  citations: ['systemd.network(5), [Match]', 'network_verify() in systemd'],
  check: (judged) => {
    const network = networkOf(judged);
    if (network === null || !network.isEmpty || network.broken !== null) return [];
    if (network.file.fragment.text === '') return [];
    const stem = stemOf(network.file.name);
    const meant = judged.networkd.netdevs.flatMap(({ netdev }) =>
      stemOf(netdev.file.name) === stem && netdev.name !== null ? [netdev.name.value] : [],
    );
    const fixes = helpful(
      judged,
      meant.map((name) => addingTo(judged, 'Match', `Name=${name}`)),
      (after) => networkOf(after)?.isEmpty === false,
    );
    const message = '[Match] has nothing to match by: systemd-networkd passes over the file.';
    return [findingAt(networkWithoutMatch, headerPlace(judged, 'Match'), message, { fixes })];
  },
  examples: [
    {
      title: 'no [Match]',
      name: '50-test.network',
      lines: ['[Network]', 'Address=10.9.0.1/24'],
      beside: { '50-test.netdev': ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice'] },
      finds: true,
    },
    {
      title: 'an empty name',
      name: '50-test.network',
      lines: ['[Match]', 'Name=', '[Network]', 'Address=10.9.0.1/24'],
      finds: true,
    },
    {
      title: 'a name',
      name: '50-test.network',
      lines: ['[Match]', 'Name=vpn0', '[Network]', 'Address=10.9.0.1/24'],
      finds: false,
    },
    {
      title: 'a condition alone',
      name: '50-test.network',
      lines: ['[Match]', 'Host=east', '[Network]', 'Address=10.9.0.1/24'],
      finds: false,
    },
  ],
};

/** `vpn` of `50-vpn.network`. */
function stemOf(name: string): string {
  return name.replace(/^\d+-/, '').replace(/\.\w+$/, '');
}
