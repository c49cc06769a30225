import { CAP_NET_ADMIN } from '../model/capability.ts';
import { allNamed, names, setOf, without } from '../model/capabilitySet.ts';
import { known } from '../model/evidence.ts';
import { exampleProgram, exampleSystem, exampleUser, tunCreate } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import { likelyConfiner } from './likelyConfiner.ts';
import { lackOf, launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

const bounded = known(
  { ...exampleUser, bounding: without(allNamed, setOf(CAP_NET_ADMIN)) },
  'an example',
);

export const fileCapabilityOutsideBoundingSet: Rule = {
  id: 'file-capability-outside-bounding-set',
  category: 'launch',
  severity: 'error',
  summary: 'A file capability that the bounding set of the process does not allow',
  explanation: `
## What it means

The file lists a capability that the process's bounding set does not have. With the effective flag
the exec itself fails with EPERM, “Operation not permitted”, before a line of the program runs.
Without the flag the program starts and the capability is silently missing.

## Why

The bounding set is the most that an exec may give by the permitted file set. The effective flag
says that the program does not know of capabilities and must have all it lists: the kernel then
refuses to start it with less. Root meets the same check.

Container engines drop CAP_NET_ADMIN and many others from the bounding set; so does
\`CapabilityBoundingSet=\` in a unit. A dropped capability cannot come back below that process.

## What to do

Start the container with \`--cap-add\`, or widen \`CapabilityBoundingSet=\`. Where the program does
not need all that the file lists, set only what it needs. A sandbox has a bounding set of its own.
`,
  citations: [
    'capabilities(7), capability bounding set; “safety checking for capability-dumb binaries”',
    'bprm_caps_from_vfs_caps() in security/commoncap.c',
  ],
  check: (judged) =>
    denialFindings(fileCapabilityOutsideBoundingSet, judged, (denial) => {
      const reason = denial.verdict.reasons.find(({ rule }) => rule === 'beyond-bounding-set');
      if (reason?.rule !== 'beyond-bounding-set') return null;
      const lack = lackOf(judged.system, denial);
      if (!reason.refused && lack?.kind !== 'beyond-bounding-set') return null;
      const missing = names(reason.missing).join(', ');
      const outcome = reason.refused
        ? 'with the effective flag the kernel does not start a program with less than its file lists'
        : 'the program starts without it';
      return {
        fact: `The file capabilities list ${missing}, which the bounding set of ${launcherName(judged.system, denial.path)} does not have${likelyConfiner(judged.system, denial.path, 'narrowed')}, and ${outcome}`,
      };
    }),
  examples: [
    {
      title: 'cap_net_admin=ep in a container without NET_ADMIN: the exec fails',
      system: exampleSystem({
        program: exampleProgram({ capability: 'cap_net_admin=ep' }),
        launcher: { credentials: bounded },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the same where the container has left its mark',
      system: exampleSystem({
        program: exampleProgram({ capability: 'cap_net_admin=ep' }),
        launcher: {
          credentials: bounded,
          confinement: known({ kind: 'container', name: 'docker' }, 'an example'),
        },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'cap_net_admin=p there: silently missing',
      system: exampleSystem({
        program: exampleProgram({ capability: 'cap_net_admin=p' }),
        launcher: { credentials: bounded },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the full bounding set',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ep' }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
