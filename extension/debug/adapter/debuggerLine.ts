import type { DebuggerProcess } from './debuggerProcess.ts';
import type { RelayedLaunch } from './relayedDebugger.ts';

/** How a debugger is spoken with, and ended. */
export type DebuggerLine = Pick<RelayedLaunch, 'input' | 'output' | 'ended' | 'close'> & {
  why(): string;
};

/** Over the pipes of its process; what it says on standard error may explain why it did not start. */
export function lineTo(process: DebuggerProcess): DebuggerLine {
  const said: string[] = [];
  process.stderr?.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  return {
    input: process.stdout,
    output: process.stdin,
    ended: process.ended,
    why: () => said.join('').trim(),
    close: async () => {
      process.close();
      await process.ended;
    },
  };
}
