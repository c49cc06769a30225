import { commandStart } from './commandStart.ts';
import { findingOn, ifHelpful, starts, writing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** The commands cannot begin where they are to. */
export const workingDirectoryNotEntered: UnitRule = {
  id: 'working-directory-not-entered',
  category: 'namespace',
  severity: 'error',
  summary: 'WorkingDirectory= names a directory that the unit’s commands cannot enter',
  explanation: `
## What it means

No command of the service starts: systemd gives up with 200/CHDIR.

## Why

systemd changes into the directory as the user of \`User=\`, inside the unit’s mounts. There nothing lies at
the path, or that user may not enter; capabilities of \`AmbientCapabilities=\` do not help, since none of them
is effective before the program runs.

## What to do

Make the directory, let the user enter it, or leave it visible: \`ProtectHome=yes\` hides homes. With \`-\`
before the path, the commands begin in / where they cannot begin there.
`,
  citations: ['systemd.exec(5), WorkingDirectory=', 'apply_working_directory() in systemd'],
  check: (judged) => {
    const refused = commandStart(judged, 'working-directory');
    if (refused === null) return [];
    const { origin, program, status } = refused;
    const fixes = ifHelpful(judged, writing(origin, `-${origin.value.text}`), starts);
    const message = `${program} cannot begin in the directory of WorkingDirectory=: the start fails with ${status}.`;
    return [findingOn(workingDirectoryNotEntered, origin, message, { fixes })];
  },
  examples: [
    { title: 'nothing lies there', lines: ['WorkingDirectory=/none'], finds: true },
    {
      title: 'a home that the unit does not see',
      lines: ['User=alice', 'WorkingDirectory=~', 'ProtectHome=yes'],
      finds: true,
    },
    { title: 'nothing has to', lines: ['WorkingDirectory=-/none'], finds: false },
    { title: 'a directory', lines: ['WorkingDirectory=/srv'], finds: false },
  ],
};
