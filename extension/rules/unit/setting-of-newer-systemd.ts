import { findingAt } from './unitFindings.ts';
import { unreadLines } from './unreadLine.ts';
import type { UnitRule } from './unitRule.ts';

/** A setting that a later release brings. */
export const settingOfNewerSystemd: UnitRule = {
  id: 'setting-of-newer-systemd',
  category: 'syntax',
  severity: 'information',
  summary: 'A setting that only later releases of systemd know has no effect here',
  explanation: `
## What it means

systemd logs “Unknown key” and starts the unit without the setting. Another machine with a later release
starts the same unit with it.

## Why

Unit files are to work with older releases too, so that what is unknown is no error. \`DelegateNamespaces=\`
came with 258, \`PrivatePIDs=\` with 257.

## What to do

If the unit cannot do without it, require the release; otherwise there is nothing to do.
`,
  citations: ['systemd.syntax(7)', 'systemd.directives(7)'],
  check: (judged) =>
    unreadLines(judged, 'newer-key').map(({ message, line }) => {
      const { version } = judged.system.rules;
      const text = `systemd ${String(version)} does not know ${line.key.text}= yet, and passes over the line.`;
      return findingAt(settingOfNewerSystemd, message, text);
    }),
  examples: [
    { title: 'systemd 257', lines: ['DelegateNamespaces=net'], finds: true },
    { title: 'systemd 258', lines: ['DelegateNamespaces=net'], version: 258, finds: false },
  ],
};
