import { exampleMount, exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

export const programOnNoexecMount: Rule = {
  id: 'program-on-noexec-mount',
  category: 'program',
  severity: 'error',
  summary: 'A program on a mount from which nothing may be executed',
  explanation: `
## What it means

The exec itself is refused with EACCES, “Permission denied”, whatever the mode of the file is.

## Why

The mount has the option \`noexec\`. The kernel asks that of the file and of every interpreter. As
with nosuid, the flag belongs to the mount and not to the filesystem.

## What to do

Build on another mount.
`,
  citations: ['mount(8), noexec', 'path_noexec() in fs/exec.c'],
  check: (judged) =>
    denialFindings(programOnNoexecMount, judged, ({ verdict: { refusal } }) =>
      refusal.rule === 'noexec-mount'
        ? {
            fact: `${refusal.path} lies below ${refusal.mountPoint}, which is mounted noexec, and nothing on it may be executed`,
          }
        : null,
    ),
  examples: [
    {
      title: 'a program on a noexec mount',
      system: exampleSystem({
        program: exampleProgram({ mount: { ...exampleMount, noexec: true } }),
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'an ordinary mount',
      system: exampleSystem({}),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
