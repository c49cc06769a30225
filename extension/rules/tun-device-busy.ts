import { refusalAt } from './denial.ts';
import { exampleDevice } from './exampleDevice.ts';
import { exampleOperation } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const tunAttach = exampleOperation('tun.attach');

export const tunDeviceBusy: Rule = {
  id: 'tun-device-busy',
  category: 'device',
  severity: 'error',
  summary: 'A TUN device that another process holds',
  explanation: `
## What it means

The device exists and a process is attached to it: TUNSETIFF answers EBUSY.

## Why

A device with one queue has one reader. A program that was left running, a debugger that still holds
its inferior, or a child that inherited the descriptor keeps it.

## What to do

End that process, or ask for another name. Programs that want several readers create the device with
IFF_MULTI_QUEUE and ask for that flag each time.
`,
  citations: ['Documentation/networking/tuntap.rst', 'tun_attach() in drivers/net/tun.c'],
  check: (judged) =>
    denialFindings(tunDeviceBusy, judged, (denial) => {
      const { looked } = refusalAt(denial, 'tun-not-busy') ?? {};
      return looked?.kind === 'tun-device'
        ? {
            fact: `${looked.name} is held by a process, and a device with one queue serves one`,
            about: looked.name,
          }
        : null;
    }),
  examples: [
    {
      title: 'a process holds it',
      system: exampleDevice({ attached: true }),
      operations: [tunAttach],
      finds: true,
    },
    {
      title: 'nobody holds it',
      system: exampleDevice({}),
      operations: [tunAttach],
      finds: false,
    },
  ],
};
