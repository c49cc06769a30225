import { known } from '../model/evidence.ts';
import { exampleProgram, exampleSystem, exampleUser, tunCreate } from './exampleSystem.ts';
import { likelyConfiner } from './likelyConfiner.ts';
import { lackFindings, launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

const setUserIdRoot = { mode: 0o4755, uid: 0 } as const;

export const setUserIdIgnored: Rule = {
  id: 'set-user-id-ignored',
  category: 'program',
  severity: 'error',
  summary: 'A set-user-ID bit that the kernel ignores',
  explanation: `
## What it means

The file is set-user-ID root and should gain every capability; it runs as the user who started it.

## Why

The kernel ignores set-id bits on a mount with \`nosuid\`, in a process with no_new_privs, and where
the owner or the group of the file has no id in the process's user namespace. The exec does not
fail, and nothing is said.

## What to do

Do not repair the bit: grant the one capability that is needed. Ambient capabilities, a sandbox and
a TUN device of your own work where set-id bits do not.
`,
  citations: ['execve(2), set-user-ID', 'bprm_fill_uid() in fs/exec.c'],
  check: (judged) =>
    lackFindings(setUserIdIgnored, judged, 'set-id-ignored', ({ file, cause }, { path }) => {
      const why = {
        mount: `the mount ${file.mount.mountPoint} does not let the bit count`,
        'no-new-privs': `${launcherName(judged.system, path)} has no_new_privs set${likelyConfiner(judged.system, path, 'set')}`,
        'not-executable': 'it may not be executed by itself',
        unmapped: 'its owner or group has no id in the user namespace of the process',
      } as const;
      return {
        fact: `${file.path} has the set-user-ID bit, but ${why[cause]}, and the kernel ignores it`,
      };
    }),
  examples: [
    {
      title: 'set-user-ID root on a nosuid mount',
      system: exampleSystem({ program: exampleProgram({ ...setUserIdRoot, nosuid: true }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'set-user-ID root, started by a shell with no_new_privs',
      system: exampleSystem({
        program: exampleProgram(setUserIdRoot),
        launcher: { credentials: known({ ...exampleUser, noNewPrivs: true }, 'an example') },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'set-user-ID root on an ordinary mount',
      system: exampleSystem({ program: exampleProgram(setUserIdRoot) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
