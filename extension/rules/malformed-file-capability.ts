import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const example = (length: number) => ({
  ...exampleProgram({}),
  capability: { kind: 'bytes', bytes: new Uint8Array(length) } as const,
});

export const malformedFileCapability: Rule = {
  id: 'malformed-file-capability',
  category: 'program',
  severity: 'error',
  summary: 'A capability attribute that the kernel cannot read, so that the exec fails',
  explanation: `
## What it means

The file has a \`security.capability\` attribute whose size or revision is none that the kernel
knows. The program does not start at all: execve answers EINVAL, or ERANGE where the attribute is
longer than 24 bytes.

## Why

The kernel would rather not run a program than run it with privileges it did not understand. The
attribute has a revision in its first word and one size for each: 12, 20 or 24 bytes for revisions
1, 2 and 3. setcap(8) never writes anything else; damaged images, copying tools that write
attributes byte by byte, and network filesystems do.

## What to do

Remove the attribute, then set what the program needs.
`,
  citations: ['execve(2), EINVAL', 'get_vfs_caps_from_disk() in security/commoncap.c'],
  check: (judged) =>
    denialFindings(malformedFileCapability, judged, ({ verdict: { refusal } }) =>
      refusal.rule === 'file-capabilities-malformed'
        ? {
            fact: `The security.capability attribute of ${refusal.path} has a size or revision that the kernel does not know, and the program does not start`,
          }
        : null,
    ),
  examples: [
    {
      title: 'an attribute of 19 bytes',
      system: exampleSystem({ program: example(19) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'an attribute of 40 bytes',
      system: exampleSystem({ program: example(40) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'an attribute as setcap writes it',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ep' }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
