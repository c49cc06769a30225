import { refusalAt } from './denial.ts';
import { exampleDevice } from './exampleDevice.ts';
import { exampleOperation, exampleSystem } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const tunAttach = exampleOperation('tun.attach');

export const tunDeviceKindMismatch: Rule = {
  id: 'tun-device-kind-mismatch',
  category: 'device',
  severity: 'error',
  summary: 'A device of that name exists and is of another kind than the program asks for',
  explanation: `
## What it means

The name is taken by a device that is not what the program asks for: TAP instead of TUN or the other
way round, or one with several queues where one was asked for. TUNSETIFF answers EINVAL, “Invalid
argument”.

## Why

TUNSETIFF attaches to an existing device only where IFF_TUN or IFF_TAP and IFF_MULTI_QUEUE are those
the device was created with. This is asked before any permission, so that the same EINVAL comes with
and without CAP_NET_ADMIN.

## What to do

Ask for what the device is, or for another name; or delete the device and create it as needed.
`,
  citations: ['Documentation/networking/tuntap.rst', 'tun_set_iff() in drivers/net/tun.c'],
  check: (judged) =>
    denialFindings(tunDeviceKindMismatch, judged, (denial) => {
      const { looked } = refusalAt(denial, 'tun-kind-matches', 'tun-queues-match') ?? {};
      switch (looked?.kind) {
        case 'tun-device':
          return {
            fact: `${looked.name} exists and is not what the program asks for: ${looked.detail}`,
            about: looked.name,
          };
        case 'request':
          return {
            fact: `The program asks for a device by a name that is taken: ${looked.detail}`,
          };
        default:
          return null;
      }
    }),
  examples: [
    {
      title: 'a TAP device where TUN is asked for',
      system: exampleDevice({ layer: 'tap' }),
      operations: [tunAttach],
      finds: true,
    },
    {
      title: 'a device with several queues',
      system: exampleDevice({ multiQueue: true }),
      operations: [tunAttach],
      finds: true,
    },
    {
      title: 'the name of another interface',
      system: exampleSystem({ request: { tunDevice: 'eth0' } }),
      operations: [tunAttach],
      finds: true,
    },
    {
      title: 'a TUN device with one queue',
      system: exampleDevice({}),
      operations: [tunAttach],
      finds: false,
    },
  ],
};
