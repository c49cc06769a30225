import { refusalFindings } from './refusalFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** Protections that take capabilities out of the bounding set, which a user manager may not. */
export const protectionInUserUnit: UnitRule = {
  id: 'protection-in-user-unit',
  category: 'capability',
  severity: 'error',
  summary: 'A protection of a user unit that a user manager may not give, before systemd 254',
  explanation: `
## What it means

No command of the service starts: systemd gives up with \`218/CAPABILITIES\`.

## Why

\`PrivateDevices=\`, \`ProtectKernelModules=\`, \`ProtectKernelLogs=\` and \`ProtectClock=\` take capabilities out of
the bounding set as well, and PR_CAPBSET_DROP asks for CAP_SETPCAP, which a user manager lacks. From 254 on it
makes a user namespace for them, in which it has it.

## What to do

Take the setting out, or make it a system unit.
`,
  citations: ['systemd.exec(5), Sandboxing', 'unit_patch_contexts() in systemd'],
  check: (judged) =>
    protections.flatMap((directive) =>
      refusalFindings(protectionInUserUnit, judged, {
        ...{ directive, causes: ['bounding-set-not-permitted'] },
        fact: `${directive}= takes capabilities out of the bounding set, which this user manager may not`,
      }),
    ),
  examples: [
    {
      title: 'no devices, before 254',
      lines: ['PrivateDevices=yes'],
      scope: 'user',
      version: 252,
      finds: true,
    },
    {
      title: 'the clock, before 254',
      lines: ['ProtectClock=yes'],
      scope: 'user',
      version: 252,
      finds: true,
    },
    { title: 'no devices since', lines: ['PrivateDevices=yes'], scope: 'user', finds: false },
    { title: 'a system unit', lines: ['PrivateDevices=yes'], version: 252, finds: false },
  ],
};

const protections = [
  'PrivateDevices',
  'ProtectKernelModules',
  'ProtectKernelLogs',
  'ProtectClock',
] as const;
