import { ofAnotherUser, refusalFindings } from './refusalFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const groupInUserUnit: UnitRule = {
  id: 'group-in-user-unit',
  category: 'identity',
  severity: 'error',
  summary: 'Group= in a user unit that names a group other than its own',
  explanation: `
## What it means

The user manager cannot change to the group: setresgid(2) or initgroups(3) answers EPERM, and the start
ends with \`216/GROUP\`.

## Why

Changing groups needs CAP_SETGID. Being a member of the group does not help: a process may only choose
among the ids that it already has as real, effective and saved ones.

## What to do

Take the line out: the service has the groups of its user. Where it needs another, make it a system
unit with \`User=\` and \`Group=\`.
`,
  citations: ['systemd.exec(5), Group=', 'enforce_groups() in systemd'],
  check: (judged) =>
    refusalFindings(groupInUserUnit, judged, {
      directive: 'Group',
      causes: ['another-group', 'groups-of-another-user'],
      through: judged.reading.settings.User === undefined ? ofAnotherUser : [],
      fact: 'A user manager may not change to the group',
    }),
  examples: [
    {
      title: 'a group of which the user is a member',
      scope: 'user',
      lines: ['Group=extra'],
      finds: true,
    },
    { title: 'a group in a system unit', lines: ['Group=extra'], finds: false },
  ],
};
