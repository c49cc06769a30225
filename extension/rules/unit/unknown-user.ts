import { refusalFindings } from './refusalFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const unknownUser: UnitRule = {
  id: 'unknown-user',
  category: 'identity',
  severity: 'error',
  summary: 'User= that names a user who does not exist here',
  explanation: `
## What it means

systemd looks the name up when it starts the command. There is no such user, and the start ends with
\`217/USER\`.

## Why

Names come from /etc/passwd and from whatever nsswitch.conf(5) names. systemd takes the value as it is
written: quotes and what follows a \`#\` are part of the name.

## What to do

Create the user, for instance with sysusers.d(5); or write the name without quotes and comments; or use
\`DynamicUser=yes\`.
`,
  citations: ['systemd.exec(5), User=', 'get_fixed_user() in systemd'],
  check: (judged) =>
    // Of quotes and comments another rule tells.
    /["'#;]/.test(judged.reading.settings.User?.origins.at(-1)?.value.text ?? '')
      ? []
      : refusalFindings(unknownUser, judged, {
          directive: 'User',
          causes: ['unknown-user'],
          fact: 'There is no user of the name that User= has',
        }),
  examples: [
    { title: 'a user who is nowhere', lines: ['User=nosuch'], finds: true },
    { title: 'a user who exists', lines: ['User=alice'], finds: false },
  ],
};
