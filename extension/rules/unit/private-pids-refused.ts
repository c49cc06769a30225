import { findingOn, ifHelpful, refusedStart, removing, starts } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** Processes that systemd could not follow from outside their namespace. */
export const privatePidsRefused: UnitRule = {
  id: 'private-pids-refused',
  category: 'namespace',
  severity: 'error',
  summary: 'PrivatePIDs=yes beside PAMName= or Type=forking, which systemd refuses',
  explanation: `
## What it means

systemd refuses to load the unit: its state is \`bad-setting\`.

## Why

With \`PrivatePIDs=yes\` the command is process 1 of a PID namespace, and all others end with it. A service of
\`Type=forking\` goes on in a child while the command ends; and a PAM session is kept open by a process of systemd’s
beside the command, which since 258 it does not start there.

## What to do

Take \`PrivatePIDs=\` or the other line out. Most daemons can stay in the foreground, as \`Type=exec\` wants it.
`,
  citations: ['systemd.exec(5), PrivatePIDs=', 'service_verify() in systemd'],
  check: (judged) => {
    const refused = refusedStart(
      judged,
      ['session-in-private-pids', 'forking-in-private-pids'],
      'PrivatePIDs',
    );
    if (refused === null) return [];
    const { origin, reason } = refused;
    const forks = reason.cause === 'forking-in-private-pids';
    const { PAMName: session, PrivatePIDs: pids } = judged.reading.settings;
    const fixes = [
      removing(pids?.origins ?? [], 'Remove PrivatePIDs='),
      ...(forks ? [] : [removing(session?.origins ?? [], 'Remove PAMName=')]),
    ].flatMap((fix) => ifHelpful(judged, fix, starts));
    const other = forks ? 'Type=forking' : 'PAMName=';
    const message = `PrivatePIDs= cannot be had with ${other}: systemd refuses the unit with ${reason.status}.`;
    return [findingOn(privatePidsRefused, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'a session',
      lines: ['User=alice', 'PAMName=login', 'PrivatePIDs=yes'],
      version: 262,
      finds: true,
    },
    { title: 'a daemon that forks', lines: ['PrivatePIDs=yes', 'Type=forking'], finds: true },
    {
      title: 'a session before 258',
      lines: ['User=alice', 'PAMName=login', 'PrivatePIDs=yes'],
      finds: false,
    },
    { title: 'neither', lines: ['PrivatePIDs=yes'], finds: false },
  ],
};
