import type { Errno } from '../model/errno.ts';
import { known } from '../model/evidence.ts';
import { exampleSystem, tunCreate } from './exampleSystem.ts';
import { namespaceRefusal } from './denial.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

export const userNamespacesForbidden: Rule = {
  id: 'user-namespaces-forbidden',
  category: 'limit',
  severity: 'information',
  summary: 'User namespaces are forbidden here, so that there is no sandbox',
  explanation: `
## What it means

A sandbox, the repair that needs no privilege, cannot be made: the kernel refuses a new user
namespace.

## Why

\`user.max_user_namespaces\` limits how many there may be; 0 forbids them, and unshare(2) answers
ENOSPC; \`user.max_net_namespaces\` does the same for the network namespace of the sandbox. Debian's
switch \`kernel.unprivileged_userns_clone\` set to 0 keeps them for root, and unshare(2) answers
EPERM.

The limits of all user namespaces above count too, and how many are in use is told nowhere. So one is
created to try, in a child process that ends at once.

## What to do

Where the machine is yours, allow them. Otherwise use ambient capabilities or a TUN device of your
own.
`,
  citations: [
    'user_namespaces(7)',
    'namespaces(7), /proc/sys/user',
    'create_user_ns() in kernel/user_namespace.c',
  ],
  check: (judged) =>
    denialFindings(userNamespacesForbidden, judged, ({ verdict: { refusal, errno } }) => {
      switch (namespaceRefusal(refusal)) {
        case 'attempt':
          return {
            fact: `A user namespace was to be created to try, in vain: ${attemptMeaning(errno)}`,
            confidence: 'likely',
          };
        case 'max-user-namespaces':
          return { fact: 'user.max_user_namespaces is 0, and a sandbox cannot be made' };
        case 'unprivileged-userns-clone':
          return { fact: 'kernel.unprivileged_userns_clone is 0, and a sandbox cannot be made' };
        case 'max-net-namespaces':
          return { fact: 'user.max_net_namespaces is 0, and a sandbox cannot be made' };
        default:
          return null;
      }
    }),
  examples: [
    {
      title: 'user.max_user_namespaces is 0',
      system: exampleSystem({ limits: { maxUserNamespaces: known(0, 'an example') } }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'user.max_net_namespaces is 0',
      system: exampleSystem({ limits: { maxNetworkNamespaces: known(0, 'an example') } }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'kernel.unprivileged_userns_clone is 0',
      system: exampleSystem({ limits: { unprivilegedUserNamespaces: known(0, 'an example') } }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'all that are allowed are in use',
      system: exampleSystem({
        launcher: {
          sandboxAttempt: known(
            {
              refusal: { call: 'unshare(CLONE_NEWUSER)', errno: 'ENOSPC' },
              chrooted: false,
            },
            'an example',
          ),
        },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'both allow them',
      system: exampleSystem({}),
      operations: [tunCreate],
      finds: false,
    },
  ],
};

function attemptMeaning(errno: Errno): string {
  return errno === 'ENOSPC'
    ? 'as many as user.max_user_namespaces allows here, or in a user namespace above, are in use'
    : 'a security module, a seccomp filter or a changed root directory, none of which could be seen, has refused it';
}
