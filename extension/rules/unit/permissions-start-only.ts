import { valueOf } from '../../model/unit/unit.ts';
import { findingOn, lastOrigin } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const permissionsStartOnly: UnitRule = {
  id: 'permissions-start-only',
  category: 'identity',
  severity: 'information',
  summary: 'PermissionsStartOnly=, for which a prefix + of single commands has taken the place',
  explanation: `
## What it means

Every command besides those of \`ExecStart=\` runs with the manager's rights: without \`User=\`, without
the bounding set, and outside the sandbox.

## Why

systemd treats them as if each had the prefix \`+\`. The manual has not described the setting since 240.

## What to do

Write \`+\` before the commands that need it, and take the line out.
`,
  citations: ['NEWS of systemd 240', 'systemd.service(5), “Command lines”'],
  check: (judged) => {
    const origin = lastOrigin(judged, 'PermissionsStartOnly');
    if (origin === null || !valueOf(judged.reading.settings, 'PermissionsStartOnly')) return [];
    const message =
      'PermissionsStartOnly= is no longer described. All commands besides ExecStart= run without the unit’s user, capabilities and sandbox.';
    return [findingOn(permissionsStartOnly, origin, message)];
  },
  examples: [
    {
      title: 'switched on',
      lines: ['ExecStart=/usr/bin/prog', 'ExecStartPre=/usr/bin/prog', 'PermissionsStartOnly=yes'],
      finds: true,
    },
    { title: 'switched off', lines: ['PermissionsStartOnly=no'], finds: false },
  ],
};
