import { execa } from 'execa';
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { PrivateFolder } from './privateFolder.ts';

/**
 * Standard output and error of a program that has no terminal. FIFOs, so that they can be named to
 * the shell that a debugger starts programs with, whoever started the debugger: sudo closes every
 * other descriptor.
 */
export interface ProgramOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Waits until both ends are closed and read, but not for what the program left running. */
  drained(): Promise<void>;
  dispose(): void;
}

/** In milliseconds: what was written before the end has arrived by then. */
const drainTime = 200;

export async function openProgramOutput(
  { path }: PrivateFolder,
  say: (text: string, category: 'stdout' | 'stderr') => void,
): Promise<ProgramOutput> {
  const stdout = join(path, 'stdout');
  const stderr = join(path, 'stderr');
  await execa('mkfifo', ['--mode=0600', stdout, stderr]);
  const readers = [
    read(stdout, (text) => say(text, 'stdout')),
    read(stderr, (text) => say(text, 'stderr')),
  ];
  return {
    stdout,
    stderr,
    drained: async () => {
      let limit: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (limit = setTimeout(resolve, drainTime)));
      await Promise.race([Promise.all(readers.map(({ ended }) => ended)), late]);
      clearTimeout(limit);
    },
    dispose: () => {
      for (const { socket } of readers) socket.destroy();
    },
  };
}

/** Opened without waiting for a writer, who then does not wait for a reader. */
function read(
  path: string,
  take: (text: string) => void,
): { readonly socket: Socket; readonly ended: Promise<void> } {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const socket = new Socket({ fd, readable: true, writable: false });
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => take(text));
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return { socket, ended };
}
