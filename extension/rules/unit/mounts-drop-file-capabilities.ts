import { fileCapabilityFindings } from './fileCapabilityFindings.ts';
import { removing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const mountsDropFileCapabilities: UnitRule = {
  id: 'mounts-drop-file-capabilities',
  category: 'file capability',
  severity: 'error',
  summary:
    'A mount of the sandbox that no_new_privs makes nosuid, under a program with capabilities',
  explanation: `
## What it means

The program lies on a mount that is nosuid inside the unit alone. The capabilities of its file do not count.

## Why

Since systemd 249, with \`NoNewPrivileges=\` every mount that it sets up for the sandbox becomes nosuid:
\`ProtectSystem=strict\` mounts \`/\` anew, and \`ProtectSystem=yes\` mounts \`/usr\`.

## What to do

In a system unit, name the capabilities in \`AmbientCapabilities=\`: a nosuid mount leaves them alone.
`,
  citations: ['systemd.exec(5), NoNewPrivileges=', 'apply_mount_namespace() in systemd'],
  check: (judged) =>
    fileCapabilityFindings(mountsDropFileCapabilities, judged, ({ reasons }) => {
      const step = reasons.find((reason) => reason.rule === 'unit-mount-nosuid');
      const ignored = reasons.some(({ rule }) => rule === 'mount-ignores-privilege');
      if (step?.rule !== 'unit-mount-nosuid' || !ignored) return null;
      const { setting, mountPoint } = step;
      const origin = setting.origins.at(-1) ?? judged.reading.settings.DynamicUser?.origins.at(-1);
      if (origin === undefined) return null;
      const fact = `With no_new_privs ${setting.directive}= makes ${mountPoint} nosuid, and the capabilities of the program’s file do not count`;
      const { origins } = setting;
      return { origin, fact, fix: removing(origins, `Remove ${setting.directive}=`) };
    }),
  examples: [
    {
      title: 'ProtectSystem=strict and NoNewPrivileges= with User=',
      lines: ['User=alice', 'ProtectSystem=strict', 'NoNewPrivileges=yes'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: true,
    },
    {
      title: 'a dynamic user',
      lines: ['DynamicUser=yes'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: true,
    },
    {
      title: 'ProtectSystem=strict without no_new_privs',
      lines: ['User=alice', 'ProtectSystem=strict'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: false,
    },
  ],
};
