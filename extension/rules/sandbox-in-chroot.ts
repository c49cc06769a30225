import { known } from '../model/evidence.ts';
import { exampleSystem, tunCreate } from './exampleSystem.ts';
import { namespaceRefusal } from './denial.ts';
import { denialFindings } from './findings.ts';
import { launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

export const sandboxInChroot: Rule = {
  id: 'sandbox-in-chroot',
  category: 'launch',
  severity: 'information',
  summary: 'In a chroot the kernel creates no user namespace, so that there is no sandbox',
  explanation: `
## What it means

The process runs in a changed root directory, and \`unshare\` answers EPERM, for root as for anyone.

## Why

With the capabilities of a user namespace a process could leave its root directory by chroot(2). So
\`create_user_ns()\` refuses where the root of the process is not the root of its mount namespace. A
container has a root that is (pivot_root(2)); a build chroot (schroot, debootstrap) has not.

## What to do

Make the sandbox outside, and enter the chroot within it; or let what makes the chroot use
pivot_root(2), as \`systemd-nspawn\` and \`bwrap\` do.
`,
  citations: [
    'user_namespaces(7)',
    'unshare(2), EPERM',
    'current_chrooted() in fs/namespace.c',
    'create_user_ns() in kernel/user_namespace.c',
  ],
  check: (judged) =>
    denialFindings(sandboxInChroot, judged, ({ path, verdict: { refusal } }) =>
      namespaceRefusal(refusal) === 'chrooted'
        ? {
            fact: `The root directory of ${launcherName(judged.system, path)} is not that of its mount namespace, and a sandbox cannot be made`,
          }
        : null,
    ),
  examples: [
    {
      title: 'a shell in a chroot',
      system: exampleSystem({
        launcher: {
          sandboxAttempt: known(
            { refusal: { call: 'unshare(CLONE_NEWUSER)', errno: 'EPERM' }, chrooted: true },
            'an example',
          ),
        },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'a shell in the root of its mount namespace',
      system: exampleSystem({}),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
