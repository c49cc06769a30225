import { unknown } from '../model/evidence.ts';
import { tunDevicePath } from '../model/tunDevice.ts';
import { unseenAt } from './denial.ts';
import { exampleDevice } from './exampleDevice.ts';
import { exampleOperation, exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { doubtFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const program = exampleProgram({ capability: 'cap_net_admin=ep' });

export const unseenTunDevice: Rule = {
  id: 'unseen-tun-device',
  category: 'device',
  severity: 'information',
  summary: 'Something about /dev/net/tun or the TUN devices could not be seen',
  explanation: `
## What it means

Nothing that was seen refuses the operation, and something on its way could not be seen.

## Why

The rules of a device cgroup and of a security module cannot be read without privilege: only an
attempt to open the node tells, and it was not possible here. Which devices exist is told by the
network namespace itself, to those who are in it. Whether a process holds a device can be told only
by trying to attach, or from its carrier.

## What to do

Try it, or ask from the process that will do it.
`,
  citations: [
    'Documentation/admin-guide/cgroup-v2.rst, device controller',
    'Documentation/networking/tuntap.rst',
  ],
  check: (judged) =>
    doubtFindings(unseenTunDevice, judged, (doubt) => {
      const what = unseenAt(
        doubt,
        'device-node-exists',
        'device-node-mount',
        'device-node-permission',
        'device-cgroup',
        'tun-not-busy',
        'tun-net-admin',
        'tun-lsm',
        'tun-name',
      );
      return what === null
        ? null
        : {
            fact: `Not everything about ${tunDevicePath} and its devices could be seen: ${what}`,
            about: tunDevicePath,
          };
    }),
  examples: [
    {
      title: 'the node could not be opened to try',
      system: exampleSystem({
        program,
        tun: { attempt: unknown('nothing was tried', 'open(/dev/net/tun)') },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'whether a process holds the device',
      system: exampleDevice({ attached: null }),
      operations: [exampleOperation('tun.attach')],
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
