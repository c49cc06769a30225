import { join } from 'node:path';
import { openFifo } from '../../app/fifo.ts';
import type { PrivateFolder } from '../../app/privateFolder.ts';

/**
 * Standard output and error of a program that has no terminal: FIFOs, which can be named to the
 * shell that a debugger starts programs with.
 */
export interface ProgramOutput {
  readonly stdout: string;
  readonly stderr: string;
  /** Waits until both ends are closed and read, but not for what the program left running. */
  drained(): Promise<void>;
  dispose(): void;
}

export async function openProgramOutput(
  { path }: PrivateFolder,
  say: (text: string, category: 'stdout' | 'stderr') => void,
): Promise<ProgramOutput> {
  const stdout = join(path, 'stdout');
  const stderr = join(path, 'stderr');
  const fifos = [
    await openFifo(stdout, (text) => say(text, 'stdout')),
    await openFifo(stderr, (text) => say(text, 'stderr')),
  ];
  return {
    stdout,
    stderr,
    drained: async () => {
      await Promise.all(fifos.map((fifo) => fifo.drained()));
    },
    dispose: () => {
      for (const fifo of fifos) fifo.close();
    },
  };
}
