import { constants } from 'node:os';
import * as v from 'valibot';

/** What MI says of a stop, gdb’s manual “GDB/MI Async Records”. */
export const stopSchema = v.object({
  reason: v.optional(v.string(), ''),
  'thread-id': v.optional(v.string(), '0'),
  'stopped-threads': v.optional(v.unknown()),
  bkptno: v.optional(v.string()),
  'signal-name': v.optional(v.string()),
  'signal-meaning': v.optional(v.string()),
  'exit-code': v.optional(v.string()),
});

export type Stop = v.InferOutput<typeof stopSchema>;

/** `=thread-group-started`. */
export const groupSchema = v.object({ pid: v.pipe(v.string(), v.transform(Number)) });

/** `=breakpoint-created`, and the answer to -break-insert. */
export const breakpointSchema = v.object({
  bkpt: v.object({ number: v.string(), type: v.string() }),
});

/** `=breakpoint-deleted`. */
export const deletedSchema = v.object({ id: v.string() });

/** The program's exit status as shells tell it. MI writes exit codes in octal. */
export function exitStatus(stop: Stop): number {
  const { 'exit-code': code = '0', 'signal-name': signal } = stop;
  if (signal === undefined) return Number.parseInt(code, 8);
  const number = Object.entries(constants.signals).find(([name]) => name === signal)?.[1];
  return 128 + (number ?? 0);
}
