import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings } from './lack.ts';
import type { Rule } from './rule.ts';

export const ambientClearedByIdChange: Rule = {
  id: 'ambient-cleared-by-id-change',
  category: 'launch',
  severity: 'error',
  summary: 'Ambient capabilities that are cleared because the exec changes a user or group id',
  explanation: `
## What it means

The process that starts the program holds the capability in its ambient set, and the file's
set-user-ID or set-group-ID bit changes the effective ids. The ambient set is cleared.

## Why

Ambient capabilities belong to the user who raised them. An exec that changes the effective user id,
or the effective group id to a group the process was not in, ends them. Before Linux 6.16 the new
ids were compared with the real ones, so that even a process whose ids differed already lost them.

## What to do

Remove the set-id bit with \`chmod ug-s\` where it is not needed. Otherwise set file capabilities:
they count with the bit.
`,
  citations: [
    'capabilities(7), “Ambient”',
    'cap_bprm_creds_from_file() and id_changed in security/commoncap.c',
  ],
  check: (judged) =>
    lackFindings(
      ambientClearedByIdChange,
      judged,
      'ambient-cleared-by-id-change',
      ({ file, name }) => ({
        fact: `${name} was ambient, but the exec of ${file.path} changes the effective user or group id, and the kernel clears the ambient set then`,
      }),
    ),
  examples: [
    {
      title: 'set-user-ID to another ordinary user, started with ambient cap_net_admin',
      system: exampleSystem({ program: exampleProgram({ mode: 0o4755, uid: 2000 }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'set-user-ID to the user who starts it',
      system: exampleSystem({ program: exampleProgram({ mode: 0o4755 }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
