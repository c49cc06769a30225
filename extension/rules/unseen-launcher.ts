import { unknown } from '../model/evidence.ts';
import { launcherOn } from '../model/launchPath.ts';
import { exampleSystem, tunCreate } from './exampleSystem.ts';
import { doubtFindings } from './findings.ts';
import { launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

export const unseenLauncher: Rule = {
  id: 'unseen-launcher',
  category: 'launch',
  severity: 'information',
  summary: 'The process that starts the program could not be seen',
  explanation: `
## What it means

What the program will hold depends on the process that starts it: its ids, its capability sets,
no_new_privs, its namespaces. They could not be read, so no verdict is given.

## Why

\`/proc/PID/status\` is open to all where \`/proc\` is mounted without \`hidepid\`. The links in
\`/proc/PID/ns\` can be read only by a process that may trace that one: the same user, no more
capabilities, the same user namespace or one above it. A process that has ended has neither.

## What to do

Ask from where the program will be started: a terminal, or the command line in it.
`,
  citations: ['proc_pid_status(5)', 'namespaces(7)', 'ptrace(2), ptrace access mode checking'],
  check: (judged) =>
    doubtFindings(unseenLauncher, judged, ({ path }) => {
      const { credentials, networkNamespace } = launcherOn(path, judged.system);
      const [what, unseen] =
        credentials.kind === 'unknown'
          ? ['credentials', credentials]
          : ['network namespace', networkNamespace];
      return unseen.kind === 'unknown'
        ? {
            fact: `The ${what} of ${launcherName(judged.system, path)} could not be seen: ${unseen.reason}`,
          }
        : null;
    }),
  examples: [
    {
      title: 'the shell has ended',
      system: exampleSystem({
        launcher: { credentials: unknown('there is no process 4121', '/proc/4121/status') },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'a shell of another user',
      system: exampleSystem({
        launcher: { networkNamespace: unknown('it belongs to another user', '/proc/4121/ns/net') },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the extension host, which starts debuggers, belongs to another user',
      system: exampleSystem({
        debugLauncher: {
          networkNamespace: unknown('it belongs to another user', '/proc/4100/ns/net'),
        },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'a shell that can be seen',
      system: exampleSystem({}),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
