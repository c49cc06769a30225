import { refusalAt, unseenAt } from './denial.ts';
import { exampleDevice } from './exampleDevice.ts';
import { exampleOperation } from './exampleSystem.ts';
import { denialFindings, doubtFindings } from './findings.ts';
import { ownership } from './ownership.ts';
import type { Rule } from './rule.ts';

const tunAttach = exampleOperation('tun.attach');
const ownerless = exampleDevice({ owner: null });

export const ownerlessTunDevice: Rule = {
  id: 'ownerless-tun-device',
  category: 'device',
  severity: 'information',
  summary: 'A TUN device without an owner, which not every kernel lets everyone attach to',
  explanation: `
## What it means

The device exists and has neither an owner nor a group. Whether a process without CAP_NET_ADMIN may
attach to it depends on the kernel.

## Why

For years the kernel refused only where an owner or a group was set and did not match, so that
everyone could attach to a device without either. A change named “tun: Require CAP_NET_ADMIN to
attach to an ownerless device” closed that, in mainline and in some stable kernels and not in
others: 6.12.117 and 7.3.2 have it, 6.18.44 and 7.2.13 have it not. Distributions carry it back as
they see fit, so a release number does not always tell.

## What to do

Give the device an owner: \`ip tuntap add mode tun name NAME user UID\`. Then every kernel agrees.
`,
  citations: ['Documentation/networking/tuntap.rst', 'tun_not_capable() in drivers/net/tun.c'],
  check: (judged) => {
    const name = judged.system.request.tunDevice ?? '';
    return [
      ...denialFindings(ownerlessTunDevice, judged, (denial) => {
        const { looked } = refusalAt(denial, 'tun-owner') ?? {};
        return looked?.kind === 'tun-device' && ownership(looked) === null
          ? {
              fact: `${name} has no owner and no group, and this kernel lets only processes with CAP_NET_ADMIN attach to such a device`,
              about: name,
            }
          : null;
      }),
      ...doubtFindings(ownerlessTunDevice, judged, (doubt) =>
        unseenAt(doubt, 'tun-owner') === null
          ? null
          : {
              fact: `${name} has no owner and no group, and it is not known whether kernel ${judged.system.kernelRelease} lets everyone attach to such a device`,
              about: name,
            },
      ),
    ];
  },
  examples: [
    {
      title: 'a kernel of which it is not known',
      system: { ...ownerless, kernelRelease: '6.17.0' },
      operations: [tunAttach],
      finds: true,
    },
    {
      title: 'a kernel that refuses',
      system: { ...ownerless, kernelRelease: '7.3.2' },
      operations: [tunAttach],
      finds: true,
    },
    {
      title: 'a kernel that lets everyone attach',
      system: { ...ownerless, kernelRelease: '6.18.44' },
      operations: [tunAttach],
      finds: false,
    },
  ],
};
