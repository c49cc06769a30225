import { commentFix } from '../../fixes/commentFix.ts';
import { findingAt, ifHelpful } from './unitFindings.ts';
import { unreadLines } from './unreadLine.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

/** What was meant as a comment is part of the value. */
export const commentAfterValue: UnitRule = {
  id: 'comment-after-value',
  category: 'syntax',
  severity: 'error',
  summary: 'A comment after a value is part of the value, and systemd passes over the line',
  explanation: `
## What it means

The line has no effect, or only part of it has, because systemd takes the comment for words of the value.

## Why

A comment in a unit file has a line of its own: \`#\` and \`;\` count only as the first character of a line.

## What to do

Put the comment on a line above.
`,
  citations: ['systemd.syntax(7)', 'config_parse() in systemd'],
  check: (judged) =>
    unreadLines(judged, 'comment').map(({ message, cause, line }) => {
      const fix = commentFix(message.path, line);
      const helps = (after: JudgedUnit) =>
        unreadLines(after, 'comment').length < unreadLines(judged, 'comment').length;
      const fixes = fix === null ? [] : ifHelpful(judged, fix, helps);
      const { text: key } = line.key;
      const refused =
        message.loss === 'unit' ? 'refuses the unit' : `does not read ${key}= as meant`;
      return findingAt(
        commentAfterValue,
        message,
        `${JSON.stringify(cause.comment)} is no comment but part of the value: systemd ${refused}.`,
        { fixes, severity: message.loss === 'unit' ? 'error' : 'warning' },
      );
    }),
  examples: [
    { title: 'a boolean', lines: ['NoNewPrivileges=yes # for safety'], finds: true },
    { title: 'the rights of a device', lines: ['DeviceAllow=/dev/net/tun rw # TUN'], finds: true },
    { title: 'a line of its own', lines: ['# for safety', 'NoNewPrivileges=yes'], finds: false },
  ],
};
