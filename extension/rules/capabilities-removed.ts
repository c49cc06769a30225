import { utcTime } from '../model/utcTime.ts';
import { exampleSighting } from './exampleSighting.ts';
import { exampleSystem, tunCreate } from './exampleSystem.ts';
import { lossFindings } from './loss.ts';
import type { Rule } from './rule.ts';

export const capabilitiesRemoved: Rule = {
  id: 'capabilities-removed',
  category: 'program',
  severity: 'error',
  summary: 'A program whose capabilities were removed, and nothing else of it was changed',
  explanation: `
## What it means

The program had file capabilities when it was last checked. It is the same file, with the same contents
and the same owner, and it has none.

## Why

Two things leave this trace. Somebody removed the attribute: \`setcap -r\`, or the undo of a repair. Or
somebody called chown(2) with the owner that the file had already: the attribute goes then as well, for
root too. \`chown -R me .\` in an install script is enough. Both change the inode and nothing that can be
seen of it, so they cannot be told apart afterwards.

## What to do

If nobody meant to remove them, look for a chown in the build or install scripts, and set the
capabilities after it.
`,
  citations: ['chown(2)', 'chown_common() in fs/open.c', 'removexattr(2)'],
  check: (judged) =>
    lossFindings(capabilitiesRemoved, judged, 'attribute-removed', ({ path, had, after }) => ({
      fact: `${path} was seen with ${had}, and its inode was changed, last at ${utcTime(after.changed)}, but neither its contents nor its owner: setcap -r does that, and so does chown(2) to the same owner; which it was cannot be seen`,
      confidence: 'likely',
    })),
  examples: [
    {
      title: 'its inode was changed',
      system: exampleSystem({ previous: exampleSighting({ changed: '1' }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'its owner was changed as well',
      system: exampleSystem({ previous: exampleSighting({ changed: '1', uid: 0 }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
