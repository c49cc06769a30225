import type { UnitFix } from '../../fixes/unitFix.ts';
import { sectionOfKind, type Netdev } from '../../model/networkd/netdev.ts';
import { findingAt } from '../unit/unitFindings.ts';
import { helpful, netdevOf } from './networkdFindings.ts';
import { isSectionOfOther } from './networkdMessages.ts';
import type { NetworkdRule } from './networkdRule.ts';

/** [Tap] for a TUN device, or the other way round. */
export const netdevSectionOfOtherKind: NetworkdRule = {
  id: 'netdev-section-of-other-kind',
  category: 'networkd',
  severity: 'error',
  summary: 'The section of another kind is passed over: the device is made without its owner',
  explanation: `
## What it means

systemd-networkd logs “Unknown section” and makes the device without all that the section says, so without an owner
too.

## Why

A device has the section of its kind and no other: \`[Tun]\` with \`Kind=tun\`, \`[Tap]\` with \`Kind=tap\`. Case counts.

## What to do

Name the section after the kind; or, where the section says what is meant, write the other kind.
`,
  citations: ['systemd.netdev(5), [Tun] and [Tap]', 'netdev_load_one() in systemd'],
  check: (judged) => {
    const { netdev } = netdevOf(judged) ?? {};
    if (netdev === undefined) return [];
    const section = sectionOf(netdev);
    if (section === null) return [];
    return misnamed(netdev).map(({ path, span, subject }) => {
      const fix: UnitFix = {
        title: `Write [${section}]`,
        applicability: 'review',
        preferred: true,
        edits: [{ file: path, span, replacement: section }],
      };
      const fixes = helpful(judged, [fix], (after) => {
        const left = netdevOf(after)?.netdev;
        return left !== undefined && misnamed(left).length < misnamed(netdev).length;
      });
      const message = `[${subject}] is no section of Kind=${netdev.kind?.value ?? ''}: systemd-networkd passes over it, and its User= and Group= with it.`;
      return findingAt(netdevSectionOfOtherKind, { path, span }, message, { fixes });
    });
  },
  examples: [
    {
      title: '[Tap] for a TUN device',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tap]', 'User=alice'],
      finds: true,
    },
    {
      title: 'a section in lower case',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tap', '[tap]', 'User=alice'],
      finds: true,
    },
    {
      title: 'the section of the kind',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tap', '[Tap]', 'User=alice'],
      finds: false,
    },
  ],
};

function sectionOf({ kind }: Netdev): string | null {
  return kind === null || kind.value === 'other' ? null : sectionOfKind[kind.value];
}

function misnamed({ messages }: Netdev): Netdev['messages'] {
  return messages.filter(isSectionOfOther);
}
