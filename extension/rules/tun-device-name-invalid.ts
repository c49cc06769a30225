import { refusalAt } from './denial.ts';
import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const program = exampleProgram({ capability: 'cap_net_admin=ep' });

export const tunDeviceNameInvalid: Rule = {
  id: 'tun-device-name-invalid',
  category: 'device',
  severity: 'error',
  summary: 'A name that no network device can have',
  explanation: `
## What it means

The program is allowed to create a device, and the name it asks for is refused: TUNSETIFF answers
EINVAL.

## Why

A network device's name has 1 to 15 bytes, without \`/\`, \`:\` and white space, and is not \`.\` or
\`..\`. One \`%d\` is filled in with the first free number; any other \`%\` is refused. Letters
outside ASCII take more than one byte.

## What to do

Ask for another name, or for an empty one, which lets the kernel choose.
`,
  citations: ['ip-link(8)', 'dev_valid_name() and __dev_alloc_name() in net/core/dev.c'],
  check: (judged) =>
    denialFindings(tunDeviceNameInvalid, judged, (denial) => {
      const { looked } = refusalAt(denial, 'tun-name') ?? {};
      return looked?.kind === 'request' ? { fact: capitalised(looked.detail) } : null;
    }),
  examples: [
    {
      title: 'sixteen letters',
      system: exampleSystem({ program, request: { tunDevice: 'development-tun0' } }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'fifteen letters',
      system: exampleSystem({ program, request: { tunDevice: 'development-tun' } }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
