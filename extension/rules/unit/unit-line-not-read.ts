import { capabilityWordFix } from '../../fixes/capabilityWordFix.ts';
import type { UnitFix } from '../../fixes/unitFix.ts';
import {
  unitProblems,
  type Loss,
  type UnitMessage,
  type UnitProblem,
} from '../../model/unit/problem.ts';
import type { Finding } from '../finding.ts';
import type { UnitRule } from './unitRule.ts';

/** What systemd passes over in a unit file, with a message in its journal or without one. */
export const unitLineNotRead: UnitRule = {
  id: 'unit-line-not-read',
  summary: 'systemd passes over a part of the unit file',
  explanation: `
systemd starts a unit although it cannot read a line, a key or a word of it: what it does not understand it
leaves out. Of an unknown capability it says nothing at all, not even in \`systemd-analyze verify\`, so that
\`CapabilityBoundingSet=CAP_NET_ADMN\` leaves the service without any capability. A few mistakes do make it
refuse the unit, and a broken section header ends the reading of the file.

Write what was meant, or take the line out.
`,
  citations: [
    'systemd.syntax(7)',
    'src/shared/conf-parser.c: config_parse()',
    'src/core/load-fragment.c: config_parse_capability_set()',
  ],
  check: ({ reading }) =>
    reading.messages.map((message) => {
      const { path, span, problem, subject } = message;
      return {
        rule: 'unit-line-not-read',
        severity: severities[unitProblems[problem].loss],
        confidence: 'proven',
        file: path,
        span,
        message: `${facts[problem](JSON.stringify(subject))}. ${consequences[unitProblems[problem].loss]}.`,
        fixes: fixesOf(message),
      };
    }),
};

function fixesOf(message: UnitMessage): readonly UnitFix[] {
  const fix = message.problem === 'unknown-capability' ? capabilityWordFix(message) : null;
  return fix === null ? [] : [fix];
}

const severities: Readonly<Record<Loss, Finding['severity']>> = {
  unit: 'error',
  'rest-of-file': 'error',
  line: 'warning',
  word: 'warning',
  nothing: 'information',
};

const consequences: Readonly<Record<Loss, string>> = {
  unit: 'systemd refuses to start the unit',
  'rest-of-file': 'systemd reads nothing after it',
  line: 'systemd passes over the line',
  word: 'systemd passes over the word',
  nothing: 'systemd goes on as if nothing were wrong',
};

/** The observed fact about the quoted subject, without a full stop. */
const facts: Readonly<Record<UnitProblem, (subject: string) => string>> = {
  'line-too-long': () => 'The line is longer than a mebibyte',
  'not-utf8': () => 'The line is not UTF-8',
  'bad-section-header': (subject) => `${subject} is no section header`,
  'missing-equals': () => 'The line has no “=”',
  'missing-key': () => 'Nothing stands before the “=”',
  'unknown-section': (subject) => `There is no section ${subject}`,
  'assignment-outside-section': (subject) => `${subject} stands before any section`,
  'unknown-key': (subject) => `There is no setting ${subject} in this section; case counts`,
  'removed-key': (subject) => `The setting ${subject} was removed from systemd, and has no effect`,
  'empty-value': () => 'The value is empty, which resets nothing here',
  'invalid-value': (subject) => `${subject} is no value that this setting takes`,
  'unbalanced-quote': (subject) => `A quote in ${subject} is not closed`,
  'unbalanced-quote-in-list': (subject) => `A quote in ${subject} is not closed`,
  'unknown-escape': (subject) => `${subject} has an escape that does not exist`,
  'unknown-escape-kept': (subject) =>
    `${subject} has an escape that does not exist, and stays as it is`,
  'unknown-capability': (subject) => `${subject} is no capability`,
  'unknown-secure-bit': (subject) => `${subject} is no secure bit`,
  'unknown-address-family': (subject) => `${subject} is no address family`,
  'invalid-word': (subject) => `${subject} is nothing that this setting takes`,
  'invalid-device-rights': (subject) =>
    `${subject} are no device rights: only the lower-case r, w and m are`,
  'invalid-device-path': (subject) =>
    `${subject} is no device: it has to lie below /dev, or to be a class such as char-misc`,
  'relative-path': (subject) => `${subject} is no absolute path`,
  'unknown-specifier': (subject) => `${subject} has a specifier that cannot be filled in`,
  'unusable-directory': (subject) => `${subject} is no directory that can be used here`,
  'invalid-name': (subject) => `${subject} is no name of a user or group`,
  'nobody-user': () => 'The user “nobody” owns what nobody should own',
  'empty-command': () => 'The command is empty',
  'invalid-program': (subject) =>
    `${subject} is no program: neither an absolute path nor a file name`,
};
