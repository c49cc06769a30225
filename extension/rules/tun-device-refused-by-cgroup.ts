import { known } from '../model/evidence.ts';
import { tunDevicePath } from '../model/tunDevice.ts';
import { refusalAt } from './denial.ts';
import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const program = exampleProgram({ capability: 'cap_net_admin=ep' });

export const tunDeviceRefusedByCgroup: Rule = {
  id: 'tun-device-refused-by-cgroup',
  category: 'device',
  severity: 'error',
  summary: 'Opening /dev/net/tun is refused past its mode, as a device cgroup does',
  explanation: `
## What it means

The node is there, its mode allows it, and open answers EPERM. CAP_NET_ADMIN does not help: this is
before it is asked.

## Why

A device cgroup lists the devices that the processes in it may open. Container engines set one; so
do units with \`DeviceAllow=\` or \`PrivateDevices=\`. On cgroup v2 it is a BPF program whose rules
cannot be read without privilege, so the attempt is the evidence. A seccomp filter could answer the
same.

## What to do

Container: start it with \`--device /dev/net/tun\`. Unit: \`DeviceAllow=/dev/net/tun rw\`, without
\`PrivateDevices=yes\`.
`,
  citations: [
    'Documentation/admin-guide/cgroup-v2.rst, device controller',
    'systemd.resource-control(5), DeviceAllow=',
    'devcgroup_inode_permission() in include/linux/device_cgroup.h',
  ],
  check: (judged) =>
    denialFindings(tunDeviceRefusedByCgroup, judged, (denial) =>
      refusalAt(denial, 'device-cgroup')
        ? {
            fact: `Opening ${tunDevicePath} was tried and answered EPERM past its mode, as a device cgroup does; its rules cannot be read without privilege`,
            about: tunDevicePath,
            confidence: 'likely',
          }
        : null,
    ),
  examples: [
    {
      title: 'a container with the node and without leave',
      system: exampleSystem({
        program,
        tun: { attempt: known({ errno: 'EPERM', uid: 1000, groups: [1000] }, 'an example') },
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
