/**
 * A small machine inside the machine: users, a TUN device node and mounts of our own, in a private
 * mount namespace. Nothing of it is seen outside, and all of it goes when the namespace goes.
 *
 *     /dev/net/tun         an own node, 0666
 *     /etc/passwd …        copies of the machine's, with two users more
 *     /etc/sudoers.d       one rule: the first of them is never asked for a password
 *     /srv/home/…          their homes, where set-id bits and file capabilities count
 *     /srv/nosuid          a folder where they do not
 *     /srv/noexec          a folder from which nothing can be executed
 *     /srv/capwright       this checkout, read-only, for users who may not enter its real place
 */
import { chmod, chown, lstat, mkdir, open, readFile, readlink, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { mustRun, run } from './command.ts';

export interface World {
  /** The developer, a member of `tunners`. May run anything through sudo, without a password. */
  readonly dev: User;
  /** Somebody else. */
  readonly other: User;
  /** A group that `dev` is in. */
  readonly tunners: Group;
  /** A group that `dev` is not in. */
  readonly strangers: Group;
  /** A folder of `dev` on a mount with `nosuid`. */
  readonly nosuid: string;
  /** A folder of `dev` on a mount with `noexec`. */
  readonly noexec: string;
  /** This checkout, at a place that every user can reach. */
  readonly checkout: string;
  /** The path by which every user reaches a file of this checkout; any other path as it is. */
  readonly reach: (file: string) => string;
  /** Why `dev` cannot use sudo on this machine; null where it works. */
  readonly sudoMissing: string | null;
  /** Unmounts all of it. Needed only where the namespace lives on. */
  dispose(): Promise<void>;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
}

export interface User {
  readonly name: string;
  readonly uid: number;
  /** The user's own group. */
  readonly gid: number;
  readonly home: string;
}

/** The machine, or the place where the tests were started, does not allow a world. */
export class WorldError extends Error {
  override readonly name = 'WorldError';
}

const root = '/srv';
const realCheckout = resolve(import.meta.dirname, '../../..');
const privately = 'unshare --mount --propagation private -- …';

/**
 * Builds the world around this process, as root and in a mount namespace that is not the machine's.
 * Throws a WorldError that names what is missing before anything is changed.
 */
export async function prepareWorld(): Promise<World> {
  await refuseOutsidePrivateNamespace();

  const mounts: string[] = [];
  const mount = async (target: string, ...args: readonly string[]): Promise<void> => {
    await mustRun(['mount', ...args, target]);
    mounts.unshift(target);
  };
  const dispose = async (): Promise<void> => {
    for (const target of mounts.splice(0)) await mustRun(['umount', '--lazy', target]);
  };

  try {
    await mount(root, '-t', 'tmpfs', '-o', 'mode=755', 'capwright-world');
    const people = await addUsers(mount);
    await addFolders(mount, people.dev);
    await addTunNode(mount);
    const sudoMissing = await allowSudo(mount, people.dev);

    const checkout = join(root, 'capwright');
    await mkdir(checkout);
    await mount(checkout, '--bind', '-o', 'ro', realCheckout);

    const folders = { nosuid: join(root, 'nosuid'), noexec: join(root, 'noexec') };
    const reach = (file: string): string =>
      file.startsWith(`${realCheckout}/`) ? join(checkout, relative(realCheckout, file)) : file;
    return { ...people, ...folders, checkout, reach, sudoMissing, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/**
 * The arguments that turn root into a user who has just logged in: own groups and environment,
 * no capabilities. `privileges` are further options of setpriv(1).
 */
export function logIn(user: User, ...privileges: readonly string[]): readonly string[] {
  const identity = ['--reuid', String(user.uid), '--regid', String(user.gid), '--init-groups'];
  return ['setpriv', ...identity, '--reset-env', ...privileges, '--'];
}

type Mount = (target: string, ...args: readonly string[]) => Promise<void>;

async function refuseOutsidePrivateNamespace(): Promise<void> {
  if (process.geteuid?.() !== 0) throw new WorldError('Only root can prepare the world.');

  if (!(await hasOwnMountNamespace())) {
    throw new WorldError(`This is the machine's own mount namespace. Start with: ${privately}`);
  }
  const mountinfo = await readFile('/proc/self/mountinfo', 'utf8');
  if (mountinfo.includes(' shared:')) {
    throw new WorldError(`Mounts made here would spread outside. Start with: ${privately}`);
  }
  if (mountinfo.includes(' capwright-world ')) {
    throw new WorldError('There is a world in this mount namespace already.');
  }
  if (realCheckout.startsWith(`${root}/`)) {
    throw new WorldError(`The world would hide this checkout: move it out of ${root}.`);
  }
  for (const folder of [root, '/dev/net']) {
    const found = await lstat(folder).catch(() => null);
    if (found?.isDirectory() !== true) throw new WorldError(`There is no folder ${folder} here.`);
  }
}

/**
 * Whether some process that this one descends from lives in another mount namespace. Process 1 is
 * not asked alone: where it holds more capabilities than we do, its namespaces are hidden from us.
 */
async function hasOwnMountNamespace(): Promise<boolean> {
  const own = await readlink('/proc/self/ns/mnt');
  for (let pid = process.ppid; pid > 0; pid = await parentOf(pid)) {
    const namespace = await readlink(`/proc/${pid}/ns/mnt`).catch(() => own);
    if (namespace !== own) return true;
  }
  return false;
}

async function parentOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^PPid:\s*(\d+)$/m.exec(status)?.[1] ?? 0);
}

async function addUsers(
  mount: Mount,
): Promise<Pick<World, 'dev' | 'other' | 'tunners' | 'strangers'>> {
  const read = async (name: string): Promise<string> => readFile(join('/etc', name), 'utf8');
  const [passwd, group, shadow] = await Promise.all(['passwd', 'group', 'shadow'].map(read));
  const [devId = 0, otherId = 0, tunnersId = 0, strangersId = 0] = freeIds(
    `${passwd ?? ''}${group ?? ''}`,
  );

  const dev = user('dev', devId);
  const other = user('other', otherId);
  const tunners = { name: 'tunners', gid: tunnersId };
  const strangers = { name: 'strangers', gid: strangersId };
  const taken = [dev, other, tunners, strangers].find(({ name }) =>
    `\n${passwd ?? ''}\n${group ?? ''}`.includes(`\n${name}:`),
  );
  if (taken !== undefined) throw new WorldError(`The machine has a user or group ${taken.name}.`);

  const users = [dev, other];
  const lines = {
    passwd: users.map(({ name, uid, gid, home }) => `${name}:x:${uid}:${gid}::${home}:/bin/bash`),
    group: [
      ...users.map(({ name, gid }) => `${name}:x:${gid}:`),
      `${tunners.name}:x:${tunners.gid}:${dev.name}`,
      `${strangers.name}:x:${strangers.gid}:`,
    ],
    shadow: users.map(({ name }) => `${name}:*:19000:0:99999:7:::`),
  };
  await extend(mount, 'passwd', passwd, lines.passwd, 0o644);
  await extend(mount, 'group', group, lines.group, 0o644);
  await extend(mount, 'shadow', shadow, lines.shadow, 0o600);

  await mkdir(join(root, 'home'));
  for (const { home, uid, gid } of users) await ownFolder(home, uid, gid);
  return { dev, other, tunners, strangers };
}

function user(name: string, id: number): User {
  return { name, uid: id, gid: id, home: join(root, 'home', name) };
}

/** Four ids from 1000 upwards that no line of passwd or group uses. */
function freeIds(accounts: string): readonly number[] {
  const used = new Set(accounts.split('\n').map((line) => Number(line.split(':')[2])));
  const free: number[] = [];
  for (let id = 1000; free.length < 4; id++) if (!used.has(id)) free.push(id);
  return free;
}

async function extend(
  mount: Mount,
  name: string,
  text = '',
  lines: readonly string[],
  mode: number,
): Promise<void> {
  const folder = join(root, 'etc');
  await mkdir(folder, { recursive: true });
  const copy = join(folder, name);
  const complete = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  await writeFile(copy, `${complete}${lines.join('\n')}\n`, { mode });
  await mount(join('/etc', name), '--bind', copy);
}

async function addFolders(mount: Mount, { uid, gid }: User): Promise<void> {
  for (const option of ['nosuid', 'noexec']) {
    const folder = join(root, option);
    await ownFolder(folder, uid, gid);
    await mount(folder, '--bind', '-o', option, folder);
  }
}

async function ownFolder(path: string, uid: number, gid: number): Promise<void> {
  await mkdir(path);
  await chown(path, uid, gid);
}

async function addTunNode(mount: Mount): Promise<void> {
  const node = '/dev/net/tun';
  await mount('/dev/net', '-t', 'tmpfs', '-o', 'mode=755', 'capwright-devices');
  await mustRun(['mknod', '--mode=0666', node, 'c', '10', '200']);
  try {
    await (await open(node, 'r+')).close();
  } catch (error) {
    throw new WorldError(`The kernel has no TUN driver (modprobe tun): ${String(error)}`);
  }
}

async function allowSudo(mount: Mount, { name, ...rest }: User): Promise<string | null> {
  const folder = '/etc/sudoers.d';
  const there = await lstat(folder).catch(() => null);
  if (there === null) return 'sudo is not installed (Debian: apt install sudo).';

  await mount(folder, '-t', 'tmpfs', '-o', 'mode=750', 'capwright-sudoers');
  const rule = join(folder, name);
  await writeFile(rule, `${name} ALL=(ALL:ALL) NOPASSWD: ALL\n`);
  await chmod(rule, 0o440);

  const attempt = await run([...logIn({ name, ...rest }), 'sudo', '-n', 'true']);
  return attempt.code === 0 ? null : `sudo refuses: ${attempt.stderr}`;
}
