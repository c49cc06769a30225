import { casesOf, reasonOf } from './denial.ts';
import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { unique } from './findings.ts';
import type { Rule } from './rule.ts';

export const setUserIdProgram: Rule = {
  id: 'set-user-id-program',
  category: 'program',
  severity: 'information',
  summary: 'A set-user-ID root program, which gains every capability',
  explanation: `
## What it means

The file belongs to root and has the set-user-ID bit. Whoever runs it becomes root for the effective
user id and gains every capability of the bounding set: far more than the one that a network program
needs.

## Why

At exec the kernel takes the effective user id from the file's owner. Root then is given all
capabilities, unless the securebit NOROOT forbids it or the file has capabilities of its own.
The ambient set is cleared, and the process runs in secure-execution mode.

## What to do

Remove the bit with \`chmod u-s\` and grant the one capability that is needed, by file or ambient.
`,
  citations: [
    'execve(2), set-user-ID',
    'bprm_fill_uid() in fs/exec.c',
    'handle_privileged_root() in security/commoncap.c',
  ],
  check: (judged) => {
    const { path } = judged.system.program.file;
    const gaining = casesOf(judged).filter(
      ({ verdict }) =>
        verdict.kind === 'allowed' &&
        reasonOf(verdict, 'set-user-id') &&
        reasonOf(verdict, 'root-gains-all')?.uid === 'effective',
    );
    const [first] = gaining;
    if (first === undefined) return [];
    return [
      {
        rule: setUserIdProgram.id,
        severity: setUserIdProgram.severity,
        confidence: 'proven',
        subject: {
          path,
          launchPaths: unique(gaining.map((each) => each.path)),
          operations: unique(gaining.map(({ operation }) => operation.id)),
        },
        message: `${path} is set-user-ID root: it runs with effective user id 0 and gains every capability of the bounding set, not only the one that is needed.`,
        reasons: first.verdict.reasons,
        fixes: [],
      },
    ];
  },
  examples: [
    {
      title: 'mode 4755, owner root',
      system: exampleSystem({ program: exampleProgram({ mode: 0o4755, uid: 0 }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the bit on a nosuid mount',
      system: exampleSystem({ program: exampleProgram({ mode: 0o4755, uid: 0, nosuid: true }) }),
      operations: [tunCreate],
      finds: false,
    },
    {
      title: 'mode 0755',
      system: exampleSystem({ program: exampleProgram({ uid: 0 }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
