import { CAP_NET_ADMIN } from '../model/capability.ts';
import { setOf } from '../model/capabilitySet.ts';
import { known } from '../model/evidence.ts';
import { exampleProgram, exampleSystem, exampleUser, tunCreate } from './exampleSystem.ts';
import { lackFindings, launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

const held = setOf(CAP_NET_ADMIN);

export const childLosesFileCapabilities: Rule = {
  id: 'child-loses-file-capabilities',
  category: 'launch',
  severity: 'warning',
  summary: 'A process that holds the capability and does not pass it to the program it starts',
  explanation: `
## What it means

The program is started by a process that holds the capability, by its file capabilities for example,
and starts without it.

## Why

Permitted and effective capabilities belong to the program that runs, not to what it execs. At exec
the kernel computes both sets anew from the new file; only ambient capabilities pass on to a file
without an attribute. So \`setcap\` on a launcher, on \`node\` or on a test runner does nothing for
the programs below it.

What a child gets, where its parent knows nothing of capabilities:

| file capabilities                     | the child has                                      |
| ------------------------------------- | -------------------------------------------------- |
| on the parent alone                   | nothing                                            |
| on the child alone                    | what its own file grants                           |
| on both                               | what its own file grants, and nothing of the parent’s |
| on the parent, which raises ambient   | what the parent raised                             |
| the same, and any on the child        | what its own file grants: ambient is cleared       |

## What to do

The parent can raise the capability as ambient before it execs: first inheritable with capset(2),
then PR_CAP_AMBIENT_RAISE. The repair shows the code. It works below no_new_privs too, where the
parent holds the capability at all, and not under the securebit NO_CAP_AMBIENT_RAISE.

Or give the program file capabilities of its own. Or start the parent with ambient capabilities,
from a file that has none: its own would clear them.
`,
  citations: [
    'capabilities(7), transformation of capabilities during execve()',
    'PR_CAP_AMBIENT in prctl(2)',
  ],
  check: (judged) =>
    lackFindings(
      childLosesFileCapabilities,
      judged,
      'not-passed-on',
      ({ file, name }, { path }) => ({
        fact:
          path === 'child'
            ? `A parent that holds ${name} execs ${file.path}, which has no file capabilities, and permitted capabilities end at exec unless they are ambient`
            : `${launcherName(judged.system, path)} holds ${name}, but not as ambient, and permitted capabilities end at the exec of ${file.path}`,
      }),
    ),
  examples: [
    {
      title: 'a plain program below a parent with the capability',
      system: exampleSystem({}),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'a shell that holds the capability without having it ambient',
      system: exampleSystem({
        launcher: {
          credentials: known({ ...exampleUser, permitted: held, effective: held }, 'an example'),
        },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'a program with file capabilities of its own',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ep' }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
