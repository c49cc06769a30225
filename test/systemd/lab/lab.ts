import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Readable, Writable } from 'node:stream';
import { mustRun, run, type Ran } from '../../kernel/world/command.ts';
import { folder, treeOf, type Release } from './tree.ts';

/** The system manager, or the manager of the user `alice` (1000), which lingers. */
export type Manager = 'system' | 'user';

/** Something to put into a lab; its folders come with it. */
export type LabFile =
  | { readonly path: string; readonly kind: 'file'; readonly text: string | Uint8Array }
  | { readonly path: string; readonly kind: 'link'; readonly target: string };

export interface LabCommand {
  /** As root beside the system manager, which is the default, or as `alice` beside hers. */
  readonly manager?: Manager;
  readonly input?: string;
}

/**
 * A real systemd, booted for a test: Debian’s package of a release as PID 1 of namespaces of its own.
 * Users are `alice` (1000, also in `tunners`, 1002) and `bob` (1001); nobody is in `strangers` (1003).
 * What is written in it is gone with it. It ends with this process, however that ends.
 */
export class Lab {
  readonly release: Release;
  /** The number of systemd’s release, such as 252. */
  readonly version: number;
  readonly #guard: Guard;
  /** Process 1 of the lab, as it is called outside. */
  readonly #init: string;

  private constructor(release: Release, version: number, guard: Guard, init: string) {
    this.release = release;
    this.version = version;
    this.#guard = guard;
    this.#init = init;
  }

  /** Boots it; its tree is made first where there is none. As root. */
  static async boot(release: Release): Promise<Lab> {
    const tree = await treeOf(release);
    const guard = await startGuard(tree);
    try {
      const init = await readyInit(guard);
      const said = await mustRun([...enter(init), 'systemctl', '--version']);
      const version = Number(/^systemd (\d+)/.exec(said)?.[1]);
      return new Lab(release, version, guard, init);
    } catch (error) {
      await end(guard);
      throw error;
    }
  }

  run(argv: readonly string[], { manager = 'system', input }: LabCommand = {}): Promise<Ran> {
    return run([...enter(this.#init), ...people[manager], ...argv], input);
  }

  /** @throws when the command fails */
  mustRun(
    argv: readonly string[],
    { manager = 'system', input }: LabCommand = {},
  ): Promise<string> {
    return mustRun([...enter(this.#init), ...people[manager], ...argv], input);
  }

  /** Where a path of the lab is reached from outside. */
  outside(path: string): string {
    return join(`/proc/${this.#init}/root`, path);
  }

  async place(files: readonly LabFile[]): Promise<void> {
    for (const file of files) {
      const path = this.outside(file.path);
      await mkdir(dirname(path), { recursive: true });
      if (file.kind === 'link') await symlink(file.target, path);
      else await writeFile(path, file.text);
    }
  }

  async remove(paths: readonly string[]): Promise<void> {
    for (const path of paths) await rm(this.outside(path), { recursive: true, force: true });
  }

  /** Ends it, and all that runs in it. */
  dispose(): Promise<void> {
    return end(this.#guard);
  }
}

type Guard = ChildProcessByStdio<Writable, Readable, Readable>;

const path = 'PATH=/usr/sbin:/usr/bin:/sbin:/bin';

const people: Readonly<Record<Manager, readonly string[]>> = {
  system: ['env', '-i', path],
  user: [
    ...['setpriv', '--reuid', '1000', '--regid', '1000', '--init-groups', '--', 'env', '-i', path],
    ...['XDG_RUNTIME_DIR=/run/user/1000', 'DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus'],
  ],
};

function enter(init: string): readonly string[] {
  return ['nsenter', '--all', '--target', init, '--root', '--wd', '--'];
}

/** boot.sh, which says when it is ready and ends with its standard input. */
async function startGuard(tree: string): Promise<Guard> {
  const empty = join(folder, 'empty');
  await mkdir(empty, { recursive: true });
  const script = join(import.meta.dirname, 'boot.sh');
  const own = ['--mount', '--propagation', 'private', '--'];
  return spawn('unshare', [...own, script, tree, empty], { stdio: ['pipe', 'pipe', 'pipe'] });
}

async function readyInit(guard: Guard): Promise<string> {
  const complaint = text(guard.stderr);
  const closed = new AbortController();
  const end = once(guard, 'close', { signal: closed.signal }).then(async ([code]) => {
    throw new Error(`systemd did not boot, status ${String(code)}: ${await complaint}`);
  });
  const lines = createInterface({ input: guard.stdout });
  const ready = once(lines, 'line').then(([line]) => /^ready (\d+)$/.exec(String(line))?.[1]);
  const init = await Promise.race([ready, end]);
  end.catch(() => undefined);
  closed.abort();
  if (init === undefined) throw new Error('systemd did not boot: the guard says something else');
  return init;
}

async function end(guard: Guard): Promise<void> {
  if (guard.exitCode !== null) return;
  const closed = once(guard, 'close');
  guard.stdin.end();
  await closed;
}
