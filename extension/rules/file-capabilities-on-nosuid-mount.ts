import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings } from './lack.ts';
import type { Rule } from './rule.ts';

export const fileCapabilitiesOnNosuidMount: Rule = {
  id: 'file-capabilities-on-nosuid-mount',
  category: 'program',
  severity: 'error',
  summary: 'File capabilities on a mount where the kernel ignores them',
  explanation: `
## What it means

The file carries capabilities, and \`getcap\` prints them, but it lies on a mount with the option
\`nosuid\`. The program starts without them, and the first privileged call answers EPERM.

## Why

At exec the kernel asks whether the mount may raise privileges. On a nosuid mount it skips set-id
bits **and** file capabilities without a word. It does the same where the file is reached through
another mount namespace, or where the filesystem was mounted in a user namespace that is not the
process's own or one above it.

The flag belongs to the mount, not to the filesystem: a bind mount of the same directory can be
nosuid while the original is not. \`/tmp\`, \`/run/user\`, removable media and hardened \`/home\`
directories are often mounted so.

## What to do

Ambient capabilities are not affected: they come from the process, not from the file. Neither is a
sandbox, nor a TUN device that belongs to you. On a mount without nosuid file capabilities count
again, until the next rebuild removes them.
`,
  citations: [
    'mount(8), nosuid',
    'mnt_may_suid() in fs/namespace.c',
    'get_file_caps() in security/commoncap.c',
  ],
  check: (judged) =>
    lackFindings(
      fileCapabilitiesOnNosuidMount,
      judged,
      'mount-ignores-privilege',
      ({ file, mountPoint, cause }) => ({
        fact: `${file.path} carries file capabilities, but ${mountPoint} ${trait[cause]}, and the kernel ignores them there`,
      }),
    ),
  examples: [
    {
      title: 'cap_net_admin=ep on a nosuid mount',
      system: exampleSystem({
        program: exampleProgram({ capability: 'cap_net_admin=ep', nosuid: true }),
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the same file on an ordinary mount',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ep' }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};

const trait = {
  nosuid: 'is mounted nosuid',
  foreign: 'belongs to another mount namespace',
  'user-namespace': 'was mounted in another user namespace',
} as const;
