import type { FileStamp } from '../model/sighting.ts';
import { utcTime } from '../model/utcTime.ts';
import { exampleSighting } from './exampleSighting.ts';
import { exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lossFindings, type Lost } from './loss.ts';
import type { Rule } from './rule.ts';

const built = exampleSighting({ inode: '12', born: '1' });

export const capabilitiesLostByReplacement: Rule = {
  id: 'capabilities-lost-by-replacement',
  category: 'program',
  severity: 'error',
  summary: 'A program that was replaced by a file without its capabilities',
  explanation: `
## What it means

The program had file capabilities when it was last checked. Another file bears its name now, and that
one has none. \`getcap\` prints nothing, and the first privileged call is refused.

## Why

\`security.capability\` belongs to the inode, not to the name. Whatever makes a new file and puts it in
place leaves the attribute with the old one:

- a build: a linker removes its output and makes it anew, and so do \`go build\` and cargo;
- \`git checkout\`, \`install\`, \`cp\` after \`rm\`, an editor or a script that renames into place;
- copies and archives without extended attributes: \`cp -p\`, \`tar\` (also with \`--xattrs\` alone), zip,
  \`rsync -a\`, \`COPY\` of a container file. Their contents are older than the file itself.

\`cp -a\`, \`rsync -aX\` and \`tar --xattrs --xattrs-include='*'\` on both sides bring the attribute
along, for root alone. A rename keeps it.

## What to do

Set the capabilities after each build, or use a repair that does not depend on the file: ambient
capabilities, a sandbox, a TUN device of your own.
`,
  citations: ['xattr(7), extended security attributes', 'capabilities(7), file capabilities'],
  check: (judged) =>
    lossFindings(capabilitiesLostByReplacement, judged, 'replaced', (lost) => ({
      fact: `${lost.path} was replaced: ${inode(lost.before, lost.after)}, seen with ${lost.had}, gave way to ${inode(lost.after, lost.before)}${birth(lost)}, and file capabilities stay with their inode`,
    })),
  examples: [
    {
      title: 'built anew',
      system: exampleSystem({ previous: built }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'extracted from an archive, with the times of its contents',
      system: exampleSystem({
        previous: built,
        stamp: { modified: '1795602666000000000' },
      }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'on a filesystem that does not keep when a file was made',
      system: exampleSystem({ previous: built, stamp: { born: null } }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'another filesystem is mounted there now',
      system: exampleSystem({ previous: exampleSighting({ device: '0:45', born: null }) }),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'built anew, and given its capabilities again',
      system: exampleSystem({
        program: exampleProgram({ capability: 'cap_net_admin=ep' }),
        previous: built,
      }),
      operations: [tunCreate],
      finds: false,
    },
    {
      title: 'never seen with capabilities',
      system: exampleSystem({}),
      operations: [tunCreate],
      finds: false,
    },
  ],
};

/** With the device, where the number alone does not tell the two apart. */
function inode(one: FileStamp, other: FileStamp): string {
  return one.device === other.device
    ? `inode ${one.inode}`
    : `inode ${one.inode} of device ${one.device}`;
}

function birth({ loss, after }: Lost<'replaced'>): string {
  if (after.born === null) return '';
  const made = ` (made ${utcTime(after.born)}`;
  return loss.timesKept === true
    ? `${made}, with older contents of ${utcTime(after.modified)}, as a copy or an archive leaves it)`
    : `${made}, with contents of its own, as a build, a checkout or a plain copy leaves it)`;
}
