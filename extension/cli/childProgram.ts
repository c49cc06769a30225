import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

/** Signals that are sent to a program to make it do something, rather than to a terminal's group. */
const passedOn = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;

/**
 * Waits for a program that this process stands for: signals are passed on to it.
 * @returns its exit status, as shells tell it
 */
export function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    for (const signal of passedOn) process.on(signal, () => child.kill(signal));
    // The terminal sends these to both; the program decides what becomes of them.
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => undefined);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']);
    });
  });
}
