import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { access } from 'node:fs/promises';

/** Signals that are sent to a program to make it do something, rather than to a terminal's group. */
const passedOn = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * Becomes another program where Node can (22.15, 23.11 and later); otherwise waits for it, passes
 * signals on, and ends as it ended.
 * @returns the exit status, where this process is still there to have one
 */
export async function becomeProgram(argv: readonly string[]): Promise<number> {
  const [name = '', ...args] = argv;
  const file = await findProgram(name);
  // Older releases of Node have none, whatever the types say.
  const { execve } = process as { readonly execve?: typeof process.execve };
  execve?.call(process, file, [name, ...args], process.env);
  return runProgram(file, args);
}

/** execve(2) does not look along PATH. */
async function findProgram(name: string): Promise<string> {
  if (name.includes('/')) return name;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, name);
    if (
      await access(file).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return name;
}

function runProgram(file: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit' });
    for (const signal of passedOn) process.on(signal, () => child.kill(signal));
    // The terminal sends these to both; the program decides what becomes of them.
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => undefined);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      // As shells tell it.
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']);
    });
  });
}
