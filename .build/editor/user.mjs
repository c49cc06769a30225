// The person an editor runs as: another one than us, with less (or a little more) than they would have.
import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';

/**
 * @typedef {object} User
 * @property {number} uid
 * @property {number} gid
 * @property {readonly number[]} [groups] supplementary groups, none unless given
 * @property {string} [name] for USER and LOGNAME
 * @property {readonly string[]} [ambient] capabilities in the ambient set, as setpriv(1) names them: `net_admin`
 * @property {boolean} [noNewPrivs]
 * @property {readonly string[]} [lacking] programs of /usr/sbin that are not there for them
 */

/**
 * The command with which a process of this user starts; without a user, of the one who calls.
 * The process gets SIGTERM when its parent dies, however it dies.
 *
 * @param {User | undefined} user
 * @returns {readonly [string, ...string[]]}
 */
export function asUser(user) {
  const follow = ['--pdeathsig', 'SIGTERM'];
  if (user === undefined) return ['setpriv', ...follow, '--'];
  const ambient = ['-all', ...(user.ambient ?? []).map((name) => `+${name}`)].join(',');
  const groups = user.groups ?? [];
  const setpriv = [
    'setpriv',
    ...follow,
    ...['--reuid', String(user.uid), '--regid', String(user.gid)],
    ...(groups.length > 0 ? ['--groups', groups.join(',')] : ['--clear-groups']),
    ...[`--inh-caps=${ambient}`, `--ambient-caps=${ambient}`],
    ...(user.noNewPrivs === true ? ['--no-new-privs'] : []),
    '--',
  ];
  const [first = 'setpriv', ...rest] = [...without(user.lacking ?? []), ...setpriv];
  return [first, ...rest];
}

/**
 * A command before another, which then does not find these programs: in a mount namespace of its own, /usr/sbin
 * has links to all the others.
 *
 * @param {readonly string[]} programs
 * @returns {readonly string[]}
 */
function without(programs) {
  if (programs.length === 0) return [];
  const missing = programs.map((name) => `/usr/sbin/${name}`).join(' ');
  const script = [
    'mount -t tmpfs -o mode=755 all /mnt && mkdir /mnt/sbin && mount --bind /usr/sbin /mnt/sbin',
    'mount -t tmpfs -o mode=755 some /usr/sbin && ln -s /mnt/sbin/* /usr/sbin',
    `rm ${missing} && exec "$@"`,
  ].join(' && ');
  return ['unshare', '--mount', '--propagation', 'private', '--', 'sh', '-c', script, 'sh'];
}

/**
 * Whether the user may read this file, or enter and list this directory. The kernel is asked, as the user.
 *
 * @param {User | undefined} user
 * @param {string} path absolute
 */
export async function canRead(user, path) {
  const directory = (await stat(path)).isDirectory();
  const [command, ...prefix] = asUser(user);
  const test = ['test', '-r', path, ...(directory ? ['-a', '-x', path] : [])];
  const { status, error, stderr } = spawnSync(command, [...prefix, ...test], { encoding: 'utf8' });
  if (error !== undefined) throw error;
  // test(1) says no without a word; what speaks is setpriv.
  if (status !== 0 && stderr !== '') {
    throw new Error(`setpriv cannot become user ${user?.uid ?? 'self'}: ${stderr.trim()}`);
  }
  return status === 0;
}
