import type { UnitFix } from '../../fixes/unitFix.ts';
import { slicePiece, spanOf } from '../../model/unit/piece.ts';
import { rootOf } from '../../model/unit/sandbox.ts';
import { assignmentAt } from './assignmentAt.ts';
import { isShellPrefix } from './shellPrefix.ts';
import { findingAt, ifHelpful, replacing, starts } from './unitFindings.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

export const shellPrefixOfNewerSystemd: UnitRule = {
  id: 'shell-prefix-of-newer-systemd',
  category: 'syntax',
  severity: 'error',
  summary:
    'The prefix | of a command, which systemd before 258 takes for part of a name and refuses',
  explanation: `
## What it means

systemd refuses to load the unit (\`LoadState=bad-setting\`), or with \`-\` passes over the command: a program
has to be an absolute path or the name of a file, and \`|/usr/bin/prog\` is neither.

## Why

Since 258 the prefix has the user's shell run the command. Older releases do not know it, and what they cannot
read of a command is an error that they do not pass over.

## What to do

Call the shell by its name, \`/bin/sh -c '…'\`: that works with every release.
`,
  citations: ['systemd.service(5), “Command lines”', 'NEWS of systemd 258'],
  check: (judged) => {
    const { reading, system } = judged;
    if (system.rules.shellCommands) return [];
    return reading.messages.filter(isShellPrefix).map(({ path, span, loss }) => {
      const called = calledShell(judged, path, span.start);
      const fixes =
        called === null || ifHelpful(judged, called.bare, starts).length === 0
          ? []
          : ifHelpful(judged, called.fix, starts);
      const release = `systemd ${String(system.rules.version)}`;
      const what = loss === 'unit' ? 'refuses to load the unit' : 'passes over the command';
      const message = `${release} does not know the prefix | (since 258), and ${what}.`;
      return findingAt(shellPrefixOfNewerSystemd, { path, span }, message, { fixes });
    });
  },
  examples: [
    { title: 'on 257', lines: ['ExecStart=|/usr/bin/prog'], finds: true },
    {
      title: 'with arguments and another prefix',
      lines: ['ExecStart=-|/usr/bin/prog --up tun0'],
      finds: true,
    },
    {
      title: 'with a root of its own, which may have no shell',
      lines: ['RootDirectory=/srv/root', 'ExecStart=|/usr/bin/prog'],
      finds: true,
    },
    { title: 'on 258', version: 258, lines: ['ExecStart=|/usr/bin/prog'], finds: false },
    { title: 'in an argument', lines: ['ExecStart=/bin/sh -c "prog | prog"'], finds: false },
  ],
};

/**
 * Null for a command whose quotes, variables or specifiers would mean something else in quotes, and for one that may
 * have no shell.
 * `bare` has no shell: what becomes of the program tells whether the shell can start it.
 */
function calledShell(
  { unit, reading }: JudgedUnit,
  path: string,
  offset: number,
): { readonly fix: UnitFix; readonly bare: UnitFix } | null {
  // Whether a root of the unit’s own holds a shell was not looked at.
  if (rootOf(reading.settings) !== '') return null;
  const value = assignmentAt(unit, path, offset)?.value;
  const [, before = '', command = ''] =
    /^([-:+!]*)\|(\S[^'"\\$%;]*)$/.exec(value?.text ?? '') ?? [];
  if (value === undefined || command === '') return null;
  const place = { path, span: spanOf(slicePiece(value, before.length)) };
  return {
    fix: replacing(place, `/bin/sh -c '${command}'`, 'review'),
    bare: replacing(place, command, 'review'),
  };
}
