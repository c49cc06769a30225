import { ordinaryUser } from '../model/credentials.ts';
import { allNamed } from '../model/capabilitySet.ts';
import { known } from '../model/evidence.ts';
import { initialUserNamespace, type UserNamespace } from '../model/userNamespace.ts';
import { exampleSystem, tunCreate } from './exampleSystem.ts';
import { namespaceRefusal } from './denial.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const withoutIds: UserNamespace = {
  id: 'example',
  parent: initialUserNamespace,
  ownerUid: 1000,
  uidMap: [],
  gidMap: [],
};

export const sandboxWithoutMappableIds: Rule = {
  id: 'sandbox-without-mappable-ids',
  category: 'launch',
  severity: 'warning',
  summary: 'A sandbox that cannot be given the ids of its user',
  explanation: `
## What it means

A sandbox is a user namespace in which the user keeps the id. The kernel creates one only for a
process whose ids have a name in the namespace that it is in: after a bare \`unshare --user\`, without
an id map, they have none. And it lets root be mapped into a new namespace only by a process that
held CAP_SETFCAP when it left the old one, since such a root could write file capabilities that count
outside.

## Why

Ids without a name could not be accounted for (\`create_user_ns()\`). The second rule came with Linux
5.12 (\`verify_root_map()\`).

## What to do

Start from a process whose ids are mapped: \`unshare --user --map-current-user\` instead of
\`unshare --user\`. As a root without CAP_SETFCAP, start it as an ordinary user.
`,
  citations: [
    'user_namespaces(7)',
    'create_user_ns() in kernel/user_namespace.c',
    'verify_root_map() in kernel/user_namespace.c',
  ],
  check: (judged) =>
    denialFindings(sandboxWithoutMappableIds, judged, ({ verdict: { refusal } }) => {
      switch (namespaceRefusal(refusal)) {
        case 'unmapped-ids':
          return {
            fact: 'The ids of the process have no name in its user namespace, and a sandbox cannot be made',
          };
        case 'root-without-setfcap':
          return {
            fact: 'Root holds no CAP_SETFCAP here, and may not be mapped into a sandbox',
          };
        default:
          return null;
      }
    }),
  examples: [
    {
      title: 'a process whose user namespace maps no id',
      system: exampleSystem({
        launcher: {
          credentials: known(
            { ...ordinaryUser(1000, 1000, allNamed), userNamespace: withoutIds },
            'an example',
          ),
        },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'root without a capability',
      system: exampleSystem({
        launcher: { credentials: known(ordinaryUser(0, 0, allNamed), 'an example') },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'an ordinary user',
      system: exampleSystem({}),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
