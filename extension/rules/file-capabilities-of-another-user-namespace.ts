import { CAP_NET_ADMIN } from '../model/capability.ts';
import { emptySet, setOf } from '../model/capabilitySet.ts';
import { encodeFileCapability } from '../model/fileCapability.ts';
import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings } from './lack.ts';
import type { Rule } from './rule.ts';

const bytes = encodeFileCapability({
  permitted: setOf(CAP_NET_ADMIN),
  inheritable: emptySet,
  effective: true,
  rootId: 1000,
});

export const fileCapabilitiesOfAnotherUserNamespace: Rule = {
  id: 'file-capabilities-of-another-user-namespace',
  category: 'program',
  severity: 'error',
  summary: 'File capabilities that count in another user namespace only',
  explanation: `
## What it means

The attribute carries a root id (revision 3). It counts in user namespaces whose root is that user,
and nowhere else. Plain \`getcap\` prints it like any other; \`getcap -n\` shows \`[rootid=1000]\`.

## Why

Inside a user namespace an ordinary user may run setcap: \`unshare -r setcap …\`, rootless
containers, build sandboxes. The kernel then writes whose root it was, so that the file means
nothing outside: it is treated as a file without capabilities.

## What to do

Set the capabilities again as root outside the namespace, or run the program inside it.
`,
  citations: [
    'capabilities(7), namespaced file capabilities',
    'user_namespaces(7)',
    'rootid_owns_currentns() in security/commoncap.c',
  ],
  check: (judged) =>
    lackFindings(
      fileCapabilitiesOfAnotherUserNamespace,
      judged,
      'file-of-other-namespace',
      ({ file, rootId }) => ({
        fact: `The file capabilities of ${file.path} belong to user namespaces whose root is ${rootId === null ? 'a user unknown here' : `user ${rootId}`}, and the kernel ignores them elsewhere`,
      }),
    ),
  examples: [
    {
      title: 'set by unshare -r setcap, run outside',
      system: exampleSystem({
        program: { ...exampleProgram({}), capability: { kind: 'bytes', bytes } },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'set by root',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ep' }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
