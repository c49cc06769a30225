import { known } from '../model/evidence.ts';
import { refusalAt } from './denial.ts';
import { exampleOperation, exampleProgram, exampleSystem } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const program = exampleProgram({ capability: 'cap_net_admin=ep' });
const createWireguard = exampleOperation('wireguard.create');

export const kernelFeatureMissing: Rule = {
  id: 'kernel-feature-missing',
  category: 'limit',
  severity: 'error',
  summary: 'A part of the kernel that this one was built without',
  explanation: `
## What it means

The kernel was built without the part that the call is for. No privilege helps: the call answers
EAFNOSUPPORT, EPROTONOSUPPORT, ENOPROTOOPT, EOPNOTSUPP, ENOPKG, ENOENT or ENOSYS.

## Why

What a kernel has is decided when it is configured. Distributions build almost everything, as modules;
the kernels of small virtual machines, containers' hosts and devices leave much out. The order of the
gates matters: where the capability is asked first, who does not hold it sees EPERM and learns nothing
of what is missing behind it.

## What to do

Run another kernel, or another way to the same end: a WireGuard in user space, nft in the place of
legacy iptables.
`,
  citations: ['__sock_create() in net/socket.c', 'proc_config.gz(5)'],
  check: (judged) =>
    denialFindings(kernelFeatureMissing, judged, (denial) => {
      const { looked } = refusalAt(denial, 'feature') ?? {};
      return looked?.kind === 'feature'
        ? { fact: `This kernel does not have ${looked.title}, says ${looked.source}` }
        : null;
    }),
  examples: [
    {
      title: 'WireGuard without the driver',
      system: exampleSystem({
        program,
        features: { wireguard: known(false, '/proc/config.gz') },
      }),
      operations: [createWireguard],
      finds: true,
    },
    {
      title: 'WireGuard with it',
      system: exampleSystem({ program }),
      operations: [createWireguard],
      finds: false,
    },
  ],
};
