import type { UnitFix } from '../../fixes/unitFix.ts';
import type { Patterns } from '../../model/networkd/network.ts';
import { spanOf } from '../../model/unit/piece.ts';
import { findingOn } from '../unit/unitFindings.ts';
import { helpful, networkOf } from './networkdFindings.ts';
import type { NetworkdRule } from './networkdRule.ts';

/** Type=tun, Type=tap and Kind=tap, which no device has. */
export const networkKindNeverMatches: NetworkdRule = {
  id: 'network-kind-never-matches',
  category: 'networkd',
  severity: 'error',
  summary: 'Type=tun, Type=tap and Kind=tap match no device: the .network file applies to nothing',
  explanation: `
## What it means

The file applies to no device. It is read without a word, and the device keeps without address.

## Why

The type is that of the link layer: \`none\` for a TUN device, \`ether\` for a TAP device. The kind is what the kernel calls
it, and to the kernel both are \`tun\`: the .netdev file’s \`Kind=tap\` has no counterpart here.

## What to do

Match by name. For all TUN and TAP devices \`Kind=tun\`, since systemd 251; with \`Type=ether\` beside it only TAP devices.
`,
  citations: ['systemd.network(5), [Match] Type= and Kind=', 'net_get_type_string() in systemd'],
  check: (judged) => {
    const network = networkOf(judged);
    if (network === null) return [];
    const { types, kinds } = network;
    return [
      { key: 'Type', patterns: types, never: noType },
      { key: 'Kind', patterns: kinds, never: noKind },
    ].flatMap(({ key, patterns, never }) => {
      if (patterns === null || !isOnly(patterns, never)) return [];
      const [origin, ...more] = patterns.origins;
      if (origin === undefined) return [];
      const fixes =
        more.length > 0 || judged.rules.version < 251
          ? []
          : helpful(judged, [kindOfTun(origin.path, origin.span, key === 'Kind')], (after) => {
              const left = networkOf(after);
              return left !== null && !isOnly(left.types, noType) && !isOnly(left.kinds, noKind);
            });
      const message = `${key}=${origin.value.text} matches no device: ${
        key === 'Type'
          ? 'a TUN device has the type none, a TAP device ether'
          : 'the kernel calls TAP devices tun too'
      }.`;
      return [
        {
          ...findingOn(networkKindNeverMatches, origin, message, { fixes }),
          span: spanOf(origin.value),
        },
      ];
    });
  },
  examples: [
    {
      title: 'the type of a TUN device',
      name: '50-test.network',
      lines: ['[Match]', 'Type=tun', '[Network]', 'Address=10.9.0.1/24'],
      finds: true,
    },
    {
      title: 'the kind of a TAP device',
      name: '50-test.network',
      lines: ['[Match]', 'Kind=tap', 'Name=tap*', '[Network]', 'Address=10.9.0.1/24'],
      finds: true,
    },
    {
      title: 'the kind of both',
      name: '50-test.network',
      lines: ['[Match]', 'Kind=tun', '[Network]', 'Address=10.9.0.1/24'],
      finds: false,
    },
    {
      title: 'all but these',
      name: '50-test.network',
      lines: ['[Match]', 'Type=!tun', '[Network]', 'DHCP=yes'],
      finds: false,
    },
  ],
};

const noType = ['tun', 'tap', 'tuntap'];
const noKind = ['tap', 'tuntap'];

/** Whether there are words, and each is one of these. */
function isOnly(patterns: Patterns | null, words: readonly string[]): boolean {
  return patterns?.value.every((word) => words.includes(word)) === true;
}

function kindOfTun(file: string, span: UnitFix['edits'][number]['span'], isTap: boolean): UnitFix {
  const replacement = isTap ? 'Kind=tun\nType=ether\n' : 'Kind=tun\n';
  return {
    title: `Write ${replacement.trim().replace('\n', ' and ')}`,
    applicability: 'review',
    preferred: true,
    edits: [{ file, span, replacement }],
  };
}
