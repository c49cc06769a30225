import { known } from '../model/evidence.ts';
import { refusalAt } from './denial.ts';
import { exampleOperation, exampleSystem } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';
import { groupMissingInSession } from './sessionGroup.ts';

const socketPing = exampleOperation('socket.ping');

export const pingGroupRange: Rule = {
  id: 'ping-group-range',
  category: 'limit',
  severity: 'warning',
  summary: 'Ping sockets are open to other groups only',
  explanation: `
## What it means

A ping socket (\`SOCK_DGRAM\` with \`IPPROTO_ICMP\`) needs no capability. It needs a group within
\`net.ipv4.ping_group_range\`, and the process has none: socket answers EACCES.

## Why

The sysctl belongs to the network namespace. Its default is \`1 0\`, which is nobody; systemd opens
it to all groups on the host. A new network namespace, a container's or a sandbox's, starts with the
default again. CAP_NET_RAW does not help here: it opens raw sockets, which are another kind.

## What to do

Widen the range in that network namespace. A program may try a raw socket instead, with CAP_NET_RAW.
`,
  citations: ['icmp(7), ping_group_range', 'ping_init_sock() in net/ipv4/ping.c'],
  check: (judged) =>
    denialFindings(pingGroupRange, judged, (denial) => {
      const { looked } = refusalAt(denial, 'ping-group-range') ?? {};
      if (looked?.kind !== 'sysctl' || groupMissingInSession(judged.system, denial)) return null;
      const where = denial.path === 'sandbox' ? ' in a new network namespace' : '';
      return { fact: `${looked.name} is ${looked.value}${where}, and ${looked.detail}` };
    }),
  examples: [
    {
      title: 'the kernel’s default, 1 0',
      system: exampleSystem({}),
      operations: [socketPing],
      finds: true,
    },
    {
      title: 'all groups, and yet not in a sandbox',
      system: exampleSystem({ limits: { pingGroupRange: known([0, 2147483647], 'an example') } }),
      operations: [socketPing],
      finds: true,
    },
    {
      title: 'another operation',
      system: exampleSystem({}),
      operations: [exampleOperation('socket.raw')],
      finds: false,
    },
  ],
};
