import { directiveOf, directives } from '../../model/unit/directives.ts';
import { valueOf } from '../../model/unit/unit.ts';
import { findingAt, ifHelpful, replacing } from './unitFindings.ts';
import { unreadLines } from './unreadLine.ts';
import type { UnitRule } from './unitRule.ts';

/** An empty assignment that resets lists and commands, and no boolean. */
export const emptyValueResetsNothing: UnitRule = {
  id: 'empty-value-resets-nothing',
  category: 'syntax',
  severity: 'error',
  summary: 'An empty value does not reset this setting: what was set before stays',
  explanation: `
## What it means

The line was meant to take back what the unit’s file or another drop-in set. systemd passes over it with
a warning, and the setting stays as it was.

## Why

An empty value resets lists and commands. Booleans and settings with a choice of words, such as
\`DevicePolicy=\`, have no empty value.

## What to do

Write the default, such as \`no\`.
`,
  citations: ['systemd.syntax(7)', 'config_parse_bool() in systemd'],
  check: (judged) =>
    unreadLines(judged, 'empty').map(({ message, cause, line }) => {
      const fix = replacing(message, cause.reset, 'safe');
      const fixes = ifHelpful(judged, fix, (after) => {
        return unreadLines(after, 'empty').length < unreadLines(judged, 'empty').length;
      });
      const directive = directiveOf(line.key.text);
      const stays =
        directive !== null &&
        valueOf(judged.reading.settings, directive) !== directives[directive].initial;
      const refused = message.loss === 'unit';
      const passedOver = stays ? 'what was set before stays' : 'systemd passes over the line';
      const what = refused ? 'systemd refuses to start the unit' : passedOver;
      const text = `An empty value resets nothing in ${line.key.text}=: ${what}.`;
      const severity = refused ? 'error' : stays ? 'warning' : 'information';
      return findingAt(emptyValueResetsNothing, message, text, { fixes, severity });
    }),
  examples: [
    {
      title: 'a drop-in is to take a boolean back',
      lines: ['PrivateDevices=yes'],
      dropIns: [['PrivateDevices=']],
      finds: true,
    },
    { title: 'a boolean for which the unit is refused', lines: ['DynamicUser='], finds: true },
    { title: 'a choice of words', lines: ['DevicePolicy=closed', 'DevicePolicy='], finds: true },
    {
      title: 'a list',
      lines: ['DeviceAllow=/dev/net/tun rw'],
      dropIns: [['DeviceAllow=']],
      finds: false,
    },
  ],
};
