import { utcTime } from '../model/utcTime.ts';
import { exampleSighting } from './exampleSighting.ts';
import { exampleSystem, tunCreate } from './exampleSystem.ts';
import { lossFindings } from './loss.ts';
import type { Rule } from './rule.ts';

export const capabilitiesLostByWriting: Rule = {
  id: 'capabilities-lost-by-writing',
  category: 'program',
  severity: 'error',
  summary: 'A program that lost its capabilities because it was written to',
  explanation: `
## What it means

The program had file capabilities when it was last checked. It is still the same file, its contents
were changed since, and it has none.

## Why

The kernel removes \`security.capability\` with the first byte that is written, and when the length is
changed, even to the same: otherwise whoever may write to the file could put other code behind its
privileges. It makes no difference who writes; root does it too.

\`strip\` and \`objcopy\` write back into the file that they were given. \`cp new old\`, \`cat > old\`
and many installers open the old file and overwrite it. Opening it without writing removes nothing,
nor does a change of its times or mode.

## What to do

Strip first, then set the capabilities: in the build, as its last step. Or use a repair that does not
depend on the file: ambient capabilities, a sandbox, a TUN device of your own.
`,
  citations: ['capabilities(7), file capabilities', 'file_remove_privs() in fs/inode.c'],
  check: (judged) =>
    lossFindings(capabilitiesLostByWriting, judged, 'written', ({ path, had, before, after }) => {
      const length =
        before.size === after.size ? '' : `, from ${before.size} to ${after.size} bytes`;
      const uncertain = before.born === null || after.born === null;
      const certainty = uncertain
        ? ' (or is another file with the same number: this filesystem does not keep when it was made)'
        : '';
      return {
        fact: `${path}, inode ${after.inode}, was written to after it was seen with ${had}${length}, last at ${utcTime(after.modified)}${certainty}, and the kernel removes file capabilities with the first byte that is written`,
        confidence: uncertain ? 'likely' : 'proven',
      };
    }),
  examples: [
    {
      title: 'stripped',
      system: exampleSystem({ previous: exampleSighting({ modified: '1', size: 9000 }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'patched in place',
      system: exampleSystem({ previous: exampleSighting({ modified: '1' }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'on a filesystem that does not keep when a file was made',
      system: exampleSystem({ previous: exampleSighting({ modified: '1', born: null }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'unchanged, and seen with less',
      system: exampleSystem({ previous: exampleSighting({}) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
