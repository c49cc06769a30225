import { commandStart } from './commandStart.ts';
import { findingOn, ifHelpful, refusedStart, starts, writing } from './unitFindings.ts';
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
    const homeless = refusedStart(judged, ['home-of-dynamic-user'], 'WorkingDirectory');
    const refused = homeless === null ? commandStart(judged, 'working-directory') : null;
    const origin = homeless?.origin ?? refused?.origin;
    if (origin === undefined) return [];
    const status = homeless?.reason.status ?? refused?.status ?? '';
    const fact =
      refused === null
        ? 'WorkingDirectory= asks for the home of a dynamic user, who has none'
        : `${refused.program} cannot begin in the directory of WorkingDirectory=`;
    const message = `${fact}: the start fails with ${status}.`;
    const fixes = ifHelpful(judged, writing(origin, `-${origin.value.text}`), starts);
    return [findingOn(workingDirectoryNotEntered, origin, message, { fixes })];
  },
  examples: [
    { title: 'nothing lies there', lines: ['WorkingDirectory=/none'], finds: true },
    {
      title: 'a home that the unit does not see',
      lines: ['User=alice', 'WorkingDirectory=~', 'ProtectHome=yes'],
      finds: true,
    },
    {
      title: 'the home of a dynamic user',
      lines: ['DynamicUser=yes', 'WorkingDirectory=~'],
      finds: true,
    },
    {
      title: 'the same before 257',
      lines: ['DynamicUser=yes', 'WorkingDirectory=~'],
      version: 252,
      finds: true,
    },
    { title: 'nothing has to', lines: ['WorkingDirectory=-/none'], finds: false },
    { title: 'a directory', lines: ['WorkingDirectory=/srv'], finds: false },
  ],
};
