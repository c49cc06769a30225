import { exampleSystem, tunCreate } from './exampleSystem.ts';
import { doubtFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const seen = exampleSystem({});

export const unseenFileCapabilities: Rule = {
  id: 'unseen-file-capabilities',
  category: 'program',
  severity: 'information',
  summary: 'The file capabilities could not be read',
  explanation: `
## What it means

Whether the file has capabilities could not be found out, and on this mount they would count. No
verdict is given for the launch paths that depend on it.

## Why

\`security.capability\` is an extended attribute. Reading it needs no privilege, but a way to the
file: every directory above it must be searchable, and the filesystem has to answer.

## What to do

Ask from a process that can reach the file, or set the capabilities anew.
`,
  citations: ['getxattr(2)', 'xattr(7), extended security attributes'],
  check: (judged) => {
    const { file, capabilityUnseen } = judged.system.program;
    return capabilityUnseen === null
      ? []
      : doubtFindings(unseenFileCapabilities, judged, ({ verdict }) =>
          // A gate that could not see has left its reason; this doubt is from before the exec.
          verdict.reasons.length > 0
            ? null
            : {
                fact: `The file capabilities of ${file.path} could not be seen: ${capabilityUnseen}`,
              },
        );
  },
  examples: [
    {
      title: 'the attribute could not be read',
      system: {
        ...seen,
        program: { ...seen.program, capabilityUnseen: 'getxattr answered EACCES' },
      },
      operations: [tunCreate],
      finds: true,
    },
    { title: 'the attribute was read', system: seen, operations: [tunCreate], finds: false },
  ],
};
