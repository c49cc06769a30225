import { fileCapabilityFindings, noNewPrivsThatDowngrades } from './fileCapabilityFindings.ts';
import { removing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const noNewPrivsDropsFileCapabilities: UnitRule = {
  id: 'no-new-privs-drops-file-capabilities',
  category: 'file capability',
  severity: 'error',
  summary: 'NoNewPrivileges= or DynamicUser= with a program whose file grants its capabilities',
  explanation: `
## What it means

The file of the program grants capabilities, and the process starts without them.

## Why

With no_new_privs an exec may add nothing to what the process holds already. A process of another user than
root holds nothing at that point. \`DynamicUser=\` sets it whatever \`NoNewPrivileges=\` says.

## What to do

In a system unit, name the capabilities in \`AmbientCapabilities=\`, which no_new_privs leaves alone. In a
user unit take \`NoNewPrivileges=\` out.
`,
  citations: ['systemd.exec(5), NoNewPrivileges=', 'PR_SET_NO_NEW_PRIVS(2const)'],
  check: (judged) =>
    fileCapabilityFindings(noNewPrivsDropsFileCapabilities, judged, (command) => {
      const setting = noNewPrivsThatDowngrades(command, 'asked');
      if (setting === null) return null;
      const { directive, origins } = setting;
      const origin = origins.at(-1);
      if (origin === undefined) return null;
      const fact = `${directive}= sets no_new_privs, with which the program gains nothing from its file`;
      return directive === 'NoNewPrivileges'
        ? { origin, fact, fix: removing(origins, 'Remove NoNewPrivileges=') }
        : { origin, fact };
    }),
  examples: [
    {
      title: 'a program with cap_net_admin=ep, another user and NoNewPrivileges=',
      lines: ['User=alice', 'NoNewPrivileges=yes'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: true,
    },
    {
      title: 'the same in a user unit',
      scope: 'user',
      lines: ['NoNewPrivileges=yes'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: true,
    },
    {
      title: 'a service of root, which loses nothing',
      lines: ['NoNewPrivileges=yes'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: false,
    },
    {
      title: 'a program without capabilities',
      lines: ['User=alice', 'NoNewPrivileges=yes'],
      finds: false,
    },
  ],
};
