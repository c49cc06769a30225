import { known } from '../model/evidence.ts';
import { refusalAt } from './denial.ts';
import { exampleOperation, exampleProgram, exampleSystem } from './exampleSystem.ts';
import { denialFindings } from './findings.ts';
import type { Rule } from './rule.ts';

const program = exampleProgram({ capability: 'cap_net_admin,cap_net_raw=ep' });
const iptables = exampleOperation('iptables.legacy');

export const xtablesLockClosed: Rule = {
  id: 'xtables-lock-closed',
  category: 'limit',
  severity: 'error',
  summary: 'A lock file of legacy iptables that the process may not open',
  explanation: `
## What it means

Legacy iptables opens \`/run/xtables.lock\` before it asks the kernel for anything. The process may not:
iptables says “can't open lock file” and ends with status 4, whatever capabilities it holds.

## Why

The lock is a file of root with mode 0600, made by whoever ran iptables first; where there is none,
\`/run\` must be writable. CAP_NET_ADMIN does not open files. It is a gate of user space, and the nft
backend does not have it.

## What to do

Use the nft backend (\`iptables-nft\`), or let XTABLES_LOCKFILE name a file of your own (iptables 1.8.6).
\`capwright run --sandbox\` gives each sandbox a lock of its own.
`,
  citations: ['iptables-legacy(8), XTABLES_LOCKFILE', 'xtables_lock() in iptables/xshared.c'],
  check: (judged) =>
    denialFindings(xtablesLockClosed, judged, (denial) => {
      const { looked } = refusalAt(denial, 'xtables-lock') ?? {};
      return looked?.kind === 'node'
        ? {
            fact: `Legacy iptables cannot open its lock: ${looked.path}, ${looked.detail}`,
            about: looked.path,
          }
        : null;
    }),
  examples: [
    {
      title: 'a lock file of root',
      system: exampleSystem({ program }),
      operations: [iptables],
      finds: true,
    },
    {
      title: 'a lock file of one’s own',
      system: exampleSystem({
        program,
        limits: {
          xtablesLock: known(
            {
              path: '/run/xtables.lock',
              folder: false,
              readOnly: false,
              mode: 0o600,
              uid: 1000,
              gid: 1000,
            },
            'an example',
          ),
        },
      }),
      operations: [iptables],
      finds: false,
    },
  ],
};
