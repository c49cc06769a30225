import { commandStart } from './commandStart.ts';
import { findingOn, ifHelpful, removing, starts, writing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** The unit’s own mounts lie over its program. */
export const programHiddenBySandbox: UnitRule = {
  id: 'program-hidden-by-sandbox',
  category: 'namespace',
  severity: 'error',
  summary: 'The unit’s sandbox hides the program that it is to start',
  explanation: `
## What it means

The command does not start: 203/EXEC, “No such file or directory” or “Permission denied”, although the
program is there.

## Why

systemd looks for the program when the unit’s mounts are already made. \`ProtectHome=yes\` makes /home and
/root inaccessible, \`PrivateTmp=\` puts an empty /tmp in place of the other, and so do
\`TemporaryFileSystem=\` and \`InaccessiblePaths=\` with what they name.

## What to do

Install the program elsewhere, such as in /usr/local/bin, or leave its place visible;
\`ProtectHome=read-only\` does for programs in a home.
`,
  citations: ['systemd.exec(5), Sandboxing', 'find_executable_full() in systemd'],
  check: (judged) => {
    const refused = commandStart(judged, 'program-hidden');
    if (refused === null) return [];
    const { origin, directive, program, status } = refused;
    const fixes = [
      ...(directive === 'ProtectHome' ? [writing(origin, 'read-only')] : []),
      removing([origin], `Remove ${directive}=`),
    ].flatMap((fix) => ifHelpful(judged, fix, starts));
    const message = `${directive}= hides ${program} from the unit: the start fails with ${status}.`;
    return [findingOn(programHiddenBySandbox, origin, message, { fixes: fixes.slice(0, 1) })];
  },
  examples: [
    {
      title: 'a program in a directory that is inaccessible',
      lines: ['InaccessiblePaths=/usr/bin'],
      finds: true,
    },
    { title: 'another directory', lines: ['InaccessiblePaths=/srv'], finds: false },
  ],
};
