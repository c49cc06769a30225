import { interpretersOf } from '../../model/programFile.ts';
import { pathText } from '../../model/unit/sandbox.ts';
import { realPath } from '../../model/unit/mountView.ts';
import { adding, findingOn, ifHelpful, lastOrigin, starts, stepsOf } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** NoExecPaths= covers the program. */
export const programOnNoexecPath: UnitRule = {
  id: 'program-on-noexec-path',
  category: 'namespace',
  severity: 'error',
  summary: 'NoExecPaths= covers the program that the unit is to start',
  explanation: `
## What it means

The command does not start: 203/EXEC, “Permission denied”.

## Why

\`NoExecPaths=\` makes its paths noexec mounts for the unit, and execve(2) answers EACCES on such a mount.
The program needs its loader and its libraries as well, which lie below /usr on most systems.

## What to do

Except them with \`ExecPaths=\`.
`,
  citations: ['systemd.exec(5), ExecPaths=, NoExecPaths=', 'path_noexec() in fs/exec.c'],
  check: (judged) => {
    const step = stepsOf(judged, 'unit-start-refused').find(
      ({ reason }) => reason.cause === 'program-not-executable' && reason.setting !== null,
    );
    // A mount that another setting makes at the same place is without exec for this one.
    const origin = lastOrigin(judged, 'NoExecPaths');
    if (step === undefined || origin === null) return [];
    const program = pathText(step.command.execution.command.program) ?? 'the program';
    const { status } = step.reason;
    const { programs, paths: known } = judged.system;
    const found = programs.get(program);
    const chain = [program, ...(found?.kind === 'file' ? interpretersOf(found.file) : [])].map(
      (path) => realPath(path, known),
    );
    const elsewhere = chain.filter((path) => !path.startsWith('/usr/'));
    const paths = [...new Set([...elsewhere, '/usr'])].join(' ');
    const fixes = ifHelpful(judged, adding(judged, origin, `ExecPaths=${paths}`), starts);
    const covered = chain.length === 1 ? program : `${program} or its interpreter`;
    const message = `NoExecPaths= covers ${covered}, and nothing excepts it: the start fails with ${status}.`;
    return [findingOn(programOnNoexecPath, origin, message, { fixes })];
  },
  examples: [
    { title: 'everything is covered', lines: ['NoExecPaths=/'], finds: true },
    {
      title: 'also the interpreter of a script',
      lines: ['NoExecPaths=/'],
      script: true,
      finds: true,
    },
    { title: 'with an exception', lines: ['NoExecPaths=/', 'ExecPaths=/usr'], finds: false },
  ],
};
