import type { Finding } from './finding.ts';
import { rules } from './index.ts';
import type { JudgedSystem } from './rule.ts';

/** What all rules say about the judged system. */
export function evaluate(judged: JudgedSystem): readonly Finding[] {
  return rules.flatMap((rule) => rule.check(judged));
}
