/** A developer with an editor: `capwright dap` run by an ordinary user, and what can be seen of it from outside. */
import { spawn, type ChildProcess } from 'node:child_process';
import { copyFile, readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeBundles } from '../world/bundles.ts';
import { mustRun } from '../world/command.ts';
import { openSpace, type Space } from '../world/space.ts';
import type { User } from '../world/world.ts';
import { openBench, shellOf, type Bench } from '../launcher/bench.ts';
import { Client } from './client.ts';
import type { DebuggerName } from '../../../extension/protocol/debug.ts';
import { expect } from 'vitest';

export interface Debugging {
  readonly bench: Bench;
  readonly dev: User;
  /** A network of its own, in which devices are made. */
  readonly space: Space;
  /** patient.c, built for a debugger, in the developer's home. */
  readonly program: string;
  /** Starts an adapter; with a terminal, as the client of an editor has one. */
  open(terminal: boolean, debuggerName?: DebuggerName): Client;
  /** The arguments that run a command as the developer, in that network. */
  readonly shell: readonly string[];
  dispose(): Promise<void>;
}

const sources = import.meta.dirname;

/** Where a line of one of the patients has this comment. */
export async function lineOf(source: string, comment: string): Promise<number> {
  const lines = (await readFile(join(sources, source), 'utf8')).split('\n');
  const index = lines.findIndex((line) => /(?:\/\/|#) (.*)$/.exec(line)?.[1] === comment);
  if (index < 0) throw new RangeError(`${source} has no line with ${comment}`);
  return index + 1;
}

export async function openDebugging(): Promise<Debugging> {
  await makeBundles();
  const bench = await openBench();
  const { dev } = bench.world;
  const source = join(dev.home, 'patient.c');
  const program = join(dev.home, 'patient');
  await copyFile(join(sources, 'patient.c'), source);
  await mustRun(['cc', '-g', '-O0', '-Wall', '-Wextra', '-Werror', '-o', program, source]);
  return within(bench, await openSpace(), program);
}

/** The same developer in another space, which goes away with that. */
export function openDebuggingIn({ bench, program }: Debugging, space: Space): Promise<Debugging> {
  const none = { ...bench, dispose: () => Promise.resolve() };
  return within(none, space, program);
}

async function within(bench: Bench, space: Space, program: string): Promise<Debugging> {
  const { dev, reach } = bench.world;
  // Some debuggers are dialled by what they debug.
  await mustRun([
    'nsenter',
    '--target',
    String(space.pid),
    '--net',
    'ip',
    'link',
    'set',
    'lo',
    'up',
  ]);
  const shell = [...space.enter, ...shellOf(dev)];
  const adapter = [reach(process.execPath), reach(join(sources, '../../../dist/cli.mjs')), 'dap'];
  const terminal = (argv: readonly string[]): ChildProcess => {
    const script = [...shell, 'script', '-qec', shellText(argv), '/dev/null'];
    return spawn(script[0] ?? '', script.slice(1), { stdio: 'pipe', cwd: '/' });
  };
  return {
    bench,
    dev,
    space,
    program,
    shell,
    open: (has, name = 'gdb') =>
      new Client({
        argv: [...shell, ...adapter, '--debugger', name],
        terminal: has ? terminal : null,
      }),
    dispose: async () => {
      await space.dispose();
      await bench.dispose();
    },
  };
}

function shellText(argv: readonly string[]): string {
  return argv.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}

export interface Holder {
  readonly pid: number;
  readonly name: string;
  readonly tracer: number;
}

/** The processes of a user that hold capabilities. */
export async function holders(user: Pick<User, 'uid'>): Promise<readonly Holder[]> {
  const found: Holder[] = [];
  for (const pid of await processes()) {
    // It may have ended since it was listed.
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const field = (name: string): string =>
      new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
    const held = BigInt(`0x${field('CapPrm') || '0'}`);
    if (field('Uid') !== String(user.uid) || held === 0n || field('State') === 'Z') continue;
    found.push({ pid, name: field('Name'), tracer: Number(field('TracerPid')) });
  }
  return found;
}

/** Waits until no process of the user holds capabilities. */
export async function expectNoHolder(user: User): Promise<void> {
  await expect.poll(() => holders(user), { timeout: 20_000, interval: 50 }).toEqual([]);
}

/** The TCP ports on which processes of a user listen. */
export async function listening(user: User): Promise<readonly string[]> {
  const ports: string[] = [];
  for (const pid of await processesOf(user)) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
    const links = await Promise.all(
      files.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
    );
    for (const table of ['tcp', 'tcp6']) {
      const text = await readFile(`/proc/${pid}/net/${table}`, 'utf8').catch(() => '');
      for (const line of text.split('\n').slice(1)) {
        const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
        // TCP_LISTEN, include/net/tcp_states.h.
        if (state === '0A' && links.includes(`socket:[${inode}]`)) ports.push(local);
      }
    }
  }
  return ports;
}

/** All processes of a user. */
export async function processesOf(user: User): Promise<readonly number[]> {
  const found: number[] = [];
  for (const pid of await processes()) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const ofUser = new RegExp(`^Uid:\\s*${user.uid}\\b`, 'm').test(status);
    if (ofUser && !/^State:\s*Z/m.test(status)) found.push(pid);
  }
  return found;
}

async function processes(): Promise<readonly number[]> {
  const names = await readdir('/proc');
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}
