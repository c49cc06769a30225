import { Event, OutputEvent } from '@vscode/debugadapter';
import type { DebugProtocol } from '@vscode/debugprotocol';
import * as v from 'valibot';
import type { RunInTerminal } from './debuggerProcess.ts';
import { LaunchRefused, refusalIds } from './refusal.ts';

/** What is said to the client about every launch, whichever debugger it is. */
export interface Listener {
  sendEvent(event: DebugProtocol.Event): void;
}

/** Lines of the debug console. */
export function tell(client: Listener, lines: readonly string[]): void {
  for (const line of lines) client.sendEvent(new OutputEvent(`${line}\n`, 'console'));
}

export function tellProcess(
  client: Listener,
  name: string,
  systemProcessId: number,
  startMethod: 'launch' | 'attach',
): void {
  client.sendEvent(
    new Event('process', { name, systemProcessId, isLocalProcess: true, startMethod }),
  );
}

const framesSchema = v.looseObject({
  stackFrames: v.array(
    v.looseObject({
      source: v.optional(v.nullable(v.looseObject({ path: v.optional(v.nullable(v.string())) }))),
    }),
  ),
});

/** The answer to `stackTrace`, in which frames without source step back. */
export function withSubtleFrames(body: unknown): unknown {
  const told = v.safeParse(framesSchema, body);
  if (!told.success) return body;
  const stackFrames = told.output.stackFrames.map((frame) =>
    (frame.source?.path ?? '') === '' ? { ...frame, presentationHint: 'subtle' } : frame,
  );
  return { ...told.output, stackFrames };
}

/** Why nothing was started, as an error that the client shows; it fills in what begins with `_`. */
export function refusalMessage(error: unknown): DebugProtocol.Message {
  if (!(error instanceof LaunchRefused)) {
    return {
      id: refusalIds.debugger,
      format: '{_message}',
      variables: { _message: textOf(error) },
    };
  }
  const { kind, message, remedy } = error;
  return {
    id: refusalIds[kind],
    format: '{_message}\n{_remedy}',
    variables: { kind, _message: message, _remedy: remedy },
  };
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The client's terminal, by how it is asked for one. */
export function terminalOf(
  ask: (args: DebugProtocol.RunInTerminalRequestArguments) => Promise<DebugProtocol.Response>,
): RunInTerminal {
  return async (argv, cwd) => {
    const { success, message } = await ask({
      ...{ kind: 'integrated', title: 'Capwright', cwd, args: [...argv] },
    });
    if (success) return;
    throw new LaunchRefused(
      'terminal',
      `The client has no terminal for it: ${String(message)}.`,
      'Set "console" to "internalConsole".',
    );
  };
}
