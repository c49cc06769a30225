// Commands as argument vectors, for the repository's own scripts. Node's built-ins only: this runs before anything is installed.
import { spawn } from 'node:child_process';
import { accessSync, constants as files, statSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/**
 * A command that did not do its work. `output` is all that it printed, standard output and standard
 * error interleaved.
 */
export class CommandError extends Error {
  /**
   * @param {readonly string[]} argv
   * @param {string} how it ended
   * @param {string} output
   */
  constructor(argv, how, output) {
    super(`${argv.join(' ')}: ${how}`);
    this.output = output;
  }
}

/**
 * Runs a command to its end. Whatever it started ends with this process, or at the limit.
 * @param {readonly string[]} argv
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, minutes?: number }} [options]
 *   show: its output goes to this terminal instead of into the result; minutes: to stop a hang.
 * @returns {Promise<{ status: number, output: string }>} any exit status is a result
 * @throws {CommandError} when it cannot be started, does not end in time, or a signal ends it
 */
export function attempt(argv, options = {}) {
  const [program = '', ...rest] = argv;
  const { cwd = process.cwd(), env = process.env, show = false, minutes = 30 } = options;
  return new Promise((resolve, reject) => {
    const stream = show ? 'inherit' : 'pipe';
    /** @type {import('node:child_process').SpawnOptions} */
    const spawning = { cwd, env, stdio: ['ignore', stream, stream], detached: true };
    const child = spawn(program, rest, spawning);
    let output = '';
    const collect = (/** @type {string} */ text) => (output += text);
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);

    const forget = endWithUs(child);
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      endGroup(child, 'SIGKILL');
    }, minutes * 60_000);
    const settle = (/** @type {() => void} */ how) => {
      clearTimeout(limit);
      forget();
      how();
    };
    const fail = (/** @type {string} */ how) =>
      settle(() => reject(new CommandError(argv, how, output)));
    child.on('error', (error) => fail(error.message));
    child.on('close', (status, signal) => {
      if (late) fail(`did not end within ${minutes} minutes`);
      else if (status === null) fail(`ended by ${signal}`);
      else settle(() => resolve({ status, output }));
    });
  });
}

/**
 * Runs a command that must succeed.
 * @param {readonly string[]} argv
 * @param {Parameters<typeof attempt>[1]} [options]
 * @returns {Promise<string>} what it printed
 * @throws {CommandError}
 */
export async function run(argv, options) {
  const { status, output } = await attempt(argv, options);
  if (status !== 0) throw new CommandError(argv, `exit status ${status}`, output);
  return output;
}

/**
 * The first of the named programs that PATH leads to.
 * @param {...string} names
 * @returns {string | undefined} its path
 */
export function findProgram(...names) {
  for (const name of names)
    for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
      const path = join(folder, name);
      if (folder !== '' && isProgram(path)) return path;
    }
  return undefined;
}

/**
 * A process group of its own is not reached by Ctrl-C: what ends us is passed on.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} for when the child has ended
 */
function endWithUs(child) {
  const pass = (/** @type {NodeJS.Signals} */ signal) => {
    endGroup(child, 'SIGTERM'); // SIGINT would pass by what a shell put in the background
    process.exit(128 + constants.signals[signal]);
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, pass);
  return () => {
    for (const signal of signals) process.off(signal, pass);
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child the leader of its group
 * @param {NodeJS.Signals} signal
 */
function endGroup({ pid }, signal) {
  if (pid === undefined) return; // it never started
  try {
    process.kill(-pid, signal);
  } catch {
    // All of it has ended already.
  }
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, files.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not for us: PATH goes on
  }
}
