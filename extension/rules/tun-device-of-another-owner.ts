import { refusalAt } from './denial.ts';
import { exampleDevice } from './exampleDevice.ts';
import { exampleOperation } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import { ownership } from './ownership.ts';
import type { Rule } from './rule.ts';
import { groupMissingInSession } from './sessionGroup.ts';

const tunAttach = exampleOperation('tun.attach');

export const tunDeviceOfAnotherOwner: Rule = {
  id: 'tun-device-of-another-owner',
  category: 'device',
  severity: 'error',
  summary: 'A TUN device whose owner or group the process does not match',
  explanation: `
## What it means

The device exists, was given to a user, a group or both, and the process is not the one meant:
TUNSETIFF answers EPERM.

## Why

Without CAP_NET_ADMIN a process may attach where it matches the owner that is set **and** the group
that is set. Both are not alternatives: with owner and group set, a member of the group who is not
the owner is refused.

## What to do

Create the device with \`user\` and without \`group\`, or use one of your own. With CAP_NET_ADMIN in
the network namespace the owner does not matter.
`,
  citations: ['Documentation/networking/tuntap.rst', 'tun_not_capable() in drivers/net/tun.c'],
  check: (judged) =>
    denialFindings(tunDeviceOfAnotherOwner, judged, (denial) => {
      const { looked } = refusalAt(denial, 'tun-owner') ?? {};
      if (looked?.kind !== 'tun-device' || groupMissingInSession(judged.system, denial)) {
        return null;
      }
      const meant = ownership(looked);
      return meant === null
        ? null
        : {
            fact: `${looked.name} was given to ${meant}; ${looked.detail}, and the process has no CAP_NET_ADMIN`,
            about: looked.name,
          };
    }),
  examples: [
    {
      title: 'a device of user 2000',
      system: exampleDevice({ owner: 2000 }),
      operations: [tunAttach],
      finds: true,
    },
    {
      title: 'the owner fits, the group does not',
      system: exampleDevice({ group: 2000 }),
      operations: [tunAttach],
      finds: true,
    },
    {
      title: 'a device of the user',
      system: exampleDevice({}),
      operations: [tunAttach],
      finds: false,
    },
  ],
};
