import { unknown } from '../model/evidence.ts';
import { unseenAt } from './denial.ts';
import { exampleOperation, exampleSystem } from './exampleSystem.ts';
import { doubtFindings } from './findings.ts';
import type { Rule } from './rule.ts';

export const unseenNetworkLimit: Rule = {
  id: 'unseen-network-limit',
  category: 'limit',
  severity: 'information',
  summary: 'A setting that decides could not be read',
  explanation: `
## What it means

Whether the operation is allowed depends on a sysctl, a mount or a file of the system, and that could
not be read.

## Why

\`/proc/sys/net\` shows the network namespace of the process that reads it. For a process in another
network namespace it shows the wrong one, and so it was not used.

## What to do

Ask from a process in that network namespace, such as the terminal itself.
`,
  citations: ['proc_sys_net(5)', 'ip(7), ip_unprivileged_port_start', 'icmp(7), ping_group_range'],
  check: (judged) =>
    doubtFindings(unseenNetworkLimit, judged, (doubt) => {
      const what = unseenAt(
        doubt,
        'ping-group-range',
        'low-port',
        'initial-capability',
        'user-namespace',
        'network-namespace',
        'sysctl-mount',
        'xtables-lock',
      );
      return what === null ? null : { fact: `What decides could not be seen: ${what}` };
    }),
  examples: [
    {
      title: 'ping_group_range of another network namespace',
      system: exampleSystem({
        limits: {
          pingGroupRange: unknown('it is that of another network namespace', '/proc/sys/net'),
        },
      }),
      operations: [exampleOperation('socket.ping')],
      finds: true,
    },
    {
      title: 'ping_group_range was read',
      system: exampleSystem({}),
      operations: [exampleOperation('socket.ping')],
      finds: false,
    },
  ],
};
