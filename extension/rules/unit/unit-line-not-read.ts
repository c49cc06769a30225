import type { Loss, UnitMessage, UnitProblem } from '../../model/unit/problem.ts';
import type { UnitName } from '../../model/unit/unitName.ts';
import type { Finding } from '../finding.ts';
import { isShellPrefix } from './shellPrefix.ts';
import { unreadLine } from './unreadLine.ts';
import type { UnitRule } from './unitRule.ts';

/** What systemd passes over in a unit file, with a message in its journal or without one. */
export const unitLineNotRead: UnitRule = {
  id: 'unit-line-not-read',
  category: 'syntax',
  severity: 'error',
  summary: 'Something in a unit file that systemd passes over or refuses',
  explanation: `
## What it means

systemd does not take the line, or part of it, as it was meant. Of what it passes over it tells in its
journal at most, and often not even there; the unit then starts without it.

## Why

A unit file for a newer release has to work with an older one, so an unknown setting is no error.
A few settings are: those that decide whose rights a command runs with.

## What to do

Write the setting as the manual page has it: case counts, and a comment has a line of its own.
`,
  citations: ['systemd.syntax(7)', 'config_parse() in systemd'],
  check: (judged) =>
    judged.reading.messages
      .filter((message) => !hasRuleOfItsOwn(message, judged.unit.names[0]))
      .filter((message) => unreadLine(judged, message) === null)
      .map(({ path, span, problem, subject, loss }) => ({
        rule: 'unit-line-not-read',
        severity: severities[loss],
        confidence: 'proven',
        file: path,
        span,
        message: `${facts[problem](JSON.stringify(subject))}. ${consequences[loss]}.`,
        fixes: [],
      })),
  examples: [
    { title: 'a setting that does not exist', lines: ['AmbientCaps=CAP_NET_RAW'], finds: true },
    {
      title: 'a system call that does not exist',
      lines: ['SystemCallFilter=@system-services'],
      finds: true,
    },
    {
      title: 'a value that is none, for which the unit is refused',
      lines: ['DynamicUser=maybe'],
      finds: true,
    },
    { title: 'one that does', lines: ['AmbientCapabilities='], finds: false },
  ],
};

/** What another rule tells of, with what follows from it. */
function hasRuleOfItsOwn(message: UnitMessage, name: UnitName): boolean {
  const { problem, subject } = message;
  return (
    problem === 'unknown-capability' ||
    problem === 'assignment-outside-section' ||
    isShellPrefix(message) ||
    (problem === 'removed-key' && subject === 'Capabilities') ||
    (problem === 'invalid-name' && /%[iI]/.test(subject) && name.instance === null)
  );
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
  'unknown-system-call': (subject) => `${subject} is no system call, and no group of them`,
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
