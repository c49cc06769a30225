import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings } from './lack.ts';
import type { Rule } from './rule.ts';

export const emptyFileCapability: Rule = {
  id: 'empty-file-capability',
  category: 'program',
  severity: 'error',
  summary: 'An empty capability attribute, which grants nothing and clears ambient capabilities',
  explanation: `
## What it means

The file has a \`security.capability\` attribute without a single capability, as \`setcap =\` writes
it. \`getcap\` prints \`=\`. It is not the same as no attribute.

## Why

To the kernel a file with the attribute is a file that says itself what it may do. At exec the
ambient set is cleared for it, and a set-user-ID root program is limited to what the file lists,
which is nothing. So the program cannot be helped by ambient capabilities either.

## What to do

Remove the attribute with \`setcap -r\`, or set what the program needs.
`,
  citations: [
    'capabilities(7), “Ambient”',
    'setcap(8)',
    'cap_bprm_creds_from_file() in security/commoncap.c',
  ],
  check: (judged) =>
    lackFindings(emptyFileCapability, judged, 'file-empty', ({ file }) => ({
      fact: `${file.path} has an empty security.capability attribute: it grants nothing, and ambient capabilities are cleared for it`,
    })),
  examples: [
    {
      title: 'after setcap =',
      system: exampleSystem({ program: exampleProgram({ capability: '' }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'no attribute at all',
      system: exampleSystem({}),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
