import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { endOf } from './childProgram.ts';
import { connectOutside, OutsideError } from './outsideConnection.ts';
import { UsageError } from './usage.ts';

/** Waits in the sandbox until its network is there, and then becomes the program. */
const waiting = 'echo >&3 && read -r _ <&3 && exec 3>&- && exec "$@"';

/**
 * Runs a program in a sandbox whose network is connected to the outside.
 * @param sandbox the launcher and its options, up to and with `--`
 * @returns the exit status of the program, as shells tell it
 * @throws {UsageError} where nothing is installed that connects it, or that cannot; the program was not run
 */
export async function runConnected(
  sandbox: readonly string[],
  command: readonly string[],
): Promise<number> {
  const [file = '', ...options] = sandbox;
  const program = spawn(file, [...options, 'sh', '-c', waiting, 'sh', ...command], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
  });
  const ended = endOf(program);
  const gate = program.stdio[3];
  if (!(gate instanceof Duplex)) throw new TypeError('the fourth descriptor is no pipe');
  const entered = await Promise.race([
    once(gate, 'data').then(() => true),
    ended.then(() => false),
  ]);
  if (!entered) return ended;
  try {
    const connection = await connectOutside(file, program.pid ?? 0);
    try {
      gate.end('\n');
      return await ended;
    } finally {
      connection.disconnect();
    }
  } catch (error) {
    throw error instanceof OutsideError ? new UsageError(error.message) : error;
  } finally {
    program.kill();
  }
}
