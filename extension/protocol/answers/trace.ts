import * as v from 'valibot';
import { failure, verdicts } from './parts.ts';

/** The answer of `capwright trace --json`. */
export const traceAnswer = v.union([
  v.strictObject({
    schema: v.literal('capwright.trace/1'),
    command: v.array(v.string()),
    /** What exec withheld from the program, a sentence each. */
    losses: v.array(v.string()),
    /** With which the program ended, as the shell gives it. */
    status: v.number(),
    refused: v.array(
      v.strictObject({
        call: v.string(),
        errno: v.string(),
        operations: verdicts,
        /** How often the same was refused for the same reasons. */
        count: v.pipe(v.number(), v.integer(), v.minValue(1)),
      }),
    ),
  }),
  failure,
]);
