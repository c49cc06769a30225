import { isReason, denialsWith, findingOf } from './denial.ts';
import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import type { Rule } from './rule.ts';

const id = 'file-capabilities-on-nosuid-mount';
const severity = 'error';

export const fileCapabilitiesOnNosuidMount: Rule = {
  id,
  category: 'program',
  severity,
  summary: 'File capabilities on a mount where the kernel ignores them',
  explanation: `
The file carries capabilities, and \`getcap\` prints them, but it lies on a mount with the option
\`nosuid\`. At exec the kernel asks whether the mount may raise privileges; on a nosuid mount it
skips set-id bits **and** file capabilities without a word. The program starts, and the first
privileged call answers EPERM.

The flag belongs to the mount, not to the filesystem: a bind mount of the same directory can be
nosuid while the original is not. \`/tmp\`, \`/run/user\`, removable media and hardened \`/home\`
directories are often mounted so.

Ambient capabilities are not affected: they come from the process, not from the file. Neither is a
sandbox, nor a TUN device that belongs to you. Moving the build directory to a mount without nosuid
makes file capabilities count again, until the next rebuild removes them.
`,
  citations: [
    'mount(8), nosuid',
    'mnt_may_suid() in fs/namespace.c',
    'get_file_caps() in security/commoncap.c',
  ],
  check: (judged) => {
    const hits = denialsWith(judged, isReason('mount-ignores-privilege'));
    const [first] = hits;
    if (first === undefined) return [];
    const { mountPoint, path, cause } = first.reason;
    const why =
      cause === 'nosuid'
        ? `${mountPoint} is mounted nosuid`
        : `${mountPoint} belongs to another ${cause === 'foreign' ? 'mount' : 'user'} namespace`;
    return findingOf(
      { id, severity },
      judged.system,
      hits.map(({ denial }) => denial),
      `${path} carries file capabilities, but ${why}, and the kernel ignores them there.`,
    );
  },
  examples: [
    {
      title: 'cap_net_admin=ep on a nosuid mount',
      system: exampleSystem({
        program: exampleProgram({ capability: 'cap_net_admin=ep', nosuid: true }),
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'the same file on an ordinary mount',
      system: exampleSystem({ program: exampleProgram({ capability: 'cap_net_admin=ep' }) }),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
