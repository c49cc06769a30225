import { openProgramOutput, type ProgramOutput } from '../../programOutput.ts';
import type { PreparedLaunch, SessionOptions, StartedDebugger } from '../../session.ts';

/** Where the program's standard streams lead. */
export type ProgramStreams =
  | { readonly kind: 'terminal'; readonly launcher: string }
  | { readonly kind: 'files'; readonly stdout: string; readonly stderr: string };

/**
 * The terminal that gdb was started in, or what is read here.
 * @returns `output` null in a terminal
 */
export async function openStreams(
  { configuration }: PreparedLaunch,
  { inTerminal }: StartedDebugger,
  { launcher, folder }: SessionOptions,
  say: (text: string, category: 'stdout' | 'stderr') => void,
): Promise<{ readonly output: ProgramOutput | null; readonly streams: ProgramStreams }> {
  if (inTerminal && configuration.console === 'integratedTerminal') {
    return { output: null, streams: { kind: 'terminal', launcher } };
  }
  const output = await openProgramOutput(folder, say);
  const { stdout, stderr } = output;
  return { output, streams: { kind: 'files', stdout, stderr } };
}
