import { spanOf } from '../../model/unit/piece.ts';
import type { UnitFix } from '../../fixes/unitFix.ts';
import { findingAt, ifHelpful, replacing } from './unitFindings.ts';
import { unreadLines, type UnreadLine } from './unreadLine.ts';
import type { UnitRule } from './unitRule.ts';

/** A name that no release has, and the one that is meant. */
export const misspeltSetting: UnitRule = {
  id: 'misspelt-setting',
  category: 'syntax',
  severity: 'warning',
  summary: 'A setting whose name is misspelt has no effect, and the unit starts without it',
  explanation: `
## What it means

systemd logs “Unknown key” and goes on. The unit starts, and does not have what the line was to give it.

## Why

Names of settings are compared letter by letter, with their case. Some that are written on the web never
existed: \`NetworkNamespace=private\` is one. \`PrivateNetwork=yes\` gives a network namespace of the unit’s own,
and \`NetworkNamespacePath=\` enters one that is there.

## What to do

Write the name as its manual page has it.
`,
  citations: ['systemd.exec(5)', 'systemd.syntax(7)'],
  check: (judged) =>
    unreadLines(judged, 'misspelt-key').map((found) => {
      const { message, cause, line } = found;
      const fix = renaming(found, cause.key);
      const fixes = ifHelpful(judged, fix, (after) => {
        return after.reading.messages.length < judged.reading.messages.length;
      });
      const name = fix.title.replace('Write ', '').replace(/=.*/s, '=');
      const text = `There is no setting ${line.key.text}=, and the line has no effect: ${name} is one.`;
      return findingAt(misspeltSetting, message, text, { fixes });
    }),
  examples: [
    { title: 'lower case', lines: ['ambientcapabilities=CAP_NET_RAW'], finds: true },
    { title: 'a setting that never existed', lines: ['NetworkNamespace=private'], finds: true },
    { title: 'the same with a path', lines: ['NetworkNamespace=/run/netns/vpn'], finds: true },
    { title: 'as it is spelled', lines: ['AmbientCapabilities=CAP_NET_RAW'], finds: false },
    { title: 'a key for others', lines: ['X-NetworkNamespace=private'], finds: false },
  ],
};

function renaming({ message, line }: UnreadLine, key: string): UnitFix {
  const isolates = key === 'NetworkNamespacePath' && !line.value.text.startsWith('/');
  if (!isolates) return { ...replacing(message, key, 'review'), title: `Write ${key}=` };
  const span = { start: message.span.start, end: spanOf(line.value).end };
  return replacing({ path: message.path, span }, 'PrivateNetwork=yes', 'review');
}
