import type { DebugProtocol } from '@vscode/debugprotocol';
import * as v from 'valibot';
import { answered, type Ask } from '../../ask.ts';
import type { RelayedDenial, RelayedGates, Stopped } from '../../relayedDebugger.ts';
import { catchCommands, readDenial, type Convention } from './gdbGates.ts';

const resultSchema = v.object({ result: v.string() });
const framesSchema = v.object({
  stackFrames: v.pipe(v.array(v.object({ id: v.number() })), v.minLength(1)),
});
const memorySchema = v.object({ data: v.string() });

/** gdb's answer to what it cannot do while the program runs. */
const notStopped = 'notStopped';

/** Has gdb's own adapter stop where the kernel refuses a call, by commands of gdb. */
export class GdbDapGates implements RelayedGates {
  readonly cost: string;
  readonly #convention: Convention;
  /** The catchpoint; null where it is not set. */
  #gate: string | null = null;
  #wanted = false;
  /** Told of the next stop, while one is waited for: the thread, where it is the one that was asked for. */
  #onPause: ((threadId: number | undefined) => void) | null = null;

  constructor(convention: Convention, cost: string) {
    this.#convention = convention;
    this.cost = cost;
  }

  async set(
    wanted: boolean,
    others: DebugProtocol.SetExceptionBreakpointsArguments,
    ask: Ask,
  ): Promise<DebugProtocol.Response> {
    const changes = this.#wanted !== wanted;
    this.#wanted = wanted;
    return this.#whileStopped(ask, async () => {
      if (changes) await (wanted ? this.#watch(ask) : this.#leave(ask));
      return ask('setExceptionBreakpoints', others);
    });
  }

  async read({ reason, threadId }: Stopped, ask: Ask): Promise<RelayedDenial | 'own' | null> {
    if (this.#onPause !== null) {
      this.#onPause(reason === 'pause' ? threadId : undefined);
      this.#onPause = null;
      if (reason === 'pause') return 'own';
    }
    if (reason !== 'syscall-return' || this.#gate === null) return null;
    const frames = await answered(framesSchema, ask, 'stackTrace', { threadId, levels: 1 });
    const frameId = frames.stackFrames[0]?.id;
    const denial = await readDenial(this.#convention, {
      integer: async (expression) => {
        const value = { context: 'watch', frameId, expression: `(long)${expression}` };
        return BigInt((await answered(resultSchema, ask, 'evaluate', value)).result);
      },
      memory: async (address, count) => {
        const place = { memoryReference: `0x${address.toString(16)}`, count };
        const read = await answered(memorySchema, ask, 'readMemory', place).catch(() => null);
        return read === null ? null : Buffer.from(read.data, 'base64');
      },
    });
    const thread = 'python print(gdb.selected_thread().ptid[1])';
    return { ...denial, tid: Number(await run(ask, thread, frameId)) };
  }

  /** gdb takes commands only while the program is stopped, or not there yet. */
  async #whileStopped(
    ask: Ask,
    change: () => Promise<DebugProtocol.Response>,
  ): Promise<DebugProtocol.Response> {
    const response = await change().catch((error: unknown) => {
      if (error instanceof Error && error.message === notStopped) return null;
      throw error;
    });
    if (response !== null && response.message !== notStopped) return response;
    const paused = new Promise<number | undefined>((resolve) => (this.#onPause = resolve));
    await ask('pause', { threadId: 1 });
    const threadId = await paused;
    const changed = await change();
    if (threadId !== undefined) await ask('continue', { threadId });
    return changed;
  }

  async #watch(ask: Ask): Promise<void> {
    const { set, condition } = catchCommands(this.#convention);
    // The condition is C, whatever the program is written in.
    await run(ask, 'set language c');
    this.#gate = /^Catchpoint (\d+)/.exec(await run(ask, set))?.[1] ?? null;
    await run(ask, `condition ${this.#gate ?? ''} ${condition}`);
    await run(ask, 'set language auto');
  }

  async #leave(ask: Ask): Promise<void> {
    if (this.#gate !== null) await run(ask, `delete ${this.#gate}`);
    this.#gate = null;
  }
}

/** What a command of gdb prints. */
async function run(ask: Ask, expression: string, frameId?: number): Promise<string> {
  const command = { context: 'repl', expression, ...(frameId === undefined ? {} : { frameId }) };
  return (await answered(resultSchema, ask, 'evaluate', command)).result;
}
