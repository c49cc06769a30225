import { CAP_NET_ADMIN } from '../model/capability.ts';
import { allNamed, setOf, without } from '../model/capabilitySet.ts';
import { ordinaryUser } from '../model/credentials.ts';
import { known } from '../model/evidence.ts';
import { exampleSystem, tunCreate } from './exampleSystem.ts';
import { likelyConfiner } from './likelyConfiner.ts';
import { lackFindings, launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

const root = (bounding: bigint) =>
  exampleSystem({
    launcher: {
      credentials: known(
        { ...ordinaryUser(0, 0, bounding), permitted: bounding, effective: bounding },
        'an example',
      ),
    },
  });

export const rootOutsideBoundingSet: Rule = {
  id: 'root-outside-bounding-set',
  category: 'launch',
  severity: 'error',
  summary: 'Root without the capability, because the bounding set does not have it',
  explanation: `
## What it means

The program runs as user 0, \`whoami\` says root, and the call is refused all the same.

## Why

The kernel asks for capabilities, not for user ids. Root is given the capabilities of the bounding
set at exec, and this one was dropped from it. Container engines drop CAP_NET_ADMIN unless told
otherwise; so does \`CapabilityBoundingSet=\` in a unit. sudo inside does not help: nothing below
this process can have the capability again.

## What to do

Start the container with \`--cap-add=NET_ADMIN\`, or widen \`CapabilityBoundingSet=\`. A sandbox has
a bounding set of its own.
`,
  citations: [
    'capabilities(7), capability bounding set; capabilities and execution of programs by root',
    'handle_privileged_root() in security/commoncap.c',
  ],
  check: (judged) =>
    lackFindings(rootOutsideBoundingSet, judged, 'bounded-root', ({ file, name }, { path }) => ({
      fact: `${file.path} runs as root, but the bounding set of ${launcherName(judged.system, path)} does not have ${name}${likelyConfiner(judged.system, path, 'narrowed')}`,
    })),
  examples: [
    {
      title: 'root of a container without NET_ADMIN',
      system: root(without(allNamed, setOf(CAP_NET_ADMIN))),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'root with the full bounding set',
      system: root(allNamed),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
