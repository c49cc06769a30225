import { nameWithoutDecoration } from './nameWithoutDecoration.ts';
import { findingOn, ifHelpful, refusedStart, starts, writing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const userNameTakenLiterally: UnitRule = {
  id: 'user-name-taken-literally',
  category: 'identity',
  severity: 'error',
  summary: 'User= with quotes or a comment, which systemd takes as part of the name',
  explanation: `
## What it means

There is no user of such a name, and the start ends with \`217/USER\`.

## Why

\`User=\` is no list of words: its whole value is the name. A comment begins only at the start of a line.

## What to do

Write the name alone, and the comment on a line of its own.
`,
  citations: ['systemd.syntax(7)', 'config_parse_user_group_compat() in systemd'],
  check: (judged) => {
    const refused = refusedStart(judged, ['unknown-user'], 'User');
    if (refused === null) return [];
    const { text } = refused.origin.value;
    const name = nameWithoutDecoration(text);
    if (name === null) return [];
    const fix = writing(refused.origin, name);
    const message = `systemd takes ${JSON.stringify(text)} as a name as it stands, and there is no such user. The start ends with ${refused.reason.status}.`;
    const fixes = ifHelpful(judged, fix, starts);
    return [findingOn(userNameTakenLiterally, refused.origin, message, { fixes })];
  },
  examples: [
    { title: 'a quoted name', lines: ['User="alice"'], finds: true },
    { title: 'a comment after the name', lines: ['User=alice # not root'], finds: true },
    { title: 'a name alone', lines: ['User=alice'], finds: false },
    { title: 'a user who is nowhere', lines: ['User=nosuch'], finds: false },
  ],
};
