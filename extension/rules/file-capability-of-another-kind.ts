import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings } from './lack.ts';
import type { Rule } from './rule.ts';

export const fileCapabilityOfAnotherKind: Rule = {
  id: 'file-capability-of-another-kind',
  category: 'program',
  severity: 'error',
  summary: 'File capabilities that do not include the one that the kernel asks for',
  explanation: `
## What it means

The file has capabilities, and the operation asks for another. CAP_NET_RAW opens packet and raw
sockets, CAP_NET_ADMIN creates devices and changes addresses and routes, CAP_NET_BIND_SERVICE binds
low ports: none includes another.

## Why

Each check in the kernel names one capability, and the program holds exactly what its file lists.

## What to do

Set all that the program needs in one call: setcap(8) replaces what was there and does not add.
`,
  citations: ['capabilities(7), capabilities list', 'setcap(8)'],
  check: (judged) =>
    lackFindings(
      fileCapabilityOfAnotherKind,
      judged,
      'file-of-another-kind',
      ({ file, text, name }) => ({
        fact: `${file.path} carries ${text}, which does not include ${name}`,
      }),
    ),
  examples: [
    {
      title: 'cap_net_raw=ep creates a TUN device',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_raw=ep' }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'both capabilities',
      system: exampleSystem({
        program: exampleProgram({ capability: 'cap_net_admin,cap_net_raw=ep' }),
      }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
