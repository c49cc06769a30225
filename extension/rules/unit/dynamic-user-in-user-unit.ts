import { refusalFindings } from './refusalFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const dynamicUserInUserUnit: UnitRule = {
  id: 'dynamic-user-in-user-unit',
  category: 'identity',
  severity: 'error',
  summary: 'DynamicUser= in a user unit, which is refused',
  explanation: `
## What it means

systemd 256 and later refuse to load the unit; before, its start ends with \`217/USER\`.

## Why

Only the system manager keeps the table of dynamic users, and only it can become one of them.

## What to do

Take the line out, or make it a system unit.
`,
  citations: ['systemd.exec(5), DynamicUser=', 'unit_verify_contexts() in systemd'],
  check: (judged) =>
    refusalFindings(dynamicUserInUserUnit, judged, {
      directive: 'DynamicUser',
      causes: ['dynamic-user-in-user-manager', 'unknown-user'],
      fact: 'A user manager has no dynamic users',
    }),
  examples: [
    {
      title: 'a dynamic user in a user unit',
      scope: 'user',
      lines: ['DynamicUser=yes'],
      finds: true,
    },
    { title: 'one in a system unit', lines: ['DynamicUser=yes'], finds: false },
  ],
};
