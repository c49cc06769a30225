import { utcTime } from '../model/utcTime.ts';
import { exampleSighting } from './exampleSighting.ts';
import { exampleSystem, tunCreate } from './exampleSystem.ts';
import { lossFindings } from './loss.ts';
import type { Rule } from './rule.ts';

export const capabilitiesLostByOwnerChange: Rule = {
  id: 'capabilities-lost-by-owner-change',
  category: 'program',
  severity: 'error',
  summary: 'A program that lost its capabilities when its owner or group changed',
  explanation: `
## What it means

The program had file capabilities when it was last checked. It is the same file with the same contents,
and it belongs to another user or group now. It has no capabilities.

## Why

chown(2) removes \`security.capability\` and set-id bits of a file that is no directory, so that nobody
gives a privileged program away by accident. Unlike set-id bits, the attribute goes also when root calls
it, and also when nothing changes: \`chown me program\` is enough where it was mine already.

Install scripts, \`sudo make install\` and container files often set owner and capabilities in the wrong
order.

## What to do

Change the owner first, then set the capabilities.
`,
  citations: ['chown(2)', 'chown_common() in fs/open.c'],
  check: (judged) =>
    lossFindings(
      capabilitiesLostByOwnerChange,
      judged,
      'owner-changed',
      ({ path, had, before, after }) => ({
        fact: `${path} was given from ${before.uid}:${before.gid} to ${after.uid}:${after.gid} after it was seen with ${had} (its inode changed last at ${utcTime(after.changed)}), and chown(2) removes file capabilities, whoever calls it`,
      }),
    ),
  examples: [
    {
      title: 'given to another user',
      system: exampleSystem({ previous: exampleSighting({ uid: 0, changed: '1' }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'given to another group',
      system: exampleSystem({ previous: exampleSighting({ gid: 100, changed: '1' }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'given to another user, and written to',
      system: exampleSystem({ previous: exampleSighting({ uid: 0, modified: '1' }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
