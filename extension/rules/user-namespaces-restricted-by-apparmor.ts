import { known } from '../model/evidence.ts';
import type { System } from '../model/system.ts';
import { exampleSystem, tunCreate } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import { launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

const unconfined: Partial<System['launcher']> = {
  securityLabel: 'unconfined',
  sandboxAttempt: known(
    { refusal: { call: 'write(/proc/self/uid_map)', errno: 'EPERM' }, chrooted: false },
    'an example',
  ),
};
const restricted = { appArmorUserNamespaces: known(1, 'an example') };

export const userNamespacesRestrictedByApparmor: Rule = {
  id: 'user-namespaces-restricted-by-apparmor',
  category: 'limit',
  severity: 'information',
  summary: 'AppArmor takes away what a user namespace gives, so that a sandbox is of no use',
  explanation: `
## What it means

\`unshare\` succeeds, and the sandbox cannot be set up: writing its id map, or a later call such as
bringing up its loopback device, answers EPERM or EACCES.

## Why

Ubuntu (since 23.10) sets \`kernel.apparmor_restrict_unprivileged_userns\`. A process without
CAP_SYS_ADMIN that AppArmor does not confine may still create a user namespace, and is moved to the
profile \`unprivileged_userns\`, in which it holds no capability. A program with a profile of its own
that says \`userns,\` is spared; browsers and VS Code come with one, and a shell has none.

The finding is \`likely\`: the rules of a loaded profile cannot be read without privilege.

## What to do

Give the program that makes the sandbox a profile:

\`\`\`
# /etc/apparmor.d/unshare-for-sandboxes, then: sudo apparmor_parser --replace that file
abi <abi/4.0>,
include <tunables/global>
profile unshare-for-sandboxes /usr/bin/unshare flags=(unconfined) {
  userns,
}
\`\`\`

That is open to all that can run \`unshare\`. The switch set to 0 lifts the restriction for every
program.
`,
  citations: [
    'Ubuntu security documentation, “Unprivileged user namespace restrictions”',
    'apparmor.d(5), userns rules',
  ],
  check: (judged) =>
    denialFindings(userNamespacesRestrictedByApparmor, judged, ({ path, verdict: { refusal } }) =>
      refusal.rule === 'sandbox-refused' && refusal.cause === 'apparmor-restriction'
        ? {
            fact: `kernel.apparmor_restrict_unprivileged_userns is 1 and no AppArmor profile confines ${launcherName(judged.system, path)}, so it is likely to hold nothing in a user namespace that it creates`,
            confidence: 'likely',
          }
        : null,
    ),
  examples: [
    {
      title: 'an unconfined shell on Ubuntu',
      system: exampleSystem({ limits: restricted, launcher: unconfined }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'a terminal of VS Code, which has a profile',
      system: exampleSystem({
        limits: restricted,
        launcher: { securityLabel: 'vscode (unconfined)' },
      }),
      operations: [tunCreate],
      finds: false,
    },
    {
      title: 'the switch is 0',
      system: exampleSystem({ launcher: { securityLabel: 'unconfined' } }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
