import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

export const programFormatRefused: Rule = {
  id: 'program-format-refused',
  category: 'program',
  severity: 'error',
  summary: 'A program that the kernel cannot start for what its first bytes say',
  explanation: `
## What it means

The file may be executed, and no part of the kernel can start it: execve answers ENOEXEC for a
format it does not know, ENOENT where an interpreter is missing, ELOOP where scripts name each other
as interpreters more than five times.

## Why

The first bytes decide: \`#!\` and the path of an interpreter, or an ELF header for this machine.
“No such file or directory” for a file that is there means its interpreter: the program behind
\`#!\`, often with a carriage return at the end of the line, or the dynamic linker of an ELF file.

## What to do

Build it for this machine, install the interpreter that it names, or correct the first line.
`,
  citations: ['execve(2), ENOEXEC, ENOENT, ELOOP', 'search_binary_handler() in fs/exec.c'],
  check: (judged) =>
    denialFindings(programFormatRefused, judged, ({ verdict: { refusal } }) => {
      if (refusal.rule === 'format-refused') {
        return { fact: `The kernel cannot start ${refusal.path}: ${refusal.problem}` };
      }
      if (refusal.rule === 'interpreter-takes-no-file') {
        return {
          fact: `A binfmt_misc entry hands its file over to ${refusal.path}, which needs an interpreter of its own`,
        };
      }
      return refusal.rule === 'too-many-interpreters'
        ? {
            fact: `${judged.system.program.file.path} is a script whose interpreters are scripts, more than five deep`,
          }
        : null;
    }),
  examples: [
    {
      title: 'an object file',
      system: exampleSystem({
        program: exampleProgram({
          format: { kind: 'refused', errno: 'ENOEXEC', problem: 'it is not an executable' },
        }),
      }),
      operations: [tunCreate],
      finds: true,
    },
    { title: 'an executable', system: exampleSystem({}), operations: [tunCreate], finds: false },
  ],
};
