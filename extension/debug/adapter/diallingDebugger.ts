import type { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { names } from '../../model/capabilitySet.ts';
import type { DebuggerLine } from './debuggerLine.ts';
import type { DebuggerProcess } from './debuggerProcess.ts';
import { openDialledPort } from './dialledPort.ts';
import { openSandboxPort } from './sandboxPort.ts';
import { LaunchRefused } from './refusal.ts';
import type { Surroundings } from './relayedDebugger.ts';
import type { StartPlan, StartRequest } from './session.ts';

export type DiallingLine = DebuggerLine & {
  /** With its exit status where that is known, after all that was written. */
  readonly ended: Promise<number | null>;
};

/** How it comes by its standard streams, which nobody speaks with it through. */
export interface DiallingPlan {
  readonly way: StartPlan['way'];
  /** Whether they are the client's terminal. */
  readonly inTerminal: boolean;
  /** What is put in front of its command line. */
  readonly wrapper: readonly string[];
}

/** @throws {LaunchRefused} where there is no way to the capabilities */
export async function planDialling(
  request: StartRequest,
  { session, terminal }: Pick<Surroundings, 'session' | 'terminal'>,
): Promise<DiallingPlan> {
  const { configuration, capabilities } = request;
  const plan = await session.plan(request, [], terminal);
  const inTerminal = plan.terminal !== null && configuration.console === 'integratedTerminal';
  const { launcher } = session.options;
  const wrapper = inTerminal
    ? [launcher, '--caps', names(capabilities).join(','), '--foreground', '--']
    : // The other end of a pipe is the supervisor's sign of life, and says nothing to the program.
      ['sh', '-c', 'exec "$@" </dev/null', 'sh'];
  return { way: plan.way, inTerminal, wrapper };
}

/**
 * Starts a debugger that dials its client: it may hold capabilities, for nothing of it listens. What it and
 * the program write goes to the client, where that is not their terminal's.
 * @param name for people
 * @param commandFor what is started, once it is known where to dial
 * @throws {LaunchRefused} where it ends before it has dialled, or it cannot be told who has
 */
export async function startDialling(
  request: StartRequest,
  name: string,
  commandFor: (address: string) => readonly string[],
  { session, terminal, announce, say }: Omit<Surroundings, 'comment'>,
): Promise<DiallingLine> {
  const sandbox = request.configuration.with === 'sandbox';
  const port = await (sandbox ? openSandboxPort(session.options.folder) : openDialledPort());
  try {
    const command = commandFor(port.address);
    const started = await session.start(
      { ...request, options: port.launcherOptions },
      ...([command, terminal, announce] as const),
    );
    const { process } = started;
    const said = started.inTerminal ? nothing : listen(process, say);
    const socket = await Promise.race([port.dialled, process.ended]).catch((error: unknown) => {
      process.close();
      throw error;
    });
    if (!isSocket(socket)) {
      throw new LaunchRefused(
        'debugger',
        `${name} did not start (status ${String(socket)}): ${said.text()}`,
        'The refusals of capwright-launch are in native/README.md.',
      );
    }
    return {
      ...{ input: socket, output: socket, why: said.text },
      ended: process.ended.then(async (status) => {
        await said.complete;
        return status;
      }),
      close: async () => {
        process.close();
        socket.destroy();
        await process.ended;
      },
    };
  } finally {
    port.close();
  }
}

interface Said {
  /** Settles when there is no more of it. */
  readonly complete: Promise<unknown>;
  readonly text: () => string;
}

const nothing: Said = { complete: Promise.resolve(), text: () => '' };

/** Tells the client what it writes, and keeps what may explain why it did not start. */
function listen({ stdout, stderr }: DebuggerProcess, say: Surroundings['say']): Said {
  const errors: string[] = [];
  stdout.on('data', (chunk: Buffer) => say(chunk.toString(), 'stdout'));
  stderr?.on('data', (chunk: Buffer) => {
    errors.push(chunk.toString());
    say(chunk.toString(), 'stderr');
  });
  const streams = stderr === null ? [stdout] : [stdout, stderr];
  return {
    complete: Promise.allSettled(streams.map((stream) => finished(stream))),
    text: () => errors.join('').trim(),
  };
}

function isSocket(value: Socket | number | null): value is Socket {
  return value !== null && typeof value === 'object';
}
