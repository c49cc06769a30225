import type { IGDBBackend } from 'cdt-gdb-adapter/dist/types/gdb.js';
import * as v from 'valibot';
import type { DenialText } from '../../../../report/debugText.ts';
import { textOf } from '../../conversation.ts';
import type { Denial } from '../../denial.ts';
import type { PreparedLaunch, Session } from '../../session.ts';
import { catchCommands, readDenial, type Convention } from './gdbGates.ts';
import type { Stop } from './gdbRecords.ts';

const valueSchema = v.object({ value: v.string() });
const threadsSchema = v.object({ threads: v.tuple([v.object({ 'target-id': v.string() })]) });
const bytesSchema = v.object({ memory: v.tuple([v.object({ contents: v.string() })]) });

/** Who can tell which gate refused a process something. */
interface ToldBy {
  readonly session: Session;
  readonly pid: number;
}

/** Has gdb stop the program where the kernel refuses a call that is watched, and reads which it was. */
export class GateWatch {
  readonly #convention: Convention;
  readonly #gdb: () => IGDBBackend;
  /** The catchpoint of the exception filter; null where it is not set. */
  #gate: string | null = null;
  /** The one that gdb has made last. Clients set breakpoints meanwhile, so `$bpnum` may be one of those. */
  #made: string | null = null;
  #wanted = false;

  /** @param gdb there is none before the program is loaded */
  constructor(convention: Convention, gdb: () => IGDBBackend) {
    this.#convention = convention;
    this.#gdb = gdb;
  }

  /** What the client wants; true where that is new. */
  want(wanted: boolean): boolean {
    const before = this.#wanted;
    this.#wanted = wanted;
    return before !== wanted;
  }

  /** The program has to be stopped. */
  async set(): Promise<void> {
    const gdb = this.#gdb();
    if (this.#wanted) {
      const { set, condition } = catchCommands(this.#convention);
      // The condition is C, whatever the program is written in.
      await gdb.sendCommand('-gdb-set language c');
      await gdb.sendCommand(`-interpreter-exec console "${set}"`);
      this.#gate = this.#made;
      await gdb.sendCommand(`-break-condition ${this.#gate ?? ''} ${condition}`);
      await gdb.sendCommand('-gdb-set language auto');
    } else if (this.#gate !== null) {
      await gdb.sendCommand(`-break-delete ${this.#gate}`);
      this.#gate = null;
    }
  }

  /** gdb has made a catchpoint. */
  made(number: string): void {
    this.#made = number;
  }

  stoppedBy({ reason, bkptno }: Stop): boolean {
    return reason === 'syscall-return' && bkptno === this.#gate;
  }

  /** What the kernel refused there, and which gate it was. */
  async explain(
    stop: Stop,
    { session, pid, expectation }: ToldBy & Pick<PreparedLaunch, 'expectation'>,
  ): Promise<DenialText> {
    try {
      const { call, errno, tid } = await this.#read(stop);
      return await session.explain({ pid, tid }, { expectation }, call, errno);
    } catch (error) {
      return { title: 'EPERM or EACCES', details: [textOf(error)] };
    }
  }

  /** And the kernel's id of the thread. */
  async #read({ 'thread-id': thread }: Stop): Promise<Denial & { readonly tid: number }> {
    const denial = await readDenial(this.#convention, {
      integer: async (expression) => BigInt(await this.#evaluate(`(long)${expression}`, thread)),
      memory: (address, size) => this.#memory(address, size),
    });
    return { ...denial, tid: await this.#lightweightProcess(thread) };
  }

  /** gdb has it in the thread's description alone. */
  async #lightweightProcess(thread: string): Promise<number> {
    const answer = await this.#gdb().sendCommand(`-thread-info ${thread}`);
    const [{ 'target-id': target }] = v.parse(threadsSchema, answer).threads;
    return Number(/(?:LWP|process) (\d+)/.exec(target)?.[1]);
  }

  async #evaluate(expression: string, thread: string): Promise<string> {
    const where = `--thread ${thread} --frame 0`;
    const answer = await this.#gdb().sendCommand(
      `-data-evaluate-expression ${where} "${expression}"`,
    );
    return v.parse(valueSchema, answer).value;
  }

  async #memory(address: bigint, size: number): Promise<Uint8Array | null> {
    try {
      const command = `-data-read-memory-bytes 0x${address.toString(16)} ${size}`;
      const { memory } = v.parse(bytesSchema, await this.#gdb().sendCommand(command));
      return Buffer.from(memory[0].contents, 'hex');
    } catch {
      return null;
    }
  }
}
