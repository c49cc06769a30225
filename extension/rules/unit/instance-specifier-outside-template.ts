import { findingAt } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const instanceSpecifierOutsideTemplate: UnitRule = {
  id: 'instance-specifier-outside-template',
  category: 'identity',
  severity: 'error',
  summary: 'User= or Group= of an instance in a unit that is no template, which systemd refuses',
  explanation: `
## What it means

The specifier stands for nothing, and an empty or broken name is an error that systemd does not pass over:
it refuses to load the unit (\`LoadState=bad-setting\`).

## Why

\`%i\` is what stands between \`@\` and the suffix of the unit's name. The file has no \`@\` in its name.

## What to do

Save the file as \`NAME@.service\` and start \`NAME@USER.service\`, or write the name of the user.
`,
  citations: ['systemd.unit(5), “Specifiers”', 'config_parse_user_group_compat() in systemd'],
  check: ({ reading, unit }) =>
    reading.messages
      .filter(({ problem, subject }) => problem === 'invalid-name' && /%[iI]/.test(subject))
      .filter(() => unit.names[0].instance === null)
      .map(({ path, span, subject }) => {
        const message = `${subject} stands for the instance of a template, and this unit is none. systemd refuses to start the unit.`;
        return findingAt(instanceSpecifierOutsideTemplate, { path, span }, message);
      }),
  examples: [
    { title: 'User=%i in an ordinary unit', lines: ['User=%i'], finds: true },
    { title: 'in an instance', name: 'test@alice.service', lines: ['User=%i'], finds: false },
    { title: 'in an argument', lines: ['ExecStart=/usr/bin/prog %i'], finds: false },
  ],
};
