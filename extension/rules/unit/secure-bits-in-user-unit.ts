import { refusalFindings } from './refusalFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const secureBitsInUserUnit: UnitRule = {
  id: 'secure-bits-in-user-unit',
  category: 'capability',
  severity: 'error',
  summary: 'SecureBits= in a user unit, whose manager may not set them',
  explanation: `
## What it means

Secure bits can be changed with CAP_SETPCAP alone. A user manager does not have it, and the start ends
with \`213/SECUREBITS\`.

## Why

The bits change how user 0 and capabilities go together, which is no matter of an ordinary process.

## What to do

Take the line out. A service of a user has no root privileges that the bits could take away.
`,
  citations: ['systemd.exec(5), SecureBits=', 'PR_SET_SECUREBITS in prctl(2)'],
  check: (judged) =>
    refusalFindings(secureBitsInUserUnit, judged, {
      directive: 'SecureBits',
      causes: ['secure-bits-not-permitted'],
      fact: 'A user manager may not set secure bits',
    }),
  examples: [
    {
      title: 'keep-caps in a user unit',
      scope: 'user',
      lines: ['SecureBits=keep-caps'],
      finds: true,
    },
    { title: 'noroot in a system unit', lines: ['SecureBits=noroot'], finds: false },
  ],
};
