import { gainOf } from './downgrade.ts';
import { exampleProgram, exampleSystem, exampleUser, tunCreate } from './exampleSystem.ts';
import { known } from '../model/evidence.ts';
import { likelyConfiner } from './likelyConfiner.ts';
import { lackFindings, launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

export const fileCapabilitiesUnderNoNewPrivs: Rule = {
  id: 'file-capabilities-under-no-new-privs',
  category: 'launch',
  severity: 'error',
  summary: 'no_new_privs keeps the program from gaining its file capabilities',
  explanation: `
## What it means

The process that starts the program has no_new_privs set (\`NoNewPrivs: 1\` in
\`/proc/PID/status\`). The file carries the capability, the program starts, and the call is refused.

## Why

no_new_privs is a promise for ever: no exec below this process gains anything, not by file
capabilities, not by set-id bits. It is inherited and cannot be taken back. Sandboxes set it
(bubblewrap, snap, flatpak, containers with \`no-new-privileges\`, Kubernetes with
\`allowPrivilegeEscalation: false\`), and so do units with \`NoNewPrivileges=\` and many other
sandbox options. VS Code installed as a snap or flatpak hands it to its terminals.

The exec does not fail. Where the file also had its effective flag, the process still runs in
secure-execution mode and LD_LIBRARY_PATH is ignored.

## What to do

Start it from a shell outside, for which \`grep NoNewPrivs /proc/$$/status\` says 0: sudo and pkexec
work there only. Or let something that needs no gain do the work: a sandbox of its own, a TUN device
that belongs to you, ambient capabilities that the process already holds.
`,
  citations: [
    'PR_SET_NO_NEW_PRIVS in prctl(2)',
    'Documentation/userspace-api/no_new_privs.rst',
    'cap_bprm_creds_from_file() in security/commoncap.c',
  ],
  check: (judged) =>
    lackFindings(fileCapabilitiesUnderNoNewPrivs, judged, 'downgraded', (lack, { path }) =>
      lack.causes.includes('no-new-privs')
        ? {
            fact: `${gainOf(lack)}, but ${launcherName(judged.system, path)} has no_new_privs set${likelyConfiner(judged.system, path, 'set')}, and nothing below it gains a capability by exec`,
          }
        : null,
    ),
  examples: [
    {
      title: 'cap_net_admin=ep, started by a shell with no_new_privs',
      system: exampleSystem({
        program: exampleProgram({ capability: 'cap_net_admin=ep' }),
        launcher: { credentials: known({ ...exampleUser, noNewPrivs: true }, 'an example') },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the same file, started from a terminal of VS Code as a snap',
      system: exampleSystem({
        program: exampleProgram({ capability: 'cap_net_admin=ep' }),
        launcher: {
          credentials: known({ ...exampleUser, noNewPrivs: true }, 'an example'),
          confinement: known({ kind: 'snap', name: 'code' }, 'an example'),
        },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the same file, started by an ordinary shell',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ep' }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
