import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings } from './lack.ts';
import type { Rule } from './rule.ts';

export const setUserIdWithFileCapabilities: Rule = {
  id: 'set-user-id-with-file-capabilities',
  category: 'program',
  severity: 'error',
  summary: 'A set-user-ID root program that its file capabilities limit',
  explanation: `
## What it means

The program runs with effective user id 0, and not with root's capabilities: it holds only what its
file lists.

## Why

A file with the attribute says itself what it may do. Where a process becomes root by a set-user-ID
bit and the file has capabilities, even empty ones, the kernel does not add the rest. It says so
once per boot in the kernel log.

## What to do

Keep one of the two. With file capabilities that list what is needed the bit can go: \`chmod u-s\`.
`,
  citations: [
    'capabilities(7), set-user-ID-root programs that have file capabilities',
    'handle_privileged_root() in security/commoncap.c',
  ],
  check: (judged) =>
    lackFindings(
      setUserIdWithFileCapabilities,
      judged,
      'root-limited-to-file',
      ({ file, name }) => ({
        fact: `${file.path} runs with effective user id 0, but its file capabilities do not include ${name}, and they are all it gets`,
      }),
    ),
  examples: [
    {
      title: 'set-user-ID root with cap_net_raw=ep',
      system: exampleSystem({
        program: exampleProgram({ mode: 0o4755, uid: 0, capability: 'cap_net_raw=ep' }),
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'set-user-ID root with an empty attribute',
      system: exampleSystem({ program: exampleProgram({ mode: 0o4755, uid: 0, capability: '' }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'set-user-ID root without an attribute',
      system: exampleSystem({ program: exampleProgram({ mode: 0o4755, uid: 0 }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
