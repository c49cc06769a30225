import { known } from '../model/evidence.ts';
import { refusalAt } from './denial.ts';
import { exampleOperation, exampleProgram, exampleSystem } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const program = exampleProgram({ capability: 'cap_net_admin=ep' });
const write = exampleOperation('sysctl.network');

export const networkSysctlsReadOnly: Rule = {
  id: 'network-sysctls-read-only',
  category: 'limit',
  severity: 'error',
  summary: 'The sysctls of the network are mounted read-only',
  explanation: `
## What it means

The process may write the sysctls of its network namespace, and the mount at \`/proc/sys\` is read-only:
open answers EROFS.

## Why

Container engines mount \`/proc/sys\` read-only, because most of what lies there belongs to the host. That
holds for the part that belongs to the container's own network namespace as well.

## What to do

Set the sysctl when the container is made (\`--sysctl net.ipv4.ip_forward=1\`), or run the container
privileged.
`,
  citations: ['mount(2), MS_RDONLY', 'proc_sys_net(5)'],
  check: (judged) =>
    denialFindings(networkSysctlsReadOnly, judged, (denial) =>
      refusalAt(denial, 'sysctl-mount') === null
        ? null
        : { fact: '/proc/sys/net is mounted read-only', about: '/proc/sys/net' },
    ),
  examples: [
    {
      title: 'in a container',
      system: exampleSystem({
        program,
        limits: { networkSysctlsReadOnly: known(true, 'an example') },
      }),
      operations: [write],
      finds: true,
    },
    {
      title: 'outside of one',
      system: exampleSystem({ program }),
      operations: [write],
      finds: false,
    },
  ],
};
