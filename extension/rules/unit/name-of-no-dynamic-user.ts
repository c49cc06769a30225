import { nameWithoutDecoration } from './nameWithoutDecoration.ts';
import { findingOn, ifHelpful, refusedStart, starts, writing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** A name that User= takes of a user who is there, and that systemd gives to none that it makes. */
export const nameOfNoDynamicUser: UnitRule = {
  id: 'name-of-no-dynamic-user',
  category: 'identity',
  severity: 'error',
  summary: 'User= or Group= beside DynamicUser=yes, with a name that systemd gives to no user',
  explanation: `
## What it means

The service fails with the result \`resources\`: systemd has no user to run it as.

## Why

A user who exists may have nearly any name. One whom systemd makes has a name of letters, digits, \`_\` and \`-\`
that begins with a letter or \`_\` and has at most 31 characters. Quotes and what follows a \`#\` are part of the
name.

## What to do

Write a name of that form, or leave the setting out: then the user has the name of the unit.
`,
  citations: [
    'systemd.exec(5), DynamicUser=',
    'User/Group Name Syntax, systemd.io',
    'valid_user_group_name() and dynamic_user_acquire() in systemd',
  ],
  check: (judged) =>
    (['User', 'Group'] as const).flatMap((directive) => {
      const refused = refusedStart(judged, ['name-of-no-dynamic-user'], directive);
      if (refused === null) return [];
      const { origin } = refused;
      const name = nameWithoutDecoration(origin.value.text);
      const fixes = name === null ? [] : ifHelpful(judged, writing(origin, name), starts);
      const message = `No dynamic user or group can have the name ${JSON.stringify(origin.value.text)}: the service fails with the result “resources”.`;
      return [findingOn(nameOfNoDynamicUser, origin, message, { fixes })];
    }),
  examples: [
    { title: 'a dot in it', lines: ['DynamicUser=yes', 'User=tun.maker'], finds: true },
    {
      title: 'a comment after it',
      lines: ['DynamicUser=yes', 'User=tunneller # not root'],
      finds: true,
    },
    { title: 'a quoted group', lines: ['DynamicUser=yes', 'Group="tunnellers"'], finds: true },
    { title: 'a name', lines: ['DynamicUser=yes', 'User=tunneller'], finds: false },
  ],
};
