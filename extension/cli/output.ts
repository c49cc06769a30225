import type { Failure } from '../app/failure.ts';
import { printable } from '../report/printable.ts';
import { exitStatus, type ExitStatus } from './exitStatus.ts';

/** Where a command writes: its answer, and what went wrong. */
export interface Output {
  readonly answer: (text: string) => void;
  readonly problem: (text: string) => void;
}

/** Puts an answer in JSON into another one. */
export type Enclose = (answer: object) => object;

/** Tells a failure, as text and with `--json` also as JSON; the exit status says who can mend it. */
export function tellFailure(output: Output, failure: Failure, json: boolean): ExitStatus {
  if (json) output.answer(`${JSON.stringify({ error: failure })}\n`);
  output.problem(`capwright: ${printable(failure.message)}\n  ${failure.remedy}\n`);
  return failure.blame === 'user' ? exitStatus.usage : exitStatus.undetermined;
}
