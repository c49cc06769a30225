import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings } from './lack.ts';
import type { Rule } from './rule.ts';

export const fileCapabilityWithoutEffectiveFlag: Rule = {
  id: 'file-capability-without-effective-flag',
  category: 'program',
  severity: 'error',
  summary: 'A file capability that is permitted and not effective',
  explanation: `
## What it means

The file was given the capability with \`+p\`, without \`e\`. The program may raise it, and until it
does the kernel acts as if it were not there.

## Why

A file has one effective flag for all its capabilities. With it, everything that the exec permits is
effective from the first instruction. Without it the program starts with an empty effective set and
has to call capset(2) or cap_set_proc(3) first. That is a sound design for programs that know of
capabilities. This verdict is about the moment after exec: it does not see what the program does
later.

## What to do

Where the program raises the capability itself, all is well. Otherwise set it with \`ep\`.
`,
  citations: [
    'capabilities(7), file capabilities, “Effective”',
    'cap_bprm_creds_from_file() in security/commoncap.c',
  ],
  check: (judged) =>
    lackFindings(fileCapabilityWithoutEffectiveFlag, judged, 'not-effective', ({ file, name }) => ({
      fact: `${file.path} carries ${name} without the effective flag: it is permitted, and counts only once the program raises it`,
    })),
  examples: [
    {
      title: 'cap_net_admin=p',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=p' }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'cap_net_admin=ep',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ep' }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
