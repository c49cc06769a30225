/** The launcher of this checkout, installed for the developer as people install it, and ways to see what it did. */
import { chmod, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  installCommands,
  launcherPath,
  removeCommands,
} from '../../../extension/app/launcher/launcherInstallation.ts';
import {
  fromHex,
  names,
  setOf,
  type CapabilitySet,
} from '../../../extension/model/capabilitySet.ts';
import { CAP_NET_ADMIN, CAP_NET_RAW } from '../../../extension/model/capability.ts';
import { mustRun, run, type Ran } from '../world/command.ts';
import { logIn, prepareWorld, type User, type World } from '../world/world.ts';

export const built = new URL('../../../native/build/capwright-launch', import.meta.url).pathname;

export interface Bench {
  readonly world: World;
  /** Installed for the developer, with CAP_NET_ADMIN and CAP_NET_RAW. */
  readonly installed: string;
  /** The same program without capabilities, where every user can run it. */
  readonly plain: string;
  dispose(): Promise<void>;
}

export async function openBench(): Promise<Bench> {
  const world = await prepareWorld();
  // What is installed goes where it always goes, and goes away with the namespace.
  await mustRun([
    'mount',
    '-t',
    'tmpfs',
    '-o',
    'mode=755',
    'capwright-installed',
    '/usr/local/lib',
  ]);
  const plain = '/srv/capwright-launch';
  await copyFile(built, plain);
  await chmod(plain, 0o755);
  await install(world.dev, [world.dev.gid]);
  return {
    world,
    plain,
    installed: launcherPath(world.dev.uid),
    dispose: async () => {
      await mustRun(['umount', '/usr/local/lib']);
      await world.dispose();
    },
  };
}

/** Runs the commands that are shown to people; root needs no sudo. */
export async function install(user: User, groups: readonly number[]): Promise<void> {
  const capabilities = setOf(CAP_NET_ADMIN, CAP_NET_RAW);
  const commands = installCommands({
    source: '/srv/capwright-launch',
    uid: user.uid,
    groups,
    capabilities,
  });
  for (const [, ...command] of commands) await mustRun(command);
}

export async function remove(user: User): Promise<void> {
  for (const [, ...command] of removeCommands(user.uid)) await mustRun(command);
}

/**
 * The arguments that run a command from a process of the user. setpriv(1) itself is none yet: until
 * it has exec'd, it holds all that root holds.
 */
export function shellOf(user: User, ...privileges: readonly string[]): readonly string[] {
  return [...logIn(user, ...privileges), 'env', '--'];
}

/** A command as the user's shell would run it. */
export async function as(user: User, ...command: readonly string[]): Promise<Ran> {
  return run([...shellOf(user), ...command]);
}

/** Prints the credentials of the process that it is. */
export const showCredentials = ['cat', '/proc/self/status'];

export interface Credentials {
  readonly uid: string;
  readonly gid: string;
  readonly groups: string;
  readonly inheritable: readonly string[];
  readonly permitted: readonly string[];
  readonly effective: readonly string[];
  readonly ambient: readonly string[];
}

/** What `showCredentials` printed. */
export function credentialsIn({ stdout, stderr, code }: Ran): Credentials {
  if (code !== 0) throw new Error(`ended with ${code ?? 'a signal'}: ${stderr}`);
  const field = (name: string): string =>
    new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(stdout)?.[1] ?? '';
  const set = (name: string): readonly string[] => names(fromHex(field(name)) ?? everything);
  return {
    uid: field('Uid'),
    gid: field('Gid'),
    groups: field('Groups'),
    inheritable: set('CapInh'),
    permitted: set('CapPrm'),
    effective: set('CapEff'),
    ambient: set('CapAmb'),
  };
}

const everything: CapabilitySet = ~0n;

/** A user who holds exactly these capabilities and whose groups are his own, as `showCredentials` prints it. */
export function holding(
  { uid, gid }: User,
  groups: readonly number[],
  ...capabilities: readonly string[]
): Credentials {
  const four = (id: number): string => Array.from({ length: 4 }, () => id).join('\t');
  return {
    uid: four(uid),
    gid: four(gid),
    groups: groups.join(' '),
    inheritable: capabilities,
    permitted: capabilities,
    effective: capabilities,
    ambient: capabilities,
  };
}

/** The word of a refusal, with its exit status; anything else as it is, which no test expects. */
export function refusalIn({ code, stderr }: Ran): string {
  const word = /^capwright-launch: refused \[([a-z-]+)\] /m.exec(stderr)?.[1];
  return word === undefined ? `${String(code)}: ${stderr}` : `${word} ${String(code)}`;
}

/** A copy of a program, owned by root, changed by further commands that get its path as the last argument. */
export async function copyOf(
  program: string,
  name: string,
  ...changes: readonly (readonly string[])[]
): Promise<string> {
  const path = join('/srv', name);
  await copyFile(program, path);
  await chmod(path, 0o755);
  for (const change of changes) await mustRun([...change, path]);
  return path;
}
