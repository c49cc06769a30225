import type { DebugProtocol } from '@vscode/debugprotocol';
import * as v from 'valibot';
import { answered, type Ask } from '../../ask.ts';
import type { RelayedDenial, RelayedGates, Stopped } from '../../relayedDebugger.ts';
import { refusedCallExpression } from './pythonCall.ts';

const framesSchema = v.object({
  stackFrames: v.pipe(v.array(v.object({ id: v.number() })), v.minLength(1)),
});
const resultSchema = v.object({ result: v.string() });
const callSchema = v.nullable(
  v.object({
    name: v.string(),
    arguments: v.array(
      v.nullable(
        v.pipe(
          v.number(),
          v.transform((value) => BigInt(value)),
        ),
      ),
    ),
    memory: v.nullable(v.string()),
    errno: v.picklist(['EPERM', 'EACCES']),
    tid: v.number(),
  }),
);

/** The path of the TUN device node: of other files that may not be opened, programs try many. */
const tunNode = '/dev/net/tun';

/**
 * Stops where Python raises PermissionError, which is what it makes of EPERM and EACCES. An error that no
 * call of a gate has made is let go.
 */
export class PythonGates implements RelayedGates {
  readonly cost =
    'It is seen where Python raises PermissionError; to be set before the program starts.';
  #wanted = false;

  set(
    wanted: boolean,
    { filters, ...others }: DebugProtocol.SetExceptionBreakpointsArguments,
    ask: Ask,
  ): Promise<DebugProtocol.Response> {
    this.#wanted = wanted;
    if (!wanted) return ask('setExceptionBreakpoints', { ...others, filters });
    // debugpy takes no filters beside options, which can say the same.
    const modes = { raised: 'always', uncaught: 'unhandled', userUnhandled: 'userUnhandled' };
    const python = { names: ['Python Exceptions'] };
    const exceptionOptions = [
      { path: [python, { names: ['PermissionError'] }], breakMode: 'always' },
      ...Object.entries(modes).flatMap(([filter, breakMode]) =>
        filters.includes(filter) ? [{ path: [python], breakMode }] : [],
      ),
    ];
    return ask('setExceptionBreakpoints', { ...others, filters: [], exceptionOptions });
  }

  async read({ reason, text, threadId }: Stopped, ask: Ask): Promise<RelayedDenial | 'own' | null> {
    if (!this.#wanted || reason !== 'exception' || text !== 'PermissionError') return null;
    const frames = await answered(framesSchema, ask, 'stackTrace', { threadId, levels: 1 });
    const { result } = await answered(resultSchema, ask, 'evaluate', {
      frameId: frames.stackFrames[0]?.id,
      ...{ expression: refusedCallExpression(), context: 'watch' },
    });
    // A string, as Python writes one.
    const told = v.parse(callSchema, JSON.parse(result.replaceAll(/^'|'$/g, '')));
    const memory = told?.memory === null || told === null ? null : Buffer.from(told.memory, 'hex');
    if (told === null || (told.name === 'openat' && memory?.toString() !== tunNode)) {
      await ask('continue', { threadId });
      return 'own';
    }
    const { name, arguments: values, errno, tid } = told;
    return { call: { name, arguments: values, memory }, errno, tid };
  }
}
