import { launcherOn } from '../model/launchPath.ts';
import { exampleOperation, exampleProgram, exampleSystem } from './exampleSystem.ts';
import { doubtFindings } from './findings.ts';
import { launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

const program = exampleProgram({ capability: 'cap_sys_admin=ep' });
const createNamespace = exampleOperation('namespace.network');

export const unseenSeccompFilter: Rule = {
  id: 'unseen-seccomp-filter',
  category: 'launch',
  severity: 'information',
  summary: 'A seccomp filter stands before a call that such filters often refuse',
  explanation: `
## What it means

No gate that was seen refuses the operation. The process that starts the program runs under a seccomp
filter, as every process of a container does, and the program inherits it. What the filter refuses
cannot be read, so there is no verdict.

## Why

A filter is a program that the kernel runs before each system call. Only a process with CAP_SYS_ADMIN
may read it back. The filters of Docker, Podman and containerd are known to refuse the calls that make
or enter namespaces, bpf(2) and vsock, unless the container was given a capability for them. Other calls
of the network they let pass: those are called allowed here, with the filter named beside.

## What to do

Try the operation. A container takes \`--security-opt seccomp=…\` or the capability (\`--cap-add\`) that
opens the call.
`,
  citations: ['seccomp(2)', 'PTRACE_SECCOMP_GET_FILTER in ptrace(2)'],
  check: (judged) =>
    doubtFindings(unseenSeccompFilter, judged, ({ path, verdict }) => {
      const seen = verdict.reasons.every(
        (reason) => reason.rule !== 'gate' || reason.outcome !== 'unknown',
      );
      return launcherOn(path, judged.system).seccomp !== 0 && seen && verdict.reasons.length > 0
        ? {
            fact: `${launcherName(judged.system, path)} runs under a seccomp filter, and what it refuses could not be seen`,
          }
        : null;
    }),
  examples: [
    {
      title: 'a namespace from within a container',
      system: exampleSystem({ program, launcher: { seccomp: 2 } }),
      operations: [createNamespace],
      finds: true,
    },
    {
      title: 'a namespace without a filter',
      system: exampleSystem({ program }),
      operations: [createNamespace],
      finds: false,
    },
    {
      title: 'a TUN device from within a container: its filter lets that pass',
      system: exampleSystem({
        program: exampleProgram({ capability: 'cap_net_admin=ep' }),
        launcher: { seccomp: 2 },
      }),
      operations: [exampleOperation('tun.create')],
      finds: false,
    },
  ],
};
