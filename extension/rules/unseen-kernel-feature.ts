import { unknown } from '../model/evidence.ts';
import { unseenAt } from './denial.ts';
import { exampleOperation, exampleProgram, exampleSystem } from './exampleSystem.ts';
import { doubtFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const program = exampleProgram({ capability: 'cap_net_admin=ep' });
const createWireguard = exampleOperation('wireguard.create');

export const unseenKernelFeature: Rule = {
  id: 'unseen-kernel-feature',
  category: 'limit',
  severity: 'information',
  summary: 'Whether the kernel has what is asked of it could not be seen',
  explanation: `
## What it means

No gate that was seen refuses the operation. Whether this kernel has the part that it is for could not
be seen, so there is no verdict.

## Why

The kernel's configuration tells, where it can be read: \`/proc/config.gz\`, or \`/boot/config-…\`, which a
container does not have. What is a module may be loaded when it is first used; to try that would change
the machine, and so it is not tried.

## What to do

Load the module (\`modprobe\`) and ask again, or try the operation.
`,
  citations: ['proc_config.gz(5)', 'modprobe(8)'],
  check: (judged) =>
    doubtFindings(unseenKernelFeature, judged, (doubt) => {
      const what = unseenAt(doubt, 'feature');
      return what === null ? null : { fact: `It could not be seen ${what}` };
    }),
  examples: [
    {
      title: 'a module that is not loaded',
      system: exampleSystem({
        program,
        features: { wireguard: unknown('the module wireguard is not loaded', '/proc/modules') },
      }),
      operations: [createWireguard],
      finds: true,
    },
    {
      title: 'a module that is loaded',
      system: exampleSystem({ program }),
      operations: [createWireguard],
      finds: false,
    },
  ],
};
