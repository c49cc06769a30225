import { ofAnotherUser, refusalFindings } from './refusalFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const userInUserUnit: UnitRule = {
  id: 'user-in-user-unit',
  category: 'identity',
  severity: 'error',
  summary: 'User= in a user unit, whose manager runs everything as its own user',
  explanation: `
## What it means

A user manager cannot become another user, and the start ends with \`216/GROUP\` or \`217/USER\`. Before
systemd 257 it fails for its own user too, since it tries to set the groups.

## Why

setresuid(2) and setgroups(2) need CAP_SETUID and CAP_SETGID, which an ordinary process does not have.

## What to do

Take the line out: the service runs as the user of the manager. For another user, make it a system unit.
`,
  citations: ['systemd.exec(5), User=', 'enforce_user() in systemd'],
  check: (judged) =>
    refusalFindings(userInUserUnit, judged, {
      directive: 'User',
      causes: ['another-user', 'another-group', 'groups-of-another-user'],
      through: [...ofAnotherUser, 'session-of-another-user', 'privileges-not-kept'],
      fact: 'A user manager may not set the user and groups that User= asks for',
    }),
  examples: [
    { title: 'root in a user unit', scope: 'user', lines: ['User=bob'], finds: true },
    {
      title: 'its own user before 257',
      scope: 'user',
      version: 252,
      lines: ['User=alice'],
      finds: true,
    },
    { title: 'its own user since 257', scope: 'user', lines: ['User=alice'], finds: false },
  ],
};
