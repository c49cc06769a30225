import { known } from '../model/evidence.ts';
import type { System } from '../model/system.ts';
import { exampleSystem, tunCreate } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import { launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

export const ptraceForbiddenByYama: Rule = {
  id: 'ptrace-forbidden-by-yama',
  category: 'limit',
  severity: 'error',
  summary: 'Yama forbids the debugger to trace the program that it starts',
  explanation: `
## What it means

The debugger starts, and cannot start the program: \`ptrace\` answers EPERM.

## Why

The security module Yama has a switch, \`kernel.yama.ptrace_scope\`:

| value | who may trace                                                                          |
| ----- | -------------------------------------------------------------------------------------- |
| 0     | whoever the ordinary checks of ptrace(2) let                                           |
| 1     | those, where the program is a descendant, or has named the debugger with \`PR_SET_PTRACER\` |
| 2     | holders of CAP_SYS_PTRACE alone, also of a program that they start                     |
| 3     | nobody, until the next boot                                                            |

At 1, the usual value, a debugger may trace what it starts; only attaching to a program that runs
already is refused. Yama takes no capability from a program, at any value.

## What to do

Set it to 1. After 3 that takes a boot. Where it has to stay, a debugger started with
CAP_SYS_PTRACE may trace at 2.
`,
  citations: [
    'Documentation/admin-guide/LSM/Yama.rst',
    'ptrace(2), /proc/sys/kernel/yama/ptrace_scope',
    'yama_ptrace_traceme() in security/yama/yama_lsm.c',
  ],
  check: (judged) =>
    denialFindings(ptraceForbiddenByYama, judged, ({ path, verdict: { refusal } }) => {
      if (refusal.rule !== 'trace-refused') return null;
      const scope = `kernel.yama.ptrace_scope is ${refusal.scope}`;
      if (refusal.scope !== 2) return { fact: `${scope}, and nothing may be traced` };
      const who =
        path === 'ambient-debugger'
          ? 'the debugger with ambient capabilities'
          : `a debugger started from ${launcherName(judged.system, path)}`;
      return { fact: `${scope}, and ${who} has no CAP_SYS_PTRACE` };
    }),
  examples: [
    {
      title: 'ptrace_scope is 2, and the debugger has no capability',
      system: withScope(2),
      operations: [tunCreate],
      finds: true,
    },
    { title: 'ptrace_scope is 3', system: withScope(3), operations: [tunCreate], finds: true },
    { title: 'ptrace_scope is 1', system: withScope(1), operations: [tunCreate], finds: false },
  ],
};

function withScope(scope: number): System {
  return exampleSystem({ limits: { ptraceScope: known(scope, 'an example') } });
}
