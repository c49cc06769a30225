import { gainOf } from './downgrade.ts';
import { exampleOperation, exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings } from './lack.ts';
import type { Rule } from './rule.ts';

export const fileCapabilitiesUnderPtrace: Rule = {
  id: 'file-capabilities-under-ptrace',
  category: 'launch',
  severity: 'warning',
  summary: 'A debugger keeps the program from gaining its file capabilities',
  explanation: `
## What it means

The program works from the terminal and is refused under gdb, lldb or strace. The debugger does
nothing wrong and says nothing: the kernel starts the traced program without what the file grants.

## Why

Whoever traces a process can make it do anything, so a program under ptrace may not gain more than
the process that execs it held, unless the tracer has CAP_SYS_PTRACE. The exec does not fail; the
permitted set is cut down to what was held before. The same goes for set-id bits.

The file's effective flag still counts as a gain for the dynamic linker: the process runs in
secure-execution mode, so LD_LIBRARY_PATH, LD_PRELOAD and \`$ORIGIN\` are ignored even though the
capabilities were refused. A program can then fail with “cannot open shared object file” instead.

## What to do

Give the capability to the process that execs the program: with ambient capabilities debugger and
program hold it before the exec, nothing is gained and nothing is cut. A persistent TUN device of
your own needs no capability. Attaching after the start keeps the capabilities, but asks that you
may trace the process. Giving cap_sys_ptrace to the debugger keeps the capabilities and breaks
breakpoints: the program is not dumpable then.
`,
  citations: [
    'ptrace(2), “ptrace access mode checking” and execve under ptrace',
    'ld.so(8), secure-execution mode',
    'cap_bprm_creds_from_file() in security/commoncap.c',
    'ptracer_capable() in kernel/capability.c',
  ],
  check: (judged) =>
    lackFindings(fileCapabilitiesUnderPtrace, judged, 'downgraded', (lack) =>
      lack.causes.includes('no-new-privs')
        ? null
        : {
            fact: `${gainOf(lack)}, but the program is under ptrace, where an exec gains nothing`,
          },
    ),
  examples: [
    {
      title: 'cap_net_admin=ep, started by a debugger',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ep' }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'set-user-ID root, started by a debugger',
      system: exampleSystem({ program: exampleProgram({ mode: 0o4755, uid: 0 }) }),
      operations: [exampleOperation('socket.raw')],
      finds: true,
    },
    {
      title: 'a plain program: there is nothing to lose',
      system: exampleSystem({}),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
