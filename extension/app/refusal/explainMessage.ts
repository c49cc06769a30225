import { complaintsIn } from '../../model/complaint.ts';
import { usualOperations, type OperationId } from '../../model/operations.ts';
import type { OperationRequest } from '../../model/system.ts';
import { complaintLines } from '../../report/complaintText.ts';

/** What the messages of a program are about, before anything is looked at. */
export interface MessageExplanation {
  readonly lines: readonly string[];
  /** What is to be asked of the program; none where only systemd complains. */
  readonly asked: Asked;
  /** The units of which systemd says that they did not start. */
  readonly units: readonly string[];
}

export interface Asked {
  readonly operations: readonly OperationId[];
  /** Of these, what the messages say was refused: some tell of a refusal, and not of what. */
  readonly refused: readonly OperationId[];
  /** The device and port that the messages name. */
  readonly request: Partial<OperationRequest>;
}

/** Null where the message, of any number of lines, holds no refusal that is known. */
export function explainMessage(message: string): MessageExplanation | null {
  const complaints = message.split('\n').flatMap((line) => complaintsIn(line));
  if (complaints.length === 0) return null;
  const wanted = complaints.flatMap((each) => (each.kind === 'refused' ? [each.wanted] : []));
  const operations = wanted.flatMap((each) =>
    // Where a message does not say what was refused, all the usual ones may have been.
    each.operations.length === 0 ? usualOperations : each.operations,
  );
  return {
    lines: [...new Set(complaints.flatMap(complaintLines))],
    asked: {
      operations: [...new Set(operations)],
      refused: [...new Set(wanted.flatMap((each) => each.operations))],
      request: wanted.reduce((all, each) => ({ ...all, ...each.request }), {}),
    },
    units: complaints.flatMap((each) => (each.kind === 'start' ? [each.unit] : [])),
  };
}
