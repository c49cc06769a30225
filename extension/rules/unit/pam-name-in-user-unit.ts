import { refusalFindings } from './refusalFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const pamNameInUserUnit: UnitRule = {
  id: 'pam-name-in-user-unit',
  category: 'identity',
  severity: 'error',
  summary: 'PAMName= in a user unit, whose manager may not set the groups of a session',
  explanation: `
## What it means

Since systemd 257 the start ends with \`216/GROUP\`. Before, the setting did nothing that would help there.

## Why

After it has opened a PAM session, systemd sets the groups that the session has, with setgroups(2); that needs
CAP_SETGID, which a user manager does not have.

## What to do

Take the line out: the service belongs to the user's session already. What PAM gives as ambient capabilities
goes to the manager itself, at login.
`,
  citations: ['systemd.exec(5), PAMName=', 'exec_invoke() in systemd'],
  check: (judged) =>
    refusalFindings(pamNameInUserUnit, judged, {
      directive: 'PAMName',
      causes: ['session-groups'],
      fact: 'A user manager may not set the groups of the session that PAMName= opens',
    }),
  examples: [
    { title: 'since 257', scope: 'user', lines: ['PAMName=login'], finds: true },
    { title: 'before', scope: 'user', version: 252, lines: ['PAMName=login'], finds: false },
    { title: 'in a system unit', lines: ['User=alice', 'PAMName=login'], finds: false },
  ],
};
