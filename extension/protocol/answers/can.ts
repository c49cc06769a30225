import * as v from 'valibot';
import { credentials, failure, vantage, verdicts } from './parts.ts';

/** The answer of `capwright can --json`. */
export const canReport = v.strictObject({
  schema: v.literal('capwright.can/1'),
  process: v.strictObject(vantage),
  /** Null where they could not be seen. */
  credentials: v.nullable(credentials),
  operations: verdicts,
});

export const canAnswer = v.union([canReport, failure]);
