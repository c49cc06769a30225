import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { endOf } from './childProgram.ts';
import { access } from 'node:fs/promises';

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
  return endOf(spawn(file, args, { stdio: 'inherit' }));
}

/** Looks along PATH, which execve(2) does not. */
export async function findProgram(name: string): Promise<string> {
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
