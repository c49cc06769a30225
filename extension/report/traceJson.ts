import type { OperationVerdict } from '../model/judge.ts';
import type { RefusedCall } from '../model/straceLine.ts';
import { verdictJson } from './json.ts';

/** A call that was refused to a traced program, with what the gates say of it. */
export interface TracedDenial {
  readonly call: RefusedCall;
  readonly verdicts: readonly OperationVerdict[];
}

export interface CountedDenial {
  readonly denial: TracedDenial;
  /** How often the same was refused for the same reasons. */
  readonly count: number;
}

/**
 * The answer of `capwright trace --json`; `schema` changes when a field changes its meaning.
 * @param losses what exec withheld from the program, a sentence each
 * @param status with which it ended, as the shell gives it
 */
export function traceJson(
  command: readonly string[],
  losses: readonly string[],
  status: number,
  denials: readonly CountedDenial[],
): object {
  return {
    schema: 'capwright.trace/1',
    command,
    losses,
    status,
    refused: denials.map(({ denial, count }) => ({ ...denialJson(denial), count })),
  };
}

/** Without the thread that made it, so that the same refusal reads the same. */
export function denialJson({ call: { wanted, errno }, verdicts }: TracedDenial): object {
  return {
    call: wanted.call,
    errno,
    operations: verdicts.map(({ operation, verdict }) => ({ operation, ...verdictJson(verdict) })),
  };
}
