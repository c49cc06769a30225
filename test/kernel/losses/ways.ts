/** The ways in which a program loses its file capabilities, and those in which it keeps them. */
import type { Errand } from './errand.ts';

/** The rule that has to explain the loss, and what its message has to say beside the facts. */
type Expected =
  | { readonly rule: 'capabilities-lost-by-replacement'; readonly contents: 'older' | 'own' }
  | { readonly rule: 'capabilities-lost-by-writing' }
  | { readonly rule: 'capabilities-lost-by-owner-change' }
  | { readonly rule: 'capabilities-removed' };

export interface Way {
  readonly name: string;
  /** Does it to the program, which has `cap_net_admin=ep` before. */
  readonly act: (errand: Errand) => Promise<unknown>;
  /** What it needs that is not on every machine, and the Debian package of it. */
  readonly tool?: readonly [tool: string, debian: string];
}

export interface Loss extends Way {
  readonly expected: Expected;
}

const older = { rule: 'capabilities-lost-by-replacement', contents: 'older' } as const;
const own = { rule: 'capabilities-lost-by-replacement', contents: 'own' } as const;
const written = { rule: 'capabilities-lost-by-writing' } as const;
const ownerChanged = { rule: 'capabilities-lost-by-owner-change' } as const;
const removed = { rule: 'capabilities-removed' } as const;

export const losses: readonly Loss[] = [
  // Another file.
  {
    name: 'a rebuild',
    act: ({ user, program, source }) => user('cc', '-o', program, source),
    expected: own,
  },
  {
    name: 'rm, then a rebuild',
    act: async ({ user, program, source }) => {
      await user('rm', program);
      await user('cc', '-o', program, source);
    },
    expected: own,
  },
  {
    name: 'rm, then cp',
    act: async ({ user, program, other }) => {
      await user('rm', program);
      await user('cp', other, program);
    },
    expected: own,
  },
  {
    name: 'rm, then cp -p',
    act: async ({ user, program, other }) => {
      await user('rm', program);
      await user('cp', '-p', other, program);
    },
    expected: older,
  },
  {
    name: 'cp of the program itself, then mv',
    act: async ({ user, program }) => {
      await user('cp', program, `${program}.new`);
      await user('mv', `${program}.new`, program);
    },
    expected: own,
  },
  {
    name: 'install',
    act: ({ user, program, other }) => user('install', '-m', '0755', other, program),
    expected: own,
  },
  {
    name: 'tar, as it is by default',
    act: async ({ user, program, folder }) => {
      await user('tar', '-C', folder, '-cf', `${program}.tar`, 'tun');
      await user('tar', '-C', folder, '-xf', `${program}.tar`);
    },
    expected: older,
  },
  {
    name: 'tar with --xattrs alone, as root',
    act: async ({ root, program, folder }) => {
      await root('tar', '-C', folder, '--xattrs', '-cf', `${program}.tar`, 'tun');
      await root('tar', '-C', folder, '--xattrs', '-xf', `${program}.tar`);
    },
    expected: older,
  },
  {
    name: 'cpio',
    tool: ['cpio', 'cpio'],
    act: async ({ user, folder }) => {
      const archive = 'cd "$1" && echo tun | cpio -o >archive && rm tun && cpio -im <archive';
      await user('sh', '-c', archive, 'sh', folder);
    },
    expected: older,
  },
  {
    name: 'rsync -a, as root',
    tool: ['rsync', 'rsync'],
    act: ({ root, program, other }) => root('rsync', '-a', '--ignore-times', other, program),
    expected: older,
  },
  {
    name: 'git checkout',
    tool: ['git', 'git'],
    act: async ({ user, program, folder, source }) => {
      const git = (...args: readonly string[]): Promise<unknown> =>
        user('git', '-C', folder, '-c', 'user.name=x', '-c', 'user.email=x@x', ...args);
      await git('init', '--quiet');
      await git('add', 'tun');
      await git('commit', '--quiet', '-m', 'one');
      await user('cp', source, program);
      await git('checkout', '--quiet', '--', 'tun');
    },
    expected: own,
  },

  // The same file, written to.
  {
    name: 'strip',
    act: ({ user, program }) => user('strip', program),
    expected: written,
  },
  {
    name: 'objcopy --strip-debug',
    act: ({ user, program }) => user('objcopy', '--strip-debug', program),
    expected: written,
  },
  {
    name: 'cp over it',
    act: ({ user, program, other }) => user('cp', other, program),
    expected: written,
  },
  {
    name: 'cp -p over it',
    act: ({ user, program, other }) => user('cp', '-p', other, program),
    expected: written,
  },
  {
    name: 'one byte, by the shell',
    act: ({ user, program }) => user('sh', '-c', 'printf x >>"$1"', 'sh', program),
    expected: written,
  },
  {
    name: 'one byte, by root',
    act: ({ root, program }) => root('sh', '-c', 'printf x >>"$1"', 'sh', program),
    expected: written,
  },
  {
    name: 'truncate to the length that it has',
    act: async ({ user, program, size }) => user('truncate', '-s', String(await size()), program),
    expected: written,
  },

  // Its owner.
  {
    name: 'chown to another user',
    act: ({ root, program }) => root('chown', '0', program),
    expected: ownerChanged,
  },
  {
    name: 'chgrp to another group of the user',
    act: ({ user, program, group }) => user('chgrp', String(group), program),
    expected: ownerChanged,
  },
  {
    name: 'chown to the same owner, by root',
    act: ({ root, program, uid }) => root('chown', String(uid), program),
    expected: removed,
  },
  {
    name: 'chown to oneself',
    act: ({ user, program, uid }) => user('chown', String(uid), program),
    expected: removed,
  },
  {
    name: 'setcap -r',
    act: ({ root, program }) => root('setcap', '-r', program),
    expected: removed,
  },
];

/** After these the program still has its capabilities, and nothing is to be explained. */
export const keepers: readonly Way[] = [
  { name: 'chmod', act: ({ user, program }) => user('chmod', '0700', program) },
  { name: 'touch', act: ({ user, program }) => user('touch', program) },
  {
    name: 'opening it for writing, without writing',
    act: ({ user, program }) => user('sh', '-c', ': >>"$1"', 'sh', program),
  },
  {
    name: 'a rename there and back',
    act: async ({ user, program }) => {
      await user('mv', program, `${program}.moved`);
      await user('mv', `${program}.moved`, program);
    },
  },
  { name: 'a hard link', act: ({ user, program }) => user('ln', program, `${program}.link`) },
  {
    name: 'cp -a as root, then mv',
    act: async ({ root, program }) => {
      await root('cp', '-a', program, `${program}.copy`);
      await root('mv', `${program}.copy`, program);
    },
  },
  {
    name: 'tar with all attributes on both sides, as root',
    act: async ({ root, program, folder }) => {
      const attributes = ['--xattrs', '--xattrs-include=*'];
      await root('tar', '-C', folder, ...attributes, '-cf', `${program}.tar`, 'tun');
      await root('tar', '-C', folder, ...attributes, '-xf', `${program}.tar`);
    },
  },
  {
    name: 'rsync -aX of itself, as root',
    tool: ['rsync', 'rsync'],
    act: async ({ root, program }) => {
      await root('rsync', '-aX', program, `${program}.copy`);
      await root('mv', `${program}.copy`, program);
    },
  },
];
