import { spawn } from 'node:child_process';
import { findAlongPath } from '../app/alongPath.ts';
import { endOf } from './childProgram.ts';

/**
 * Becomes another program where Node can (22.15, 23.11 and later); otherwise waits for it, passes
 * signals on, and ends as it ended.
 * @returns the exit status, where this process is still there to have one
 */
export async function becomeProgram(argv: readonly string[]): Promise<number> {
  const [name = '', ...args] = argv;
  // execve(2) does not look along PATH.
  const file = name.includes('/') ? name : ((await findAlongPath(name, process.env)) ?? name);
  // Older releases of Node have none, whatever the types say.
  const { execve } = process as { readonly execve?: typeof process.execve };
  execve?.call(process, file, [name, ...args], process.env);
  return endOf(spawn(file, args, { stdio: 'inherit' }));
}
