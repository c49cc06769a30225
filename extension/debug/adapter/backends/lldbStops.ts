import type { DebugProtocol } from '@vscode/debugprotocol';
import { constants } from 'node:os';
import * as v from 'valibot';
import type { Ask } from '../ask.ts';
import type { Stopped } from '../relayedDebugger.ts';

const breakpointsSchema = v.object({
  breakpoints: v.array(
    v.object({ source: v.object({ path: v.string() }), line: v.pipe(v.number(), v.integer()) }),
  ),
});
const topFrameSchema = v.object({
  stackFrames: v.tuple([v.object({ source: v.object({ path: v.string() }), line: v.number() })]),
});

/** What lldb-dap calls a signal, in the words of the protocol: a pause, a breakpoint, an exit status. */
export class LldbStops {
  /** Which signal it stopped at last. */
  #signal: string | null = null;
  /** Where breakpoints are, or were. */
  readonly #places = new Set<string>();

  readonly answered = ({ command, body }: DebugProtocol.Response): void => {
    const told = command === 'setBreakpoints' ? v.safeParse(breakpointsSchema, body) : null;
    if (told?.success !== true) return;
    for (const { source, line } of told.output.breakpoints) this.#places.add(place(source, line));
  };

  readonly stop = async (body: Stopped, pausing: boolean, ask: Ask): Promise<Stopped> => {
    const name = /^signal (SIG\w+)/.exec(body.description ?? '')?.[1] ?? null;
    this.#signal = name;
    // It interrupts the program by a signal.
    if (pausing && (name === 'SIGSTOP' || name === 'SIGINT')) return { ...body, reason: 'pause' };
    if (name === 'SIGTRAP' && (await this.#isAtBreakpoint(body, ask))) {
      this.#signal = null;
      return { ...body, reason: 'breakpoint', description: 'breakpoint', text: 'breakpoint' };
    }
    return name === null ? body : { ...body, text: name };
  };

  /** Of signals it tells in words, and their numbers as exit statuses. */
  readonly exitStatus = (told: number | null): number | null =>
    told !== null && this.#signal !== null && numberOf(this.#signal) === told ? 128 + told : told;

  /**
   * A breakpoint that is set or taken away while the program runs may be met before lldb knows of it, or
   * when it does no more (16): then it sees the trap alone.
   */
  async #isAtBreakpoint({ threadId }: Stopped, ask: Ask): Promise<boolean> {
    // It answers in turn: by now it has told where the breakpoints are.
    const stack = await ask('stackTrace', { threadId, startFrame: 0, levels: 1 });
    const top = v.safeParse(topFrameSchema, stack.body);
    if (!top.success) return false;
    const [{ source, line }] = top.output.stackFrames;
    return this.#places.has(place(source, line));
  }
}

function place({ path }: { readonly path: string }, line: number): string {
  return `${path}:${line}`;
}

function numberOf(signal: string): number | undefined {
  return Object.entries(constants.signals).find(([name]) => name === signal)?.[1];
}
