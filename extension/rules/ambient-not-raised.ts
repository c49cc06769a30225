import { CAP_NET_ADMIN } from '../model/capability.ts';
import { allNamed, setOf, without } from '../model/capabilitySet.ts';
import { SECBIT_NO_CAP_AMBIENT_RAISE, SECBIT_NOROOT } from '../model/credentials.ts';
import { known } from '../model/evidence.ts';
import { exampleSystem, exampleUser, tunCreate } from './exampleSystem.ts';
import { likelyConfiner } from './likelyConfiner.ts';
import { lackFindings, launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

const startedBy = (change: Partial<typeof exampleUser>) =>
  exampleSystem({ launcher: { credentials: known({ ...exampleUser, ...change }, 'an example') } });

export const ambientNotRaised: Rule = {
  id: 'ambient-not-raised',
  category: 'launch',
  severity: 'warning',
  summary: 'A launcher that cannot raise the capability as ambient',
  explanation: `
## What it means

Starting the program with ambient capabilities is the repair that usually works everywhere. From
this process it does not: the launcher cannot come by the capability, or may not raise it.

## Why

A capability can be made ambient only where it is permitted and inheritable. sudo brings it, because
root holds what the bounding set has; so some things stand in the way: the capability is not in the
bounding set (a container, \`CapabilityBoundingSet=\`), no_new_privs keeps sudo from becoming root,
or the user namespace has no root to become. The securebit NOROOT keeps sudo's root from holding
anything, and NO_CAP_AMBIENT_RAISE forbids raising outright.

## What to do

Start from a process that is not limited so: a terminal outside the sandbox or container, or a
container with \`--cap-add\`. A sandbox and a TUN device of your own need no ambient capability.
`,
  citations: ['PR_CAP_AMBIENT in prctl(2)', 'cap_task_prctl() in security/commoncap.c'],
  check: (judged) =>
    lackFindings(ambientNotRaised, judged, 'ambient-not-raised', ({ name, cause }, { path }) => {
      const who = launcherName(judged.system, path);
      const confiner = (did: 'set' | 'narrowed'): string =>
        likelyConfiner(judged.system, path, did);
      const why = {
        'bounding-set': `the bounding set of ${who} does not have it${confiner('narrowed')}`,
        'no-new-privs': `${who} has no_new_privs set${confiner('set')}, and sudo cannot become root below it`,
        securebits: `the securebits of ${who} keep it from being raised`,
        'no-root-in-namespace': `the user namespace of ${who} has no root to become`,
      } as const;
      return { fact: `${name} cannot be raised as ambient: ${why[cause]}` };
    }),
  examples: [
    {
      title: 'the capability is not in the bounding set',
      system: startedBy({ bounding: without(allNamed, setOf(CAP_NET_ADMIN)) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the shell has no_new_privs',
      system: startedBy({ noNewPrivs: true }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the securebit NO_CAP_AMBIENT_RAISE forbids it',
      system: startedBy({ securebits: SECBIT_NO_CAP_AMBIENT_RAISE }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the securebit NOROOT leaves root with nothing to raise',
      system: startedBy({ securebits: SECBIT_NOROOT }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'an ordinary shell',
      system: exampleSystem({}),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
