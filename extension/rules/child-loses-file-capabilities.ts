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

## What to do

The parent can raise the capability as ambient before it execs: first inheritable with capset(2),
then PR_CAP_AMBIENT_RAISE. Or give the program what it needs itself.
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
