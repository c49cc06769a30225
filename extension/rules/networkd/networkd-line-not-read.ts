import type { UnitFix } from '../../fixes/unitFix.ts';
import { commentFix } from '../../fixes/commentFix.ts';
import { spanOf } from '../../model/unit/piece.ts';
import type { NetworkdMessage, NetworkdProblem } from '../../model/networkd/networkdSections.ts';
import { findingAt } from '../unit/unitFindings.ts';
import { helpful } from './networkdFindings.ts';
import {
  isOfNewer,
  isSectionOfOther,
  keyMeant,
  messagesOf,
  sectionMeant,
} from './networkdMessages.ts';
import type { JudgedNetworkd, NetworkdRule } from './networkdRule.ts';

/** What systemd-networkd passes over, and what ends its reading. */
export const networkdLineNotRead: NetworkdRule = {
  id: 'networkd-line-not-read',
  category: 'networkd',
  severity: 'error',
  summary: 'Something in a .netdev file or a [Match] that systemd-networkd passes over or stops at',
  explanation: `
## What it means

systemd-networkd logs a warning and goes on without the line. At a broken section header it stops: then nothing is made
of the file, also where the header stands in a drop-in.

## Why

A setting belongs to its section, and case counts. A comment has a line of its own: after a value it is part of it.
User= and Group= take neither quotes nor backslashes. An empty boolean resets nothing.

## What to do

Write the line as the manual page has it.
`,
  citations: ['systemd.syntax(7)', 'systemd.netdev(5)', 'config_parse_many() in systemd'],
  check: (judged) =>
    messagesOf(judged)
      .filter((message) => !hasRuleOfItsOwn(judged, message))
      .map((message) => {
        const { problem, subject } = message;
        const fixes = helpful(judged, meant(judged, message), (after) => {
          return messagesOf(after).length < messagesOf(judged).length;
        });
        const section = problem === 'unknown-key' ? sectionMeant(judged, message) : null;
        const fact = facts[problem](JSON.stringify(subject));
        const place = section === null ? '' : ` It belongs to [${section}].`;
        const severity = isFatal(problem) ? 'error' : 'warning';
        const end = isFatal(problem)
          ? 'systemd-networkd stops reading, and nothing is made of the file'
          : 'systemd-networkd passes over the line';
        return findingAt(networkdLineNotRead, message, `${fact}: ${end}.${place}`, {
          fixes,
          severity,
        });
      }),
  examples: [
    {
      title: 'a setting in lower case',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'user=alice', 'Group=tunners'],
      finds: true,
    },
    {
      title: 'a setting of [Tun] in [NetDev]',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', 'User=alice', '[Tun]', 'Group=tunners'],
      finds: true,
    },
    {
      title: 'a name in quotes',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User="alice"', 'Group=tunners'],
      finds: true,
    },
    {
      title: 'a comment after a boolean',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice', 'MultiQueue=yes # two'],
      finds: true,
    },
    {
      title: 'an address in a .netdev file',
      lines: [
        '[NetDev]',
        'Name=vpn0',
        'Kind=tun',
        '[Tun]',
        'User=alice',
        '[Network]',
        'Address=10.9.0.1/24',
      ],
      finds: true,
    },
    {
      title: 'a broken header in a drop-in',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice'],
      dropIns: [['[Tun', 'Group=tunners']],
      finds: true,
    },
    {
      title: 'as the manual page has it',
      lines: [
        '[NetDev]',
        'Name=vpn0',
        'Kind=tun',
        '[Tun]',
        '# two',
        'MultiQueue=yes',
        'User=alice',
      ],
      finds: false,
    },
    {
      title: 'what is for others',
      lines: ['[NetDev]', 'Name=vpn0', 'Kind=tun', '[Tun]', 'User=alice', '[X-Vpn]', 'Site=east'],
      finds: false,
    },
  ],
};

function hasRuleOfItsOwn(judged: JudgedNetworkd, message: NetworkdMessage): boolean {
  const { problem } = message;
  return (
    (problem === 'invalid-interface-name' && judged.file.type === 'netdev') ||
    (problem === 'unknown-kind' &&
      judged.subject.type === 'netdev' &&
      judged.subject.netdev.kind === null) ||
    isSectionOfOther(message) ||
    isOfNewer(judged, message)
  );
}

/** What the line was most likely to say. */
function meant(judged: JudgedNetworkd, message: NetworkdMessage): readonly (UnitFix | null)[] {
  const { path, problem, line, subject, span } = message;
  if (line === null) return [];
  const writing = (place: UnitFix['edits'][number]['span'], text: string): UnitFix => ({
    title: `Write ${text}`,
    applicability: 'review',
    preferred: true,
    edits: [{ file: path, span: place, replacement: text }],
  });
  switch (problem) {
    case 'unknown-key': {
      const key = keyMeant(judged, message);
      return key === null ? [] : [writing(spanOf(line.key), key)];
    }
    case 'invalid-boolean':
      return [commentFix(path, line)];
    case 'unsafe-text': {
      const inner = /^(["'])([^"'\\]+)\1$/.exec(subject)?.[2];
      return inner === undefined ? [] : [writing(span, inner)];
    }
    default:
      return [];
  }
}

function isFatal(problem: NetworkdProblem): boolean {
  return ['bad-section-header', 'line-too-long', 'not-utf8'].includes(problem);
}

/** The observed fact about the quoted subject, without a full stop. */
const facts: Readonly<Record<NetworkdProblem, (subject: string) => string>> = {
  'line-too-long': () => 'The line is longer than a mebibyte',
  'not-utf8': () => 'The line is not UTF-8',
  'bad-section-header': (subject) => `${subject} is no section header`,
  'missing-equals': () => 'The line has no “=”',
  'missing-key': () => 'Nothing stands before the “=”',
  'unknown-section': (subject) => `There is no section ${subject} for this device`,
  'assignment-outside-section': (subject) => `${subject} stands before any section`,
  'unknown-key': (subject) => `There is no setting ${subject} in this section`,
  'invalid-boolean': (subject) => `${subject} is neither yes nor no`,
  'unsafe-text': (subject) => `${subject} has quotes or a backslash, which are not taken here`,
  'invalid-interface-name': (subject) => `${subject} has a word that no interface can be called`,
  'unknown-kind': (subject) => `${subject} is no kind of device`,
  'second-kind': (subject) => `The device has a kind already, and does not become ${subject}`,
};
