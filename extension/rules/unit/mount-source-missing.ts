import { commandStart } from './commandStart.ts';
import { findingOn, ifHelpful, starts, writing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** A path of the sandbox that is not there. */
export const mountSourceMissing: UnitRule = {
  id: 'mount-source-missing',
  category: 'namespace',
  severity: 'error',
  summary: 'A path that the unit’s sandbox mounts does not exist, and keeps it from starting',
  explanation: `
## What it means

No command of the service starts: systemd gives up with 226/NAMESPACE.

## Why

systemd makes the unit’s mounts before it starts a command, and one that cannot be made is an error. A path
with \`-\` before it is left out where it does not exist.

## What to do

Make what is missing, correct the path, or write \`-\` before it.
`,
  citations: ['systemd.exec(5), ReadWritePaths=, BindPaths=', 'apply_one_mount() in systemd'],
  check: (judged) => {
    const refused = commandStart(judged, 'mount-missing');
    if (refused === null) return [];
    const { origin, directive, status } = refused;
    const { text } = origin.value;
    const fixes = /\s/.test(text) ? [] : ifHelpful(judged, writing(origin, `-${text}`), starts);
    const message = `A path of ${directive}= does not exist: the start fails with ${status}.`;
    return [findingOn(mountSourceMissing, origin, message, { fixes })];
  },
  examples: [
    { title: 'nothing lies there', lines: ['BindPaths=/none'], finds: true },
    { title: 'nothing has to', lines: ['BindPaths=-/none'], finds: false },
  ],
};
