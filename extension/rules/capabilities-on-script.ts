import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings } from './lack.ts';
import type { Rule } from './rule.ts';

const interpreter = (capability?: string) =>
  exampleProgram({
    path: '/usr/bin/python3.13',
    uid: 0,
    gid: 0,
    ...(capability === undefined ? {} : { capability }),
  });

export const capabilitiesOnScript: Rule = {
  id: 'capabilities-on-script',
  category: 'program',
  severity: 'error',
  summary: 'File capabilities on a script, where only those of the interpreter count',
  explanation: `
## What it means

The file starts with \`#!\`, and the capabilities were set on it. The process that runs is the
interpreter, and it gets nothing from the script's attribute.

## Why

The kernel replaces a script by its interpreter before it computes credentials: only the last file
of the chain counts, for capabilities as for set-id bits. Otherwise whoever changes the script
between the exec and the moment the interpreter opens it would run with its privileges.

## What to do

Do not set them on the interpreter: every script of every user would have them. Start the script
with ambient capabilities, which pass through interpreters; or put the privileged part into a small
program.
`,
  citations: ['execve(2), interpreter scripts', 'bprm_creds_from_file() in fs/exec.c'],
  check: (judged) =>
    lackFindings(capabilitiesOnScript, judged, 'capabilities-on-script', ({ script, file }) => ({
      fact: `${script} carries file capabilities, but it is a script: the kernel runs ${file.path}, and only the capabilities of that file count`,
    })),
  examples: [
    {
      title: 'cap_net_admin=ep on a Python script',
      system: exampleSystem({
        program: exampleProgram({
          path: '/home/dev/tunnel/tunnel.py',
          capability: 'cap_net_admin=ep',
          format: { kind: 'script', interpreter: interpreter() },
        }),
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'a script without an attribute',
      system: exampleSystem({
        program: exampleProgram({
          path: '/home/dev/tunnel/tunnel.py',
          format: { kind: 'script', interpreter: interpreter('cap_net_admin=ep') },
        }),
      }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
