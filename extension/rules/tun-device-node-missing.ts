import { known } from '../model/evidence.ts';
import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { tunDevicePath } from '../model/tunDevice.ts';
import { refusalAt } from './denial.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const program = exampleProgram({ capability: 'cap_net_admin=ep' });

export const tunDeviceNodeMissing: Rule = {
  id: 'tun-device-node-missing',
  category: 'device',
  severity: 'error',
  summary: 'There is no /dev/net/tun',
  explanation: `
## What it means

Every TUN and TAP device begins with opening \`/dev/net/tun\`, and nothing is there: open answers
ENOENT.

## Why

On an ordinary system the kernel and udev make the node. A container has a \`/dev\` of its own with
a few nodes only; a chroot has none; a kernel without the TUN driver has nothing to make it for.

## What to do

Give the node to the container (\`--device /dev/net/tun\`), or create it. No capability replaces it.
`,
  citations: [
    'Documentation/networking/tuntap.rst',
    'Documentation/admin-guide/devices.txt, 10 char',
    'open(2), ENOENT',
  ],
  check: (judged) =>
    denialFindings(tunDeviceNodeMissing, judged, (denial) =>
      refusalAt(denial, 'device-node-exists')
        ? { fact: `${tunDevicePath} does not exist`, about: tunDevicePath }
        : null,
    ),
  examples: [
    {
      title: 'a container without the device',
      system: exampleSystem({ program, tun: { node: known(null, 'an example') } }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the node that udev makes',
      system: exampleSystem({ program }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
