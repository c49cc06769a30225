import { fileCapabilityFindings } from './fileCapabilityFindings.ts';
import { commandLine } from './commandLine.ts';
import type { UnitRule } from './unitRule.ts';

export const fileCapabilitiesOnUnitScript: UnitRule = {
  id: 'file-capabilities-on-unit-script',
  category: 'file capability',
  severity: 'error',
  summary: 'The program of a unit is a script, and the capabilities of its file do not count',
  explanation: `
## What it means

The script starts without the capabilities that getcap(8) shows on it.

## Why

The kernel runs the interpreter that the first line names, and takes the capabilities of that file.

## What to do

In a system unit, name the capabilities in \`AmbientCapabilities=\`: they pass through an interpreter. Do not
give them to the interpreter's file, which everybody may run.
`,
  citations: ['execve(2)', 'capabilities(7)', 'load_script() in fs/binfmt_script.c'],
  check: (judged) =>
    fileCapabilityFindings(fileCapabilitiesOnUnitScript, judged, ({ execution, reasons }) => {
      const origin = commandLine(judged, execution);
      if (origin === null || !reasons.some(({ rule }) => rule === 'interpreter-decides'))
        return null;
      const { program } = execution.process ?? {};
      const carries = program?.kind === 'file' && program.file.capability.kind !== 'none';
      if (!carries) return null;
      const fact = `${program.file.path} is a script, and the kernel takes the capabilities of its interpreter’s file instead of its own`;
      return { origin, fact };
    }),
  examples: [
    {
      title: 'a script with capabilities',
      lines: ['User=alice'],
      script: true,
      fileCapabilities: 'cap_net_admin=ep',
      finds: true,
    },
    {
      title: 'a script in a user unit',
      scope: 'user',
      lines: [],
      script: true,
      fileCapabilities: 'cap_net_admin=ep',
      finds: true,
    },
    {
      title: 'a script with ambient capabilities',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_ADMIN'],
      script: true,
      fileCapabilities: 'cap_net_admin=ep',
      finds: false,
    },
    {
      title: 'a program that is no script',
      lines: ['User=alice'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: false,
    },
  ],
};
