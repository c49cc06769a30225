import type { UnitFix } from '../../fixes/unitFix.ts';
import { spanOf } from '../../model/unit/piece.ts';
import { valueOf } from '../../model/unit/unit.ts';
import { findingOn, ifHelpful, lastOrigin, outcomeStays, removing } from './unitFindings.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

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
    const fix = privilegingEach(judged);
    const fixes = fix === null ? [] : ifHelpful(judged, fix, outcomeStays(judged));
    return [findingOn(permissionsStartOnly, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'switched on',
      lines: ['ExecStart=/usr/bin/prog', 'ExecStartPre=/usr/bin/prog', 'PermissionsStartOnly=yes'],
      finds: true,
    },
    {
      title: 'beside commands with prefixes',
      lines: [
        ...['ExecStart=/usr/bin/prog', 'User=alice', 'PermissionsStartOnly=yes'],
        ...['ExecStartPre=-/usr/bin/prog', 'ExecStopPost=+/usr/bin/prog'],
      ],
      finds: true,
    },
    { title: 'switched off', lines: ['PermissionsStartOnly=no'], finds: false },
  ],
};

/** `+` before each command for which the setting stands; null where one has a prefix that it undoes. */
function privilegingEach(judged: JudgedUnit): UnitFix | null {
  const others = judged.judgement.commands
    .map(({ execution }) => execution)
    .filter(({ directive }) => directive !== 'ExecStart');
  if (others.some(({ command }) => command.privilege?.startsWith('!'))) return null;
  const origins = judged.reading.settings.PermissionsStartOnly?.origins ?? [];
  const { edits } = removing(origins, '');
  const bare = others.filter(({ command }) => command.privilege === null);
  const prefixes = bare.map(({ origin: file, command }) => {
    const { start } = spanOf(command.piece);
    return { file, span: { start, end: start }, replacement: '+' };
  });
  return {
    title:
      bare.length === 0 ? 'Remove PermissionsStartOnly=' : 'Write + before the commands instead',
    applicability: 'safe',
    preferred: true,
    edits: [...edits, ...prefixes],
  };
}
