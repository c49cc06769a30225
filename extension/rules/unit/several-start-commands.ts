import { findingOn, ifHelpful, refusedStart, starts } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** A drop-in that adds a command where it was to replace one. */
export const severalStartCommands: UnitRule = {
  id: 'several-start-commands',
  category: 'syntax',
  severity: 'error',
  summary: 'A second ExecStart= adds a command, which only Type=oneshot may have',
  explanation: `
## What it means

systemd refuses to load the service: LoadState=bad-setting.

## Why

\`ExecStart=\` is a list, and a second line adds to it, also from a drop-in. A service that stays has one main
process and one command.

## What to do

Reset the list with an empty \`ExecStart=\` before the line that is to count.
`,
  citations: ['systemd.service(5), ExecStart=', 'service_verify() in systemd'],
  check: (judged) => {
    const refused = refusedStart(judged, ['several-commands'], 'ExecStart');
    if (refused === null) return [];
    const { origin, reason } = refused;
    const { start } = origin.span;
    const edits = [{ file: origin.path, span: { start, end: start }, replacement: 'ExecStart=\n' }];
    const fix = {
      title: 'Reset ExecStart= before it',
      applicability: 'review',
      preferred: true,
      edits,
    } as const;
    const message = `There is more than one command, and the service is not of Type=oneshot: systemd refuses it with ${reason.status}.`;
    return [
      findingOn(severalStartCommands, origin, message, { fixes: ifHelpful(judged, fix, starts) }),
    ];
  },
  examples: [
    {
      title: 'a drop-in without a reset',
      lines: ['Type=simple'],
      dropIns: [['ExecStart=/usr/bin/prog --verbose']],
      finds: true,
    },
    {
      title: 'a drop-in with a reset',
      lines: ['Type=simple'],
      dropIns: [['ExecStart=', 'ExecStart=/usr/bin/prog --verbose']],
      finds: false,
    },
    {
      title: 'a oneshot',
      lines: ['Type=oneshot'],
      dropIns: [['ExecStart=/usr/bin/prog --verbose']],
      finds: false,
    },
  ],
};
