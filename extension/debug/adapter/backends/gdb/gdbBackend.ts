import { EventEmitter } from 'node:events';
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
    if (command !== '-exec-run') return super.sendCommand<T>(command);
    const stopped = new Promise<void>((resolve) => (this.#stopped = resolve));
    const gone = new Promise<never>((_, reject) =>
      this.once('exit', () => reject(new Error('gdb has ended'))),
    );
    gone.catch(() => undefined);
    try {
      await super.sendCommand('-interpreter-exec console "starti"');
      await Promise.race([stopped, gone]);
      await this.#atFirstInstruction();
      this.#stopped = null;
    } catch (error) {
      this.#stopped = null;
      for (const output of this.#withheld) this.emit('consoleStreamOutput', ...output);
      throw error;
    }
    return super.sendCommand<T>('-exec-continue');
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
