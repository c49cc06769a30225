import { allNamed } from '../model/capabilitySet.ts';
import { ordinaryUser, SECBIT_NOROOT } from '../model/credentials.ts';
import { known } from '../model/evidence.ts';
import { exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings, launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

const root = (securebits: number) =>
  exampleSystem({
    launcher: {
      credentials: known({ ...ordinaryUser(0, 0, allNamed), securebits }, 'an example'),
    },
  });

export const rootUnderNoroot: Rule = {
  id: 'root-under-noroot',
  category: 'launch',
  severity: 'error',
  summary: 'Root that gains nothing, because the securebit NOROOT is set',
  explanation: `
## What it means

The program runs as user 0 with empty capability sets.

## Why

With the securebit NOROOT user 0 is an ordinary user at exec: it gains nothing by its id. Only file
capabilities and ambient ones count. Units set the bit with \`SecureBits=noroot\`, programs with
prctl(2); where it is locked it stays for everything below.

## What to do

Treat the program like one of an ordinary user: file capabilities, or ambient ones raised by the
process that set the bit.
`,
  citations: ['capabilities(7), the securebits flags', 'root_privileged() in security/commoncap.c'],
  check: (judged) =>
    lackFindings(rootUnderNoroot, judged, 'root-under-noroot', ({ file, name }, { path }) => ({
      fact: `${file.path} runs as root, but the securebit NOROOT of ${launcherName(judged.system, path)} keeps user 0 from gaining ${name}`,
    })),
  examples: [
    {
      title: 'root with NOROOT',
      system: root(SECBIT_NOROOT),
      operations: [tunCreate],
      finds: true,
    },
    { title: 'root', system: root(0), operations: [tunCreate], finds: false },
  ],
};
