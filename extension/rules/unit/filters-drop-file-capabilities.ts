import { fileCapabilityFindings, noNewPrivsThatDowngrades } from './fileCapabilityFindings.ts';
import { removing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const filtersDropFileCapabilities: UnitRule = {
  id: 'filters-drop-file-capabilities',
  category: 'file capability',
  severity: 'error',
  summary:
    'A setting that needs a seccomp filter, with a program whose file grants its capabilities',
  explanation: `
## What it means

The setting brings no_new_privs along, and the capabilities of the program's file count for nothing.

## Why

A process without CAP_SYS_ADMIN may load a filter only with no_new_privs. In a user manager that is always
so; in the system manager where \`User=\` is set, before systemd 255 always, and since then where the filter
itself forbids to change capabilities. SystemCallFilter=, RestrictNamespaces=, LockPersonality=,
ProtectKernelModules= and others need one.

## What to do

In a system unit, name the capabilities in \`AmbientCapabilities=\`. In a user unit do without the setting.
`,
  citations: [
    'systemd.exec(5), NoNewPrivileges=',
    'context_has_seccomp() in systemd',
    'seccomp(2)',
  ],
  check: (judged) =>
    fileCapabilityFindings(filtersDropFileCapabilities, judged, (command) => {
      const setting = noNewPrivsThatDowngrades(command, 'filters');
      if (setting === null) return null;
      const { directive, origins } = setting;
      const origin = origins.at(-1);
      if (origin === undefined) return null;
      const fact = `${directive}= needs a filter, which brings no_new_privs along, with which the program gains nothing from its file`;
      return { origin, fact, fix: removing(origins, `Remove ${directive}=`) };
    }),
  examples: [
    {
      title: 'LockPersonality= in a user unit',
      scope: 'user',
      lines: ['LockPersonality=yes'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: true,
    },
    {
      title: 'User= before systemd 255',
      version: 252,
      lines: ['User=alice', 'RestrictRealtime=yes'],
      fileCapabilities: 'cap_net_raw=ep',
      finds: true,
    },
    {
      title: 'User= since systemd 255',
      lines: ['User=alice', 'RestrictRealtime=yes'],
      fileCapabilities: 'cap_net_raw=ep',
      finds: false,
    },
  ],
};
