import type { DebugProtocol } from '@vscode/debugprotocol';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { pointedSize, pointerArgument } from '../../../../model/systemCall.ts';
import { answered, type Ask } from '../../ask.ts';
import type { RelayedDenial, RelayedGates, Stopped } from '../../relayedDebugger.ts';
import { conventionOf } from '../gdb/gdbGates.ts';

/** Through which all of Go’s own system calls go; by its name up to 1.23, and since. */
const functions = ['runtime/internal/syscall.Syscall6', 'internal/runtime/syscall.Syscall6'];

const placesSchema = v.object({
  breakpoints: v.array(
    v.object({
      verified: v.boolean(),
      line: v.optional(v.number()),
      source: v.optional(v.object({ path: v.optional(v.string()) })),
    }),
  ),
});
const framesSchema = v.object({
  stackFrames: v.array(
    v.object({
      id: v.number(),
      line: v.number(),
      source: v.optional(v.object({ path: v.optional(v.string()) })),
    }),
  ),
});
const resultSchema = v.object({ result: v.string() });

const unchanged: DebugProtocol.Response = {
  ...{ seq: 0, request_seq: 0, type: 'response', command: 'setExceptionBreakpoints' },
  success: true,
};

/** How many frames above there may be before the one that still has the number of the call. */
const depth = 5;

/**
 * Stops where Go has found that a system call was refused: there the registers still hold its arguments.
 * Only x64 has them so, and a program that calls the kernel by a C library goes another way.
 */
export class DelveGates implements RelayedGates {
  readonly cost = 'Go’s own system calls are seen, not those of C libraries.';
  readonly #numbers = conventionOf('x64')?.numbers ?? {};
  /** Null where the program has no such function, or its source is not here. */
  #place: { readonly path: string; readonly line: number } | null = null;
  #wanted = false;
  /** The client's others, as it set them last. */
  #filters = '';

  /** Asks for the function while nobody else has set breakpoints at functions, which replace each other. */
  async prepare(ask: Ask): Promise<void> {
    const named = { breakpoints: functions.map((name) => ({ name })) };
    const { breakpoints } = await answered(placesSchema, ask, 'setFunctionBreakpoints', named);
    await ask('setFunctionBreakpoints', { breakpoints: [] });
    const path = breakpoints.find(({ verified }) => verified)?.source?.path;
    const text = path === undefined ? '' : await readFile(path, 'utf8').catch(() => '');
    // The errno is in RAX behind the line that makes it positive.
    const negation = text.split('\n').findIndex((line) => /^\s*NEGQ\s+AX\b/.test(line));
    if (path !== undefined && negation >= 0) this.#place = { path, line: negation + 2 };
  }

  async set(
    wanted: boolean,
    others: DebugProtocol.SetExceptionBreakpointsArguments,
    ask: Ask,
  ): Promise<DebugProtocol.Response> {
    if (wanted && this.#place === null) {
      throw new Error(
        'The source of Go’s syscall package is not where the program was built with it.',
      );
    }
    if (this.#place !== null && this.#wanted !== wanted) {
      const { path, line } = this.#place;
      const breakpoint = { line, condition: 'RAX == 1 || RAX == 13' };
      const breakpoints = wanted ? [breakpoint] : [];
      await answered(v.unknown(), ask, 'setBreakpoints', { source: { path }, breakpoints });
      this.#wanted = wanted;
    }
    // While the program runs, Delve takes none, and there is nothing new in them.
    const filters = others.filters.join(' ');
    if (filters === this.#filters) return unchanged;
    this.#filters = filters;
    return ask('setExceptionBreakpoints', others);
  }

  async read({ reason, threadId }: Stopped, ask: Ask): Promise<RelayedDenial | 'own' | null> {
    const place = this.#wanted && reason === 'breakpoint' ? this.#place : null;
    if (place === null) return null;
    const request = { threadId, levels: depth };
    const { stackFrames } = await answered(framesSchema, ask, 'stackTrace', request);
    const [top, ...callers] = stackFrames;
    if (top?.source?.path !== place.path || top.line !== place.line) return null;
    const called = await trapOf(callers, ask);
    const name = Object.entries(this.#numbers).find(([, each]) => each === called)?.[0];
    const values = await Promise.all(
      ['RDI', 'RSI', 'RDX'].map((register) => integer(ask, register, top.id)),
    );
    const pointer = name === undefined ? null : (values[pointerArgument[name] ?? -1] ?? null);
    const memory = pointer === null ? null : await memoryAt(ask, pointer, top.id);
    const isOtherFile =
      (name?.startsWith('open') ?? false) && memory?.toString().startsWith(tunNode) !== true;
    if (name === undefined || isOtherFile) {
      await ask('continue', { threadId });
      return 'own';
    }
    const errno = (await integer(ask, 'RAX', top.id)) === 13n ? 'EACCES' : 'EPERM';
    return { call: { name, arguments: values, memory }, errno, tid: null };
  }
}

/** Of other files that may not be opened, programs try many. */
const tunNode = '/dev/net/tun\0';

/** The number of the call, which the function itself has lost. */
async function trapOf(
  callers: readonly { readonly id: number }[],
  ask: Ask,
): Promise<number | null> {
  for (const { id } of callers) {
    const trap = await integer(ask, 'trap', id);
    if (trap !== null) return Number(trap);
  }
  return null;
}

async function integer(ask: Ask, expression: string, frameId: number): Promise<bigint | null> {
  const value = { context: 'watch', expression, frameId };
  const told = await answered(resultSchema, ask, 'evaluate', value).catch(() => null);
  const digits = /^(?:0x[\da-f]+|\d+)/.exec(told?.result ?? '')?.[0];
  return digits === undefined ? null : BigInt(digits);
}

async function memoryAt(ask: Ask, address: bigint, frameId: number): Promise<Buffer | null> {
  const expression = `*(*[${String(pointedSize)}]uint8)(${String(address)})`;
  const value = { context: 'watch', expression, frameId };
  const told = await answered(resultSchema, ask, 'evaluate', value).catch(() => null);
  const list = /\[([\d,\s]*)\]$/.exec(told?.result ?? '')?.[1];
  return list === undefined ? null : Buffer.from(list.split(',').map(Number));
}
