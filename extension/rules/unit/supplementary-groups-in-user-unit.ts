import { refusalFindings } from './refusalFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const supplementaryGroupsInUserUnit: UnitRule = {
  id: 'supplementary-groups-in-user-unit',
  category: 'identity',
  severity: 'error',
  summary: 'SupplementaryGroups= in a user unit, whose manager may not set them',
  explanation: `
## What it means

setgroups(2) answers EPERM to the user manager, even for a group that it is a member of, and the start
ends with \`216/GROUP\`.

## Why

Setting the list of groups needs CAP_SETGID, since giving one up can be a gain of rights too.

## What to do

Take the line out: the service inherits the groups of its user.
`,
  citations: ['systemd.exec(5), SupplementaryGroups=', 'setgroups(2)'],
  check: (judged) =>
    refusalFindings(supplementaryGroupsInUserUnit, judged, {
      directive: 'SupplementaryGroups',
      causes: ['supplementary-groups'],
      fact: 'A user manager may not set supplementary groups',
    }),
  examples: [
    {
      title: 'a group of the user’s own',
      scope: 'user',
      lines: ['SupplementaryGroups=extra'],
      finds: true,
    },
    { title: 'the same in a system unit', lines: ['SupplementaryGroups=extra'], finds: false },
  ],
};
