import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings, launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

export const inheritableOnlyFileCapability: Rule = {
  id: 'inheritable-only-file-capability',
  category: 'program',
  severity: 'error',
  summary: 'A file capability that is only inheritable',
  explanation: `
## What it means

The file lists the capability with the flag \`i\` and not with \`p\`. \`getcap\` shows it, and the
program runs without it.

## Why

An inheritable file capability is one half of a pair: the exec permits it only where the process has
it in its inheritable set as well. Ordinary shells have an empty inheritable set; pam_cap(8) or a
launcher has to fill it.

## What to do

Set the capability with \`ep\`, or start the program by a process that has it as inheritable: the
ambient launcher does that.
`,
  citations: [
    'capabilities(7), file capabilities, “Inheritable”',
    'pam_cap(8)',
    'bprm_caps_from_vfs_caps() in security/commoncap.c',
  ],
  check: (judged) =>
    lackFindings(
      inheritableOnlyFileCapability,
      judged,
      'inheritable-unmet',
      ({ file, name }, { path }) => ({
        fact: `${file.path} carries ${name} as inheritable only, and the inheritable set of ${launcherName(judged.system, path)} does not have it`,
      }),
    ),
  examples: [
    {
      title: 'cap_net_admin=ei, started by an ordinary shell',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ei' }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'cap_net_admin=eip',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=eip' }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
