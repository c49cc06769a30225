import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings } from './lack.ts';
import type { Rule } from './rule.ts';

export const ambientClearedByFileCapabilities: Rule = {
  id: 'ambient-cleared-by-file-capabilities',
  category: 'launch',
  severity: 'error',
  summary: 'Ambient capabilities that are cleared because the file has capabilities of its own',
  explanation: `
## What it means

The process that starts the program holds the capability in its ambient set, and the program does
not get it, because its file carries other capabilities.

## Why

Ambient capabilities are for programs that know nothing of capabilities. A file with the attribute
says itself what it may do: the kernel clears the whole ambient set for it, and only the file
counts. The same happens on the way: a wrapper such as a \`ping\` or \`node\` with file capabilities
ends the ambient set for all it starts.

## What to do

Let one of the two speak: remove the file capabilities, or let them list all that is needed.
`,
  citations: ['capabilities(7), “Ambient”', 'cap_bprm_creds_from_file() in security/commoncap.c'],
  check: (judged) =>
    lackFindings(
      ambientClearedByFileCapabilities,
      judged,
      'ambient-cleared-by-file',
      ({ file, name }) => ({
        fact: `${name} was ambient, but ${file.path} carries file capabilities without it, and the kernel clears the ambient set for such a file`,
      }),
    ),
  examples: [
    {
      title: 'cap_net_raw=ep, started with ambient cap_net_admin',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_raw=ep' }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'a file without an attribute keeps the ambient set',
      system: exampleSystem({}),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
