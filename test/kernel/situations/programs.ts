/** How the program's file is made ready. */
import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun, toolMissing } from '../world/command.ts';
import { loopDevicesMissing } from '../world/loop.ts';
import { logIn } from '../world/world.ts';
import { newFolder, type Bench } from './bench.ts';

/** Makes the program's file out of a built one, and returns its path. */
export type Prepare = (bench: Bench, built: string) => Promise<string>;

export interface Placement {
  /** As setcap(8) reads it. */
  readonly capabilities?: string;
  readonly mode?: number;
  readonly owner?: 'dev' | 'root';
  readonly group?: 'tunners' | 'strangers';
  /** The mount on which it is put. */
  readonly mount?: 'nosuid' | 'noexec';
}

/** An executable of the developer, as a compiler leaves it, or otherwise. */
export function placed(placement: Placement = {}): Prepare {
  return async (bench, built) => {
    const folder = await newFolder(
      bench,
      placement.mount === undefined ? undefined : bench.world[placement.mount],
    );
    return put(bench, folder, await readFile(built), placement);
  };
}

/** The same bytes as another program, in a file that cp(1) wrote. */
export function copyOf(original: Prepare): Prepare {
  return async (bench, built) => {
    const from = await original(bench, built);
    const to = join(await newFolder(bench), 'tun');
    await mustRun([...logIn(bench.world.dev), 'cp', '--', from, to]);
    return to;
  };
}

/** A second name of a program, made with ln(1). */
export function linkTo(original: Prepare, ...options: readonly string[]): Prepare {
  return async (bench, built) => {
    const from = await original(bench, built);
    const to = join(await newFolder(bench), 'link');
    await mustRun(['ln', ...options, '--', from, to]);
    return to;
  };
}

/** A script that executes another program, with its own arguments. */
export function scriptAround(original: Prepare, placement: Placement = {}): Prepare {
  return shellScript(original, (program) => `exec ${program} "$@"`, placement);
}

/** A script that has the program as its `#!` interpreter; the name of that one has no spaces. */
export function scriptFor(interpreter: Prepare): Prepare {
  return async (bench, built) => {
    const program = await interpreter(bench, built);
    const plain = `/srv/interpreter-${createHash('sha256').update(program).digest('hex')}`;
    await symlink(program, plain);
    return file(`#!${plain}\n`)(bench, built);
  };
}

/**
 * As many scripts, each the interpreter of the one before; the last executes the plain program.
 * It is given no arguments, for the kernel adds the names of the other scripts to them.
 */
export function chainOfScripts(length: number): Prepare {
  let script = shellScript(placed(), (program) => `exec ${program}`);
  for (let made = 1; made < length; made++) script = scriptFor(script);
  return script;
}

/**
 * The path of a program through the root of a process of the developer that has a mount namespace
 * of its own. Its mount is then none of ours, and the kernel grants nothing from there.
 */
export function throughOtherMountNamespace(original: Prepare): Prepare {
  return async (bench, built) => {
    const program = await original(bench, built);
    const unshare = ['unshare', '--map-root-user', '--mount', '--'];
    const stay = ['sh', '-c', 'echo ready && read -r line'];
    const { pid } = await bench.space.start([...logIn(bench.world.dev), ...unshare, ...stay]);
    return join('/proc', String(pid), 'root', program);
  };
}

/** A file of given content. */
export function file(content: string | Uint8Array, placement: Placement = {}): Prepare {
  return async (bench) => put(bench, await newFolder(bench), content, placement);
}

/** The built program, with its bytes changed. */
export function patched(change: (program: Buffer) => Buffer): Prepare {
  return async (bench, built) =>
    put(bench, await newFolder(bench), change(await readFile(built)), {});
}

/** Another fixture than the one that the situation is done with. */
export function fixture(choose: (bench: Bench) => string, placement: Placement = {}): Prepare {
  return async (bench) => placed(placement)(bench, choose(bench));
}

/** What is no program at all: made by mkdir(1) or mkfifo(1). */
export function madeBy(command: 'mkdir' | 'mkfifo'): Prepare {
  return async (bench) => {
    const path = join(await newFolder(bench), 'tun');
    await mustRun([...logIn(bench.world.dev), command, '--mode=0755', '--', path]);
    return path;
  };
}

/** `unshare -r setcap …`, without any privilege: the attribute then counts in that namespace only. */
export function withCapabilitiesOfOwnNamespace(capabilities: string): Prepare {
  return async (bench, built) => {
    const program = await placed()(bench, built);
    const setcap = ['/sbin/setcap', capabilities, program];
    await mustRun([...logIn(bench.world.dev), 'unshare', '--map-root-user', '--', ...setcap]);
    return program;
  };
}

/**
 * A program whose `security.capability` has bytes that setxattr(2) would not take: they are written
 * into an ext4 image with debugfs(8), which is then mounted.
 */
export function withRawCapability(bytes: Uint8Array): Prepare {
  return async (bench, built) => {
    const { dev } = bench.world;
    // debugfs(8) splits its requests at spaces: the names it is given are plain.
    const image = join('/srv', `image-${bench.space.pid}`);
    await mkdir(join(image, 'content'), { recursive: true });
    const mountPoint = await newFolder(bench);

    await put(bench, join(image, 'content'), await readFile(built), {});
    await writeFile(join(image, 'value'), bytes);
    const ext4 = join(image, 'ext4');
    await mustRun(['mkfs.ext4', '-q', '-d', join(image, 'content'), ext4, '16M']);
    const request = `ea_set -f ${join(image, 'value')} tun security.capability`;
    await mustRun(['debugfs', '-w', '-R', request, ext4]);
    await bench.space.mustRun(['mount', '-o', 'loop', ext4, mountPoint]);
    await bench.space.mustRun(['chown', `${dev.uid}:${dev.gid}`, mountPoint]);
    return join(mountPoint, 'tun');
  };
}

function shellScript(
  original: Prepare,
  command: (program: string) => string,
  placement: Placement = {},
): Prepare {
  return async (bench, built) => {
    const program = await original(bench, built);
    const quoted = `'${program.replaceAll("'", `'\\''`)}'`;
    return file(`#!/bin/sh\n${command(quoted)}\n`, placement)(bench, built);
  };
}

/** Why `withRawCapability` cannot be done here; null where it can. */
export async function rawCapabilityMissing(): Promise<string | null> {
  return (await loopDevicesMissing()) ?? toolMissing('debugfs');
}

async function put(
  { world }: Bench,
  folder: string,
  content: string | Uint8Array,
  { capabilities, mode = 0o755, owner = 'dev', group }: Placement,
): Promise<string> {
  const path = join(folder, 'tun');
  await writeFile(path, content);
  // In this order: chown(2) takes set-id bits and capabilities away.
  const owners = owner === 'dev' ? world.dev : { uid: 0, gid: 0 };
  await chown(path, owners.uid, group === undefined ? owners.gid : world[group].gid);
  await chmod(path, mode);
  if (capabilities !== undefined) await mustRun(['setcap', capabilities, path]);
  return path;
}
