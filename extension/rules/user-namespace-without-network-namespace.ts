import { known } from '../model/evidence.ts';
import {
  exampleNamespace,
  exampleNamespaceRoot,
  exampleSystem,
  tunCreate,
} from './exampleSystem.ts';
import { lackFindings, launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

export const userNamespaceWithoutNetworkNamespace: Rule = {
  id: 'user-namespace-without-network-namespace',
  category: 'launch',
  severity: 'error',
  summary: 'Capabilities in a user namespace that does not own the network namespace',
  explanation: `
## What it means

The process holds the capability, often every capability, as root of a user namespace. The network
namespace it works in belongs to another user namespace, and there it holds nothing. That is what
\`unshare -Ur\` without \`-n\` gives, and a rootless container with the host's network.

## Why

A capability counts in the process's own user namespace and below. The checks of the network ask in
the user namespace that owns the network namespace: here one above. If it were otherwise, everybody
could reconfigure the host's network by becoming root of a namespace of their own.

## What to do

Make a network namespace together with the user namespace: \`unshare -Urn\`, or a sandbox. It has no
connection to the outside unless somebody gives it one (slirp4netns, pasta).
`,
  citations: [
    'user_namespaces(7), interaction of user namespaces and other types of namespaces',
    'ns_capable() in kernel/capability.c',
    'cap_capable() in security/commoncap.c',
  ],
  check: (judged) =>
    lackFindings(
      userNamespaceWithoutNetworkNamespace,
      judged,
      'held-in-other-namespace',
      ({ name }, { path }) => ({
        fact: `The program holds ${name} in its own user namespace, but the network namespace of ${launcherName(judged.system, path)} belongs to another one, and the kernel asks there`,
      }),
    ),
  examples: [
    {
      title: 'below unshare -Ur without -n',
      system: exampleSystem({ launcher: { credentials: exampleNamespaceRoot } }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'below unshare -Urn',
      system: exampleSystem({
        launcher: {
          credentials: exampleNamespaceRoot,
          networkNamespace: known({ id: '4026532803', owner: exampleNamespace }, 'an example'),
        },
      }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
