import { allNamed } from '../model/capabilitySet.ts';
import { ordinaryUser } from '../model/credentials.ts';
import { known } from '../model/evidence.ts';
import { exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings } from './lack.ts';
import type { Rule } from './rule.ts';

const withEffective = (effective: number) =>
  exampleSystem({
    launcher: {
      credentials: known(
        { ...ordinaryUser(0, 0, allNamed), uid: { real: 0, effective, saved: 0 } },
        'an example',
      ),
    },
  });

export const rootByRealIdOnly: Rule = {
  id: 'root-by-real-id-only',
  category: 'launch',
  severity: 'error',
  summary: 'Root by the real user id only, so that nothing is effective',
  explanation: `
## What it means

The process that starts the program is root by its real user id and somebody else by its effective
one: it gave its privileges up for a while with seteuid(2). The program gets root's permitted set
and an empty effective set.

## Why

At exec the real or the effective user id 0 fills the permitted set; only the effective one makes it
effective.

## What to do

Become root again before the exec (\`seteuid(0)\`), or become the user for good (setresuid(2)) and
pass on what is needed as ambient.
`,
  citations: [
    'capabilities(7), capabilities and execution of programs by root',
    'handle_privileged_root() in security/commoncap.c',
  ],
  check: (judged) =>
    lackFindings(rootByRealIdOnly, judged, 'root-by-real-id-only', ({ file, name }) => ({
      fact: `${file.path} is started with real user id 0 and another effective one: ${name} is permitted and not effective`,
    })),
  examples: [
    {
      title: 'after seteuid(1000)',
      system: withEffective(1000),
      operations: [tunCreate],
      finds: true,
    },
    { title: 'root by both ids', system: withEffective(0), operations: [tunCreate], finds: false },
  ],
};
