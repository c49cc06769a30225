import { known } from '../model/evidence.ts';
import { tunDevicePath } from '../model/tunDevice.ts';
import { refusalAt, unseenAt } from './denial.ts';
import { exampleNode, exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { denialFindings, doubtFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const program = exampleProgram({ capability: 'cap_net_admin=ep' });

export const tunDeviceNodeWrong: Rule = {
  id: 'tun-device-node-wrong',
  category: 'device',
  severity: 'error',
  summary: 'Something other than the TUN driver lies at /dev/net/tun',
  explanation: `
## What it means

The path exists and is not the node of the TUN driver: a regular file, or a device with another
number. The program opens it, and TUNSETIFF answers ENOTTY, or whatever the other driver says.

## Why

A device node is a name for two numbers: the TUN driver answers character device 10:200. A script
that made the node with \`touch\`, a bind mount of an empty file, or an archive unpacked without
privileges leaves something else there.

## What to do

Put the right node there.
`,
  citations: ['Documentation/admin-guide/devices.txt, 10 char', 'mknod(1)', 'ioctl(2), ENOTTY'],
  check: (judged) => [
    ...denialFindings(tunDeviceNodeWrong, judged, (denial) => {
      const { looked } = refusalAt(denial, 'device-driver') ?? {};
      return looked?.kind === 'node'
        ? { fact: `${looked.path} is not the TUN device: ${looked.detail}`, about: tunDevicePath }
        : null;
    }),
    ...doubtFindings(tunDeviceNodeWrong, judged, (doubt) => {
      const what = unseenAt(doubt, 'device-driver');
      return what === null
        ? null
        : {
            fact: `${tunDevicePath} is not the TUN device, and it could not be seen ${what}`,
            about: tunDevicePath,
          };
    }),
  ],
  examples: [
    {
      title: 'a regular file',
      system: exampleSystem({
        program,
        tun: { node: known({ ...exampleNode, type: 'other', major: 0, minor: 0 }, 'an example') },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the numbers of another driver',
      system: exampleSystem({
        program,
        tun: { node: known({ ...exampleNode, major: 1, minor: 3 }, 'an example') },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'character device 10:200',
      system: exampleSystem({ program }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
