import { EventEmitter } from 'node:events';
import { MIParser } from 'cdt-gdb-adapter/dist/MIParser.js';
import { GDBBackend } from 'cdt-gdb-adapter/dist/gdb/GDBBackend.js';
import type { IGDBProcessManager } from 'cdt-gdb-adapter/dist/types/gdb.js';

/**
 * gdb by MI, as the adapter library drives it, except that a program is stopped at its very first
 * instruction, looked at, and then let go: later it may have changed its credentials itself.
 */
export class StoppingBackend extends GDBBackend {
  readonly #atFirstInstruction: () => Promise<void>;
  /** Called when it stops, while the library is not to know of it. */
  #stopped: (() => void) | null = null;
  /** What gdb said meanwhile, which is of interest only where the start fails. */
  #withheld: (readonly unknown[])[] = [];

  constructor(manager: IGDBProcessManager, atFirstInstruction: () => Promise<void>) {
    // The name is for a second gdb beside the first.
    super(manager, '');
    this.#atFirstInstruction = atFirstInstruction;
  }

  override async sendCommand<T>(command: string): Promise<T> {
    if (command !== '-exec-run') return this.#send<T>(command);
    const stopped = new Promise<void>((resolve) => (this.#stopped = resolve));
    const gone = new Promise<never>((_, reject) =>
      this.once('exit', () => reject(new Error('gdb has ended'))),
    );
    gone.catch(() => undefined);
    try {
      await this.#send('-interpreter-exec console "starti"');
      await Promise.race([stopped, gone]);
      await this.#atFirstInstruction();
      this.#stopped = null;
    } catch (error) {
      this.#stopped = null;
      for (const output of this.#withheld) this.emit('consoleStreamOutput', ...output);
      throw error;
    }
    return this.#send<T>('-exec-continue');
  }

  /**
   * Never settles where gdb ends before it has answered: everybody is told of that end, and the library leaves
   * the failure of what it asked by itself, such as the threads after a stop, for nobody to handle.
   */
  async #send<T>(command: string): Promise<T> {
    try {
      return await super.sendCommand<T>(command);
    } catch (error) {
      if (isOfItsEnd(error)) return new Promise<never>(() => undefined);
      throw error;
    }
  }

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (this.#stopped !== null && event === 'execAsync') {
      if (args[0] === 'stopped') this.#stopped();
      return true;
    }
    if (this.#stopped !== null && event === 'consoleStreamOutput') {
      this.#withheld.push(args);
      return true;
    }
    return EventEmitter.prototype.emit.call(this, event, ...args);
  }
}

function isOfItsEnd(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, message } = error;
  return (
    message === MIParser.CMD_QUEUE_CANCELLED ||
    name === 'GDBCommandCancelled' ||
    name === 'GDBPipeError'
  );
}
