import { known } from '../model/evidence.ts';
import {
  exampleNamespace,
  exampleNamespaceRoot,
  exampleOperation,
  exampleSystem,
} from './exampleSystem.ts';
import { lackFindings } from './lack.ts';
import type { Rule } from './rule.ts';

export const capabilityOfTheInitialUserNamespace: Rule = {
  id: 'capability-of-the-initial-user-namespace',
  category: 'launch',
  severity: 'error',
  summary: 'A capability that counts in the initial user namespace only',
  explanation: `
## What it means

The process holds the capability, often every capability, as root of a user namespace. This call asks
for it in the initial user namespace, and no other is good enough: not in a sandbox, not in a rootless
container, not with a network namespace of one's own.

## Why

Most checks of the network ask in the user namespace that owns the network namespace. A few guard what
belongs to the whole machine: memory for buffers beyond the limit, BPF programs that the kernel's
verifier alone holds back, options that are known to be dangerous. They use \`capable()\`, which asks in
the initial user namespace.

## What to do

Start the program outside of the user namespace, with the capability. Often there is a way that needs
none: SO_RCVBUF up to \`net.core.rmem_max\`, IFLA_TXQLEN of rtnetlink in the place of SIOCSIFTXQLEN, no
IFF_NAPI_FRAGS.
`,
  citations: [
    'user_namespaces(7), interaction of user namespaces and other types of namespaces',
    'capable() in kernel/capability.c',
  ],
  check: (judged) =>
    lackFindings(
      capabilityOfTheInitialUserNamespace,
      judged,
      'held-below-initial-namespace',
      ({ name }) => ({
        fact: `The program holds ${name} in a user namespace of its own, and the kernel asks in the initial one`,
      }),
    ),
  examples: [
    {
      title: 'a receive buffer beyond the limit, below unshare -Urn',
      system: exampleSystem({
        launcher: {
          credentials: exampleNamespaceRoot,
          networkNamespace: known({ id: '4026532803', owner: exampleNamespace }, 'an example'),
        },
      }),
      operations: [exampleOperation('option.receive-buffer-force')],
      finds: true,
    },
    {
      title: 'a mark, below unshare -Urn',
      system: exampleSystem({
        launcher: {
          credentials: exampleNamespaceRoot,
          networkNamespace: known({ id: '4026532803', owner: exampleNamespace }, 'an example'),
        },
        limits: { maxUserNamespaces: known(95000, 'an example') },
      }),
      operations: [exampleOperation('option.mark')],
      finds: false,
    },
  ],
};
