import { commandStart } from './commandStart.ts';
import { findingOn, ifHelpful, removing, starts } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** Mounts that the manager may not make and the unit may not do without. */
export const sandboxNeedsPrivileges: UnitRule = {
  id: 'sandbox-needs-privileges',
  category: 'namespace',
  severity: 'error',
  summary: 'The manager may not make the mounts that the unit cannot do without',
  explanation: `
## What it means

No command of the service starts: systemd gives up with 226/NAMESPACE, or with 210/CHROOT for a
\`RootDirectory=\`.

## Why

mount(2) and chroot(2) take capabilities that a user manager lacks. Most options of the sandbox it leaves out
then, until 253 without a message; \`TemporaryFileSystem=\`, \`RootDirectory=\` and a \`BindPaths=\` that moves
something it does not. From 254 on it makes a user namespace for them.

## What to do

Take the setting out, or make it a system unit.
`,
  citations: ['systemd.exec(5), Sandboxing', 'insist_on_sandboxing() in systemd'],
  check: (judged) => {
    const refused = commandStart(judged, 'mounts-not-permitted');
    if (refused === null) return [];
    const { directive, origin, status } = refused;
    const origins = judged.reading.settings[directive]?.origins ?? [];
    const fixes = ifHelpful(judged, removing(origins, `Remove ${directive}=`), starts);
    const message = `The manager may not do what ${directive}= asks: the start fails with ${status}.`;
    return [findingOn(sandboxNeedsPrivileges, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'an empty file system before 254',
      lines: ['TemporaryFileSystem=/srv'],
      scope: 'user',
      version: 252,
      finds: true,
    },
    {
      title: 'an option that is left out',
      lines: ['PrivateTmp=yes'],
      scope: 'user',
      version: 252,
      finds: false,
    },
    { title: 'a system unit', lines: ['TemporaryFileSystem=/srv'], version: 252, finds: false },
  ],
};
