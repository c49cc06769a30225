import { assignmentsTo, wantsAreGuessed } from '../../model/unit/unitWants.ts';
import { verdictsOn } from '../../model/unit/judgeUnit.ts';
import { findingOn, stepsOf } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** What the unit does to its network is done where nobody sees it. */
export const privateNetworkIsolates: UnitRule = {
  id: 'private-network-isolates',
  category: 'namespace',
  severity: 'warning',
  summary: 'PrivateNetwork= lets the unit change a network of its own, not that of the host',
  explanation: `
## What it means

The TUN device is made, the socket opens, the port is bound, all without an error; and the host sees
nothing of it. The unit’s network has a loopback device and nothing else.

## Why

\`PrivateNetwork=yes\` gives the unit a network namespace of its own. Interfaces, addresses, routes and ports
belong to a network namespace.

## What to do

Leave the setting out for a program that serves the host. Where the isolation is meant, there is nothing
to do. A socket that a \`.socket\` unit hands over was made in the host’s network, and works as ever.
`,
  citations: ['systemd.exec(5), PrivateNetwork=', 'network_namespaces(7)'],
  check: (judged) => {
    const { unit, reading, system, wanted } = judged;
    // Nothing fails, and the isolation is asked for by name: a guess is not worth a word.
    if (wantsAreGuessed(unit, reading, system)) return [];
    const [step] = stepsOf(judged, 'unit-network-namespace').filter(
      ({ command, reason }) =>
        command.execution.directive === 'ExecStart' &&
        reason.outcome === 'private' &&
        verdictsOn(command, wanted).some(({ kind }) => kind === 'allowed'),
    );
    const origin = step?.reason.setting.origins.at(-1);
    if (origin === undefined || assignmentsTo(unit, 'Unit', 'JoinsNamespaceOf').length > 0)
      return [];
    const bindsOnly = wanted.size === 1 && wanted.has('bind.low-port');
    if (bindsOnly && assignmentsTo(unit, 'Service', 'Sockets').length > 0) return [];
    const message =
      'PrivateNetwork= gives the unit a network namespace of its own: what it does there succeeds, and the host sees nothing of it.';
    return [findingOn(privateNetworkIsolates, origin, message)];
  },
  examples: [
    {
      title: 'a TUN device',
      lines: ['DeviceAllow=/dev/net/tun rw', 'PrivateNetwork=yes'],
      finds: true,
    },
    { title: 'nothing is wanted of the network', lines: ['PrivateNetwork=yes'], finds: false },
    {
      title: 'a bounding set alone, of which the program may need nothing',
      lines: ['CapabilityBoundingSet=CAP_NET_ADMIN', 'PrivateNetwork=yes'],
      finds: false,
    },
    {
      title: 'the network of another unit',
      unitLines: ['JoinsNamespaceOf=vpn.service'],
      lines: ['DeviceAllow=/dev/net/tun rw', 'PrivateNetwork=yes'],
      finds: false,
    },
    {
      title: 'a port that the manager binds for it',
      lines: [
        ...['Sockets=web.socket', 'PrivateNetwork=yes'],
        ...['User=alice', 'AmbientCapabilities=CAP_NET_BIND_SERVICE'],
      ],
      finds: false,
    },
    {
      title: 'a network namespace that somebody made for it',
      lines: ['DeviceAllow=/dev/net/tun rw', 'NetworkNamespacePath=/run/netns/vpn'],
      finds: false,
    },
  ],
};
