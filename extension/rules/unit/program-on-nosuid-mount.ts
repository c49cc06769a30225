import { fileCapabilityFindings } from './fileCapabilityFindings.ts';
import { commandLine } from './commandLine.ts';
import type { UnitRule } from './unitRule.ts';

/** As `file-capabilities-on-nosuid-mount` says of any launcher. */
export const programOnNosuidMount: UnitRule = {
  id: 'program-on-nosuid-mount',
  category: 'file capability',
  severity: 'error',
  summary:
    'The program of a unit lies on a nosuid mount, and the capabilities of its file do not count',
  explanation: `
## What it means

The program starts without the capabilities that getcap(8) shows on it, and nothing tells of that.

## Why

exec skips the capabilities of files on a mount with the option nosuid. /tmp, /run, \`/run/user/UID\` and often
/home are such mounts.

## What to do

In a system unit, name the capabilities in \`AmbientCapabilities=\`; a nosuid mount leaves them alone. For a user
unit, install the program on a mount without nosuid and give it its capabilities there.
`,
  citations: ['mount(8), nosuid', 'mnt_may_suid() in fs/namespace.c'],
  check: (judged) =>
    fileCapabilityFindings(programOnNosuidMount, judged, ({ execution, reasons }) => {
      const origin = commandLine(judged, execution);
      const { program } = execution.process ?? {};
      const ignored = reasons.some(({ rule }) => rule === 'mount-ignores-privilege');
      // Where a mount of the sandbox is to blame, the rule about that speaks.
      const ofSandbox = reasons.some(({ rule }) => rule === 'unit-mount-nosuid');
      if (origin === null || !ignored || ofSandbox || program?.kind !== 'file') return null;
      const { path, mount } = program.file;
      const fact = `${mount.mountPoint} is mounted nosuid, and the capabilities of ${path} do not count`;
      return { origin, fact };
    }),
  examples: [
    {
      title: 'with a user of its own',
      lines: ['User=alice'],
      nosuid: true,
      fileCapabilities: 'cap_net_admin=ep',
      finds: true,
    },
    {
      title: 'in a user unit',
      scope: 'user',
      lines: [],
      nosuid: true,
      fileCapabilities: 'cap_net_admin=ep',
      finds: true,
    },
    {
      title: 'with ambient capabilities',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_ADMIN'],
      nosuid: true,
      fileCapabilities: 'cap_net_admin=ep',
      finds: false,
    },
    {
      title: 'on another mount',
      lines: ['User=alice'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: false,
    },
  ],
};
