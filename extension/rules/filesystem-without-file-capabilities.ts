import { exampleMount, exampleProgram, exampleSystem, tunCreate } from './exampleSystem.ts';
import { lackFindings, launcherName } from './lack.ts';
import type { Rule } from './rule.ts';

const onMount = (fsType: string) =>
  exampleSystem({
    program: exampleProgram({ mount: { ...exampleMount, mountPoint: '/mnt/stick', fsType } }),
    capabilityStorage: 'unsupported',
  });

export const filesystemWithoutFileCapabilities: Rule = {
  id: 'filesystem-without-file-capabilities',
  category: 'program',
  severity: 'error',
  summary: 'A program on a filesystem that cannot keep file capabilities',
  explanation: `
## What it means

The program lies on a filesystem that has no place for \`security.capability\`: reading it answers
EOPNOTSUPP. \`setcap\` fails there, and a copy onto it loses what the original had.

## Why

The attribute is kept by the filesystem, and not every one can. vfat, exfat and ramfs keep no extended
attributes. The NFS client knows \`user\` attributes and ACLs, and no \`security.capability\`, whatever
the server has on its disk. CIFS has none either.

Where the filesystem is served by a program, that decides: FUSE (sshfs, rclone, gocryptfs), 9p (virtual
machines, WSL), virtiofs (virtiofsd needs \`--xattr\`). What an ordinary user mounts with fusermount is
nosuid besides, so that even an attribute that is kept would be ignored.

## What to do

Build onto a filesystem of the machine, such as ext4, xfs, btrfs or tmpfs. Ambient capabilities, a
sandbox and a TUN device of your own do not depend on the file.
`,
  citations: ['xattr(7), filesystem differences', 'vfs_getxattr() in fs/xattr.c'],
  check: (judged) =>
    lackFindings(
      filesystemWithoutFileCapabilities,
      judged,
      'filesystem-without-capabilities',
      ({ file: { path, mount }, served }, { path: launchPath }) => {
        const who = launcherName(judged.system, launchPath);
        const keeper = served
          ? `whose server keeps no file capabilities here (it answers EOPNOTSUPP)`
          : `which keeps no file capabilities (EOPNOTSUPP)`;
        return {
          fact: `${path} lies on ${mount.mountPoint} (${mount.fsType}), ${keeper}, so that it has none, and ${who} passes none on`,
        };
      },
    ),
  examples: [
    { title: 'a memory stick', system: onMount('vfat'), operations: [tunCreate], finds: true },
    {
      title: 'a folder of another machine',
      system: onMount('fuse.sshfs'),
      operations: [tunCreate],
      finds: true,
    },
    {
      title: 'a filesystem that can keep them',
      system: exampleSystem({}),
      operations: [tunCreate],
      finds: false,
    },
  ],
};
