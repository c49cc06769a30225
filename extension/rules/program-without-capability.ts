import { exampleOperation, exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings, launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

export const programWithoutCapability: Rule = {
  id: 'program-without-capability',
  category: 'program',
  severity: 'error',
  summary: 'Nothing gives the program the capability that the kernel asks for',
  explanation: `
## What it means

The program has no file capabilities, and the process that starts it has none to pass on. The
program runs with empty sets, and the first privileged call is refused.

## Why

The kernel asks for one capability, such as CAP_NET_ADMIN for a new TUN device or CAP_NET_RAW for a
packet socket. At exec a process of an ordinary user gets capabilities from two places only: the
\`security.capability\` attribute of the file, and the ambient set of the process that execs it.

A rebuild writes a new file, and the attribute is gone; so it is after \`cp\`, \`strip\`, \`chown\`,
and out of every archive and every checkout.

## What to do

Least privilege first: run it in a sandbox (nothing needed, no outside world), start it with ambient
capabilities (survives rebuilds and debuggers), create the TUN device once and give it to yourself
(then no capability is asked), or set file capabilities after each build.
`,
  citations: [
    'capabilities(7), transformation of capabilities during execve()',
    'cap_bprm_creds_from_file() in security/commoncap.c',
  ],
  check: (judged) =>
    lackFindings(
      programWithoutCapability,
      judged,
      'nothing-grants-it',
      ({ file, name }, { path, verdict }) =>
        // Which ports need no privilege is the nearer cause there.
        verdict.refusal.rule === 'gate' && verdict.refusal.gate === 'low-port'
          ? null
          : {
              fact: `${file.path} has no file capabilities, and ${launcherName(judged.system, path)} passes no ${name} on`,
            },
    ),
  examples: [
    {
      title: 'a plain program creates a TUN device',
      system: exampleSystem({}),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'a plain program opens a packet socket',
      system: exampleSystem({}),
      operations: [exampleOperation('socket.packet')],
      finds: true,
    },
    {
      title: 'the file grants the capability on every path that honours it',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ep' }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
