import type { UnitMessage } from '../../model/unit/problem.ts';

/** Whether what is taken for a program is one with the prefix `|`, which the release does not know. */
export function isShellPrefix({ problem, subject }: UnitMessage): boolean {
  return problem === 'invalid-program' && /^[-@:+!]*\|/.test(subject);
}
