import { valueOf } from '../../model/unit/unit.ts';
import { filterDenials } from './filterDenials.ts';
import { adding, asFarAsSeen, findingOn, ifHelpful } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** The sockets that the unit wants are of a family that it shuts out. */
export const addressFamilyShutOut: UnitRule = {
  id: 'address-family-shut-out',
  category: 'filter',
  severity: 'warning',
  summary: 'RestrictAddressFamilies= shuts out the sockets that the unit wants',
  explanation: `
## What it means

socket(2) answers EAFNOSUPPORT, as if the kernel had no such family, whatever capabilities the service
holds. A TUN device can still be made; without AF_NETLINK it gets neither an address nor a route.

## Why

\`RestrictAddressFamilies=\` loads a seccomp filter on socket(2). Netlink is a family like any other,
AF_NETLINK, and packet sockets are AF_PACKET; raw sockets are AF_INET or AF_INET6.

## What to do

Add the family. Lines of the setting add up.
`,
  citations: [
    'systemd.exec(5), RestrictAddressFamilies=',
    'seccomp_restrict_address_families() in systemd',
  ],
  check: (judged) => {
    const filter = valueOf(judged.reading.settings, 'RestrictAddressFamilies');
    if (filter?.allow === true && filter.names.size === 0) return [];
    const denials = filterDenials(judged, 'unit-address-families');
    const [first] = denials;
    if (first === undefined) return [];
    const families = [...new Set(denials.map(({ subject }) => subject))].join(' ');
    const fixes = ifHelpful(
      judged,
      adding(judged, first.origin, `RestrictAddressFamilies=${families}`),
      (after) => filterDenials(after, 'unit-address-families').length === 0,
    );
    const message = `RestrictAddressFamilies= shuts out ${families}, which the unit wants: socket(2) answers EAFNOSUPPORT.`;
    const finding = findingOn(addressFamilyShutOut, first.origin, message, { fixes });
    return [asFarAsSeen(judged, finding)];
  },
  examples: [
    {
      title: 'a bounding set alone, of which the program may need nothing',
      lines: ['CapabilityBoundingSet=CAP_NET_ADMIN', 'RestrictAddressFamilies=AF_INET'],
      finds: true,
    },
    {
      title: 'CAP_NET_ADMIN without AF_NETLINK',
      lines: [
        'User=alice',
        'AmbientCapabilities=CAP_NET_ADMIN',
        'RestrictAddressFamilies=AF_UNIX AF_INET',
      ],
      finds: true,
    },
    {
      title: 'a packet socket and a list that forbids it',
      lines: ['# capwright: wants socket.packet', 'RestrictAddressFamilies=~AF_PACKET'],
      finds: true,
    },
    {
      title: 'CAP_NET_RAW for raw sockets',
      lines: [
        'User=alice',
        'AmbientCapabilities=CAP_NET_RAW',
        'RestrictAddressFamilies=AF_UNIX AF_INET',
      ],
      finds: false,
    },
    {
      title: 'nothing is wanted of netlink',
      lines: ['RestrictAddressFamilies=AF_UNIX AF_INET'],
      finds: false,
    },
  ],
};
