import * as v from 'valibot';
import { canReport } from './can.ts';
import { checkReport } from './check.ts';
import { failure } from './parts.ts';

/** The answer of `capwright why --json`. */
export const whyReport = v.strictObject({
  schema: v.literal('capwright.why/1'),
  /** What the message is about, a sentence each. */
  meaning: v.array(v.string()),
  /** The units of which systemd says that they did not start. */
  units: v.array(v.string()),
  /** About the program that was named, otherwise about the terminal; null where a unit alone is meant. */
  answer: v.nullable(v.variant('schema', [checkReport, canReport])),
});

export const whyAnswer = v.union([whyReport, failure]);
