import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import { launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

export const programNotExecutable: Rule = {
  id: 'program-not-executable',
  category: 'program',
  severity: 'error',
  summary: 'A program that the user may not execute',
  explanation: `
## What it means

The exec itself is refused: execve answers EACCES, “Permission denied”.

## Why

The kernel takes one class of permission bits: the owner's for the owner, else the group's for its
members, else the others'. The execute bit of that class is missing. Root needs at least one execute
bit of any class. For a script the same is asked of every interpreter.

## What to do

Make it executable, where the file is yours.
`,
  citations: ['execve(2), EACCES', 'path_resolution(7)', 'generic_permission() in fs/namei.c'],
  check: (judged) =>
    denialFindings(programNotExecutable, judged, ({ path: launchPath, verdict: { refusal } }) => {
      if (refusal.rule !== 'not-executable') return null;
      const { path, mode, uid, gid } = refusal;
      return {
        fact: `${path} has mode ${mode.toString(8).padStart(4, '0')}, owner ${uid} and group ${gid}, and ${launcherName(judged.system, launchPath)} may not execute it`,
      };
    }),
  examples: [
    {
      title: 'mode 0644',
      system: exampleSystem({ program: exampleProgram({ mode: 0o644 }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'mode 0755',
      system: exampleSystem({ program: exampleProgram({ mode: 0o755 }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
