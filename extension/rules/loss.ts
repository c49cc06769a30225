import type { CapabilityLoss, FileStamp } from '../model/sighting.ts';
import type { Finding } from './finding.ts';
import type { Cause } from './findings.ts';
import { lackFindings } from './lack.ts';
import type { JudgedSystem, Rule } from './rule.ts';

/** What a message about a loss is made of. */
export interface Lost<W extends CapabilityLoss['way']> {
  readonly path: string;
  /** What the file had, as getcap(8) prints it. */
  readonly had: string;
  readonly loss: Extract<CapabilityLoss, { way: W }>;
  readonly before: FileStamp;
  readonly after: FileStamp;
}

/** Findings for the denials that would be none, had the file not lost its capabilities in one way. */
export function lossFindings<W extends CapabilityLoss['way']>(
  rule: Pick<Rule, 'id' | 'severity'>,
  judged: JudgedSystem,
  way: W,
  causeOf: (lost: Lost<W>) => Cause,
): readonly Finding[] {
  const isWay = (loss: CapabilityLoss): loss is Extract<CapabilityLoss, { way: W }> =>
    loss.way === way;
  return lackFindings(rule, judged, 'capabilities-lost', ({ file, loss, had, before, after }) =>
    isWay(loss) ? causeOf({ path: file.path, had, loss, before, after }) : null,
  );
}
