// Commands as argument vectors, for the repository's own scripts. Node's built-ins only: this runs before anything is installed.
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
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
 * Runs a command to its end.
 * @param {readonly string[]} argv
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean }} [options]
 *   show: its output goes to this terminal instead of into the result.
 * @returns {Promise<{ status: number, output: string }>} any exit status is a result
 * @throws {CommandError} when it cannot be started, or a signal ends it
 */
export function attempt(argv, options = {}) {
  const [program = '', ...rest] = argv;
  return new Promise((resolve, reject) => {
    const stream = options.show ? 'inherit' : 'pipe';
    /** @type {import('node:child_process').SpawnOptions} */
    const spawning = {
      stdio: ['ignore', stream, stream],
      cwd: options.cwd ?? process.cwd(),
      env: options.env ?? process.env,
    };
    const child = spawn(program, rest, spawning);
    let output = '';
    const collect = (/** @type {string} */ text) => (output += text);
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    child.on('error', (error) => reject(new CommandError(argv, error.message, output)));
    child.on('close', (status, signal) =>
      status === null
        ? reject(new CommandError(argv, `ended by ${signal}`, output))
        : resolve({ status, output }),
    );
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

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false; // not there, or not for us: PATH goes on
  }
}
