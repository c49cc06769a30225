import type { Fix } from '../fixes/fix.ts';
import type { LaunchPath } from '../model/launchPath.ts';
import type { OperationId } from '../model/operations.ts';
import type { Reason } from '../model/reason.ts';

/** What a rule reports. */
export interface Finding {
  /** The rule's id. */
  readonly rule: string;
  readonly severity: Severity;
  /** `likely` names in the message what could not be seen. */
  readonly confidence: 'proven' | 'likely';
  readonly subject: FindingSubject;
  /** An observed fact, then why it matters. */
  readonly message: string;
  readonly reasons: readonly Reason[];
  /** Least privilege first; each was judged again and helps. */
  readonly fixes: readonly Fix[];
}

export type Severity = 'error' | 'warning' | 'information';

/** What the finding is about. */
export interface FindingSubject {
  /** The path of the program or device. */
  readonly path: string;
  readonly launchPaths: readonly LaunchPath[];
  readonly operations: readonly OperationId[];
}
