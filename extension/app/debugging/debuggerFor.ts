import type { Host } from '../../probe/host.ts';
import { languageOf } from '../../probe/programEvidence.ts';
import type { DebuggerName } from '../../protocol/debug.ts';

/** The debugger for what a program is written in: gdb where nothing tells more. */
export async function debuggerFor(host: Host, program: string): Promise<DebuggerName> {
  if (program.endsWith('.py')) return 'python';
  const file = await host.request({ kind: 'file', path: program });
  const language = file.ok ? await languageOf(host, file.result, program) : null;
  return language === 'python' || language === 'go' ? language : 'gdb';
}
