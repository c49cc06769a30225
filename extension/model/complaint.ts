import { complaintForms, type FailedStart, type RefusedOperation } from './complaintForms.ts';
import { readStraceLine } from './straceLine.ts';

/** A message by which a program, or systemd for it, tells that it was refused. */
export type Complaint = {
  /** Where it stands in the line, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
} & (RefusedOperation | FailedStart);

/** The complaints of a line, from the left, none inside another. */
export function complaintsIn(line: string): readonly Complaint[] {
  const call = readStraceLine(line);
  if (call !== null) {
    const { wanted, errno } = call;
    return [{ kind: 'refused', start: 0, end: line.length, wanted, errno }];
  }
  const found: Complaint[] = [];
  for (const form of complaintForms) {
    for (const match of line.matchAll(form.pattern)) {
      const complaint = form.read(match);
      const [start, end] = [match.index, match.index + match[0].length];
      if (complaint === null || found.some((each) => start < each.end && each.start < end)) {
        continue;
      }
      found.push({ ...complaint, start, end });
    }
  }
  return found.toSorted((one, other) => one.start - other.start);
}
