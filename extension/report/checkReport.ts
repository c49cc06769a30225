import { judge, type Judgement } from '../model/judge.ts';
import type { Operation } from '../model/operations.ts';
import type { System } from '../model/system.ts';
import { evaluate } from '../rules/evaluate.ts';
import type { Finding } from '../rules/finding.ts';

/** Everything that a view shows about one program. */
export interface CheckReport {
  readonly system: System;
  readonly operations: readonly Operation[];
  readonly judgement: Judgement;
  readonly findings: readonly Finding[];
}

/** Judges the evidence and evaluates the rules. */
export function checkReport(system: System, operations: readonly Operation[]): CheckReport {
  const judgement = judge(system, operations);
  const findings = evaluate({ system, operations, judgement });
  return { system, operations, judgement, findings };
}
