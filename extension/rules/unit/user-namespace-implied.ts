import { namespaceDenials } from './namespaceDenials.ts';
import { answersOf, asFarAsSeen, findingOn, ifHelpful, removing, starts } from './unitFindings.ts';
import { sandboxOf } from '../../model/unit/sandbox.ts';
import { systemUnitRepair } from './userServiceRepairs.ts';
import type { UnitRule } from './unitRule.ts';

/** In a user manager an option of the sandbox brings a user namespace along. */
export const userNamespaceImplied: UnitRule = {
  id: 'user-namespace-implied',
  category: 'namespace',
  severity: 'error',
  summary:
    'A sandbox option of a user unit brings a user namespace, where capabilities are useless',
  explanation: `
## What it means

The program has capabilities, by its file or from the manager, and they count in a user namespace of the
unit’s own only. What it wants of the host’s network is denied. With systemd 253 and before the same
unit works, because there the option had no effect.

## Why

A user manager may not mount. Since 254 an option such as \`PrivateTmp=\` or \`ProtectSystem=\` therefore
implies \`PrivateUsers=\`: in a user namespace of its own the unit can have its mounts.

## What to do

Take out the options that need one. Where they matter more, make it a system unit with \`User=\` and
\`AmbientCapabilities=\`.
`,
  citations: [
    'systemd.exec(5), Sandboxing',
    'exec_context_need_unprivileged_private_users() in systemd',
  ],
  check: (judged) => {
    const found = namespaceDenials(judged, true);
    if (found === null) return [];
    const { settings } = judged.reading;
    const { denials, reason, origin } = found;
    const all = [...new Set(sandboxOf(settings, judged.system.rules, true).needUserNamespace)];
    const origins = all.flatMap((directive) => settings[directive]?.origins ?? []);
    const names = all.map((directive) => `${directive}=`).join(' and ');
    const fixes = [
      ...ifHelpful(
        judged,
        removing(origins, `Remove ${names}`),
        (after) =>
          starts(after) &&
          namespaceDenials(after, true) === null &&
          after.denials.length < judged.denials.length,
      ),
      ...systemUnitRepair(judged),
    ];
    const message = `In a user manager ${reason.setting.directive}= brings a user namespace along, which does not own the network: ${answersOf(denials)}.`;
    return [asFarAsSeen(judged, findingOn(userNamespaceImplied, origin, message, { fixes }))];
  },
  examples: [
    {
      title: 'a program with file capabilities and a /tmp of its own',
      lines: ['PrivateTmp=yes'],
      fileCapabilities: 'cap_net_admin+ep',
      scope: 'user',
      finds: true,
    },
    {
      title: 'two options',
      lines: ['ProtectSystem=strict', 'PrivateTmp=yes'],
      fileCapabilities: 'cap_net_raw+ep',
      scope: 'user',
      finds: true,
    },
    {
      title: 'a bounding set alone, of which the program may need nothing',
      lines: ['PrivateTmp=yes', 'CapabilityBoundingSet=CAP_NET_ADMIN'],
      scope: 'user',
      finds: true,
    },
    {
      title: 'systemd 252, where the option has no effect',
      lines: ['PrivateTmp=yes'],
      fileCapabilities: 'cap_net_admin+ep',
      scope: 'user',
      version: 252,
      finds: false,
    },
    {
      title: 'nothing is wanted of the network',
      lines: ['PrivateTmp=yes'],
      scope: 'user',
      finds: false,
    },
  ],
};
