import { refusalFindings } from './refusalFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const unknownGroup: UnitRule = {
  id: 'unknown-group',
  category: 'identity',
  severity: 'error',
  summary: 'Group= or SupplementaryGroups= that names a group that does not exist here',
  explanation: `
## What it means

systemd looks the name up when it starts the command. There is no such group, and the start ends with
\`216/GROUP\`.

## Why

Names come from /etc/group and from whatever nsswitch.conf(5) names. systemd takes the value as it is
written: quotes and what follows a \`#\` are part of the name.

## What to do

Create the group, for instance with sysusers.d(5), or write the name of one that exists.
`,
  citations: ['systemd.exec(5), Group=', 'get_fixed_group() in systemd'],
  check: (judged) =>
    (['Group', 'SupplementaryGroups'] as const).flatMap((directive) =>
      refusalFindings(unknownGroup, judged, {
        ...{ directive, causes: ['unknown-group'] },
        fact: `There is no group of a name that ${directive}= has`,
      }),
    ),
  examples: [
    { title: 'a group that is nowhere', lines: ['Group=nosuch'], finds: true },
    { title: 'a group that exists', lines: ['Group=extra'], finds: false },
  ],
};
