import { refusalAt } from './denial.ts';
import { exampleOperation, exampleProgram, exampleSystem } from './exampleSystem.ts';
import { lackFindings } from './lack.ts';
import type { Rule } from './rule.ts';

const bindLowPort = exampleOperation('bind.low-port');

export const unprivilegedPortStart: Rule = {
  id: 'unprivileged-port-start',
  category: 'limit',
  severity: 'error',
  summary: 'A port that is below the unprivileged ones',
  explanation: `
## What it means

The program binds a port for which the kernel asks a privilege, and holds no CAP_NET_BIND_SERVICE:
bind answers EACCES.

## Why

Ports from 1 up to \`net.ipv4.ip_unprivileged_port_start\` need the capability in the network
namespace; the default is 1024, and it covers IPv6 as well. Each network namespace has its own
value. Port 0 asks the kernel for any free port and is open to all.

## What to do

Bind a higher port in development, lower the sysctl, or give the program CAP_NET_BIND_SERVICE. In a
sandbox every port is free.
`,
  citations: ['ip(7), ip_unprivileged_port_start', '__inet_bind() in net/ipv4/af_inet.c'],
  check: (judged) => {
    const { limits, request } = judged.system;
    const { unprivilegedPortStart: start } = limits;
    const below =
      start.kind === 'known'
        ? `is below net.ipv4.ip_unprivileged_port_start, which is ${start.value}`
        : 'needs a privilege';
    return lackFindings(
      unprivilegedPortStart,
      judged,
      'nothing-grants-it',
      ({ file, name }, denial) =>
        refusalAt(denial, 'low-port')
          ? { fact: `Port ${request.port} ${below}, and ${file.path} has no ${name}` }
          : null,
    );
  },
  examples: [
    {
      title: 'port 80',
      system: exampleSystem({}),
      operations: [bindLowPort],
      finds: true,
    },
    {
      title: 'port 8080',
      system: exampleSystem({ request: { port: 8080 } }),
      operations: [bindLowPort],
      finds: false,
    },
    {
      title: 'port 80 with cap_net_bind_service=ep',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_bind_service=ep' }) }),
      operations: [bindLowPort],
      finds: false,
    },
  ],
};
