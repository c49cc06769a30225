import { findingOn, ifHelpful, refusedStart, removing, starts } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** A session of somebody whom only systemd knows. */
export const sessionOfDynamicUser: UnitRule = {
  id: 'session-of-dynamic-user',
  category: 'identity',
  severity: 'error',
  summary: 'PAMName= beside DynamicUser=yes, whose user PAM does not find',
  explanation: `
## What it means

No command of the service starts: systemd gives up with \`224/PAM\`.

## Why

PAM opens a session for a user by name, and its account modules look the name up. The name of a dynamic user is
in no /etc/passwd.

## What to do

Take \`PAMName=\` out, or create the user, for instance with sysusers.d(5), and name it with \`User=\` in the
place of \`DynamicUser=yes\`.
`,
  citations: ['systemd.exec(5), PAMName= and DynamicUser=', 'setup_pam() in systemd'],
  check: (judged) => {
    const refused = refusedStart(judged, ['session-of-unknown-user'], 'PAMName');
    if (refused === null) return [];
    const { origin, reason } = refused;
    const { PAMName: session } = judged.reading.settings;
    const fixes = ifHelpful(judged, removing(session?.origins ?? [], 'Remove PAMName='), starts);
    const message = `PAMName= opens a session of the dynamic user, whom PAM does not find: the start fails with ${reason.status}.`;
    return [findingOn(sessionOfDynamicUser, origin, message, { fixes })];
  },
  examples: [
    { title: 'both', lines: ['DynamicUser=yes', 'PAMName=login'], finds: true },
    {
      title: 'a dynamic user who is in /etc/passwd',
      lines: ['DynamicUser=yes', 'User=alice', 'PAMName=login'],
      finds: false,
    },
    { title: 'no session', lines: ['DynamicUser=yes'], finds: false },
  ],
};
