/** How a program is really started on each launch path, and what the kernel then did with it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../world/command.ts';
import { newFolder, type Bench } from './bench.ts';
import type { Launcher } from './launchers.ts';
import { readObservation, refused, type Observation } from './observation.ts';
import { placed } from './programs.ts';

export type LaunchPath =
  'terminal' | 'debugger' | 'ambient' | 'ambient-debugger' | 'sandbox' | 'child';

export interface Start {
  /** The launch path that is asked about. */
  readonly path: LaunchPath;
  /** What has to be installed for it. */
  readonly tool?: 'strace' | 'gdb';
  readonly begin: (
    bench: Bench,
    launcher: Launcher,
    command: readonly [program: string, ...args: string[]],
  ) => Promise<Attempt>;
}

/** A start that has begun; `finish` lets it go on. */
export interface Attempt {
  /** The process that starts the program, where it is there already and waits. */
  readonly waiting: number | null;
  readonly finish: () => Promise<Observation>;
}

const raised = ['--inh-caps=+net_admin', '--ambient-caps=+net_admin'];

/** Typed into the shell. */
export const directly: Start = {
  path: 'terminal',
  begin: atOnce(async (bench, launcher, command) => spawn(bench, await launcher(bench), command)),
};

/** Typed into the shell, which meanwhile waits to be looked at. */
export const typedLater: Start = {
  path: 'terminal',
  begin: async (bench, launcher, command) =>
    startLater(bench, await launcher(bench), [
      ...['sh', '-c', 'echo ready && read -r line && "$@"', 'sh'],
      ...[bench.world.reach(bench.fixtures.spawn), ...command],
    ]),
};

/** From a shell that holds CAP_NET_ADMIN as an ambient capability. */
export const withAmbient: Start = {
  path: 'ambient',
  begin: atOnce(async (bench, launcher, command) =>
    spawn(bench, await launcher(bench, raised), command),
  ),
};

export const underStrace: Start = {
  path: 'debugger',
  tool: 'strace',
  begin: atOnce(async (bench, launcher, command) => strace(bench, await launcher(bench), command)),
};

export const underGdb: Start = {
  path: 'debugger',
  tool: 'gdb',
  begin: atOnce(async (bench, launcher, command) => gdb(await launcher(bench), command)),
};

/**
 * A gdb that holds CAP_SYS_PTRACE leaves the program its capabilities, and then cannot reach its
 * memory through /proc, which belongs to root: no breakpoint can be set.
 */
export const underGdbWithoutBreakpoint: Start = {
  path: 'debugger',
  tool: 'gdb',
  begin: atOnce(async (bench, launcher, command) => gdb(await launcher(bench), command, [])),
};

export const withAmbientUnderStrace: Start = {
  path: 'ambient-debugger',
  tool: 'strace',
  begin: atOnce(async (bench, launcher, command) =>
    strace(bench, await launcher(bench, raised), command),
  ),
};

export const withAmbientUnderGdb: Start = {
  path: 'ambient-debugger',
  tool: 'gdb',
  begin: atOnce(async (bench, launcher, command) => gdb(await launcher(bench, raised), command)),
};

/** In a user namespace and a network namespace of the program's own. */
export const inSandbox: Start = {
  path: 'sandbox',
  begin: atOnce(async (bench, launcher, command) => {
    const unshare = ['unshare', '--user', '--map-current-user', '--net', '--keep-caps', '--'];
    const vantage = [...(await launcher(bench)), ...unshare];
    const { stderr } = await run([...vantage, 'true']);
    const [, why] = /^unshare: unshare failed: (.*)$/m.exec(stderr) ?? [];
    if (why === 'No space left on device') return refused('sandbox', 'ENOSPC');
    if (why === 'Operation not permitted') return refused('sandbox', 'EPERM');
    return spawn(bench, vantage, command);
  }),
};

/** By a program that holds CAP_NET_ADMIN because of its file. */
export const byCapableParent: Start = {
  path: 'child',
  begin: atOnce(async (bench, launcher, command) => {
    const parent = await capableParent(bench);
    return observe([...(await launcher(bench)), parent, ...command]);
  }),
};

/** The same, and that program raises what it holds into its ambient set. */
export const byParentWithAmbient: Start = {
  path: 'terminal',
  begin: async (bench, launcher, command) => {
    const parent = [await capableParent(bench), '--ambient', '--wait'];
    return startLater(bench, await launcher(bench), [...parent, ...command]);
  },
};

type Do = (...args: Parameters<Start['begin']>) => Promise<Observation>;

function atOnce(start: Do): Start['begin'] {
  return (...args) => Promise.resolve({ waiting: null, finish: () => start(...args) });
}

/** No command of a launcher forks: the process that is started becomes the one that waits. */
async function startLater(
  { space }: Bench,
  launcher: readonly string[],
  command: readonly string[],
): Promise<Attempt> {
  const { pid, finish } = await space.start([...launcher.slice(space.enter.length), ...command]);
  return { waiting: pid, finish: async () => readObservation((await finish()).stdout) };
}

/** Through a parent without privileges, which is told why a program could not be executed. */
async function spawn(
  { fixtures, world }: Bench,
  launcher: readonly string[],
  command: readonly string[],
): Promise<Observation> {
  return observe([...launcher, world.reach(fixtures.spawn), ...command]);
}

async function observe(argv: readonly string[]): Promise<Observation> {
  const { stdout, stderr } = await run(argv);
  return readObservation(`${stdout}\n${stderr}`);
}

async function strace(
  bench: Bench,
  launcher: readonly string[],
  command: readonly string[],
): Promise<Observation> {
  const log = join(await newFolder(bench), 'log');
  const options = ['-f', '-o', log, '-e', 'trace=execve,ioctl'];
  const { stdout } = await run([...launcher, 'strace', ...options, '--', ...command]);

  const traced = await readFile(log, 'utf8');
  const refusal = /^\d+ +execve\(.*\) = -1 (E[A-Z0-9]+) /m.exec(traced)?.[1];
  if (refusal !== undefined) return refused('exec', refusal);
  if (!/^\d+ +execve\(.*\) = 0$/m.test(traced) || !/^\d+ +\+\+\+ exited with/m.test(traced)) {
    throw new Error(`strace did not trace the program to its end: ${traced}`);
  }
  return readObservation(stdout);
}

async function gdb(
  launcher: readonly string[],
  command: readonly string[],
  breakpoints: readonly string[] = ['main'],
): Promise<Observation> {
  const { stdout, stderr } = await run([
    ...[...launcher, 'gdb', '--batch', '-nx'],
    ...breakpoints.flatMap((place) => ['-ex', `break ${place}`]),
    ...['-ex', 'run'],
    ...breakpoints.flatMap(() => ['-ex', 'continue']),
    ...['--args', ...command],
  ]);
  const stops = stdout.match(/^Breakpoint \d+, /gm)?.length ?? 0;
  const ended = /^\[Inferior 1 \(process \d+\) exited /m.test(stdout);
  if (stops !== breakpoints.length || !ended) {
    throw new Error(`gdb did not take the program to its end: ${stdout}\n${stderr}`);
  }
  return readObservation(stdout);
}

async function capableParent(bench: Bench): Promise<string> {
  return placed({ capabilities: 'cap_net_admin+p' })(bench, bench.fixtures.spawn);
}
