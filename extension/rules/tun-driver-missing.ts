import { known } from '../model/evidence.ts';
import { tunDevicePath } from '../model/tunDevice.ts';
import { refusalAt } from './denial.ts';
import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const program = exampleProgram({ capability: 'cap_net_admin=ep' });

export const tunDriverMissing: Rule = {
  id: 'tun-driver-missing',
  category: 'device',
  severity: 'error',
  summary: 'A /dev/net/tun without the TUN driver behind it',
  explanation: `
## What it means

The node is right, and open answers ENODEV or ENXIO: no driver answers to its number.

## Why

The driver is the module \`tun\`. It is loaded when the node is opened, where the kernel can load
modules; a container or a small virtual machine cannot always. A kernel built without CONFIG_TUN has
no such driver.

## What to do

Load the module on the host. Where \`modprobe tun\` finds none, the kernel needs another build.
`,
  citations: ['open(2), ENODEV and ENXIO', 'misc_open() in drivers/char/misc.c'],
  check: (judged) =>
    denialFindings(tunDriverMissing, judged, (denial) => {
      const { looked } = refusalAt(denial, 'device-driver') ?? {};
      return looked?.kind === 'attempt'
        ? {
            fact: `Opening ${looked.path} was tried and answered ${looked.errno ?? ''}: no driver is behind it`,
            about: tunDevicePath,
          }
        : null;
    }),
  examples: [
    {
      title: 'the module is not loaded',
      system: exampleSystem({
        program,
        tun: { attempt: known({ errno: 'ENODEV', uid: 1000, groups: [1000] }, 'an example') },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the attempt opened it',
      system: exampleSystem({ program }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
