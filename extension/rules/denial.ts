import type { Fix } from '../fixes/fix.ts';
import { repairsFor } from '../fixes/repairs.ts';
import type { LaunchPath } from '../model/launchPath.ts';
import { findOperation, type OperationId } from '../model/operations.ts';
import type { Reason } from '../model/reason.ts';
import type { System } from '../model/system.ts';
import type { Denied } from '../model/verdict.ts';
import type { Finding } from './finding.ts';
import type { JudgedSystem, Rule } from './rule.ts';

/** A denied operation on a launch path. */
export interface Denial {
  readonly path: LaunchPath;
  readonly operation: OperationId;
  readonly verdict: Denied;
}

/** Every denied verdict whose chain holds a reason that `match` picks. */
export function denialsWith<R extends Reason>(
  { judgement }: JudgedSystem,
  match: (reason: Reason) => reason is R,
): readonly { readonly denial: Denial; readonly reason: R }[] {
  return judgement.paths.flatMap(({ path, verdicts }) =>
    verdicts.flatMap(({ operation, verdict }) => {
      if (verdict.kind !== 'denied') return [];
      const reason = verdict.reasons.find(match);
      return reason === undefined ? [] : [{ denial: { path, operation, verdict }, reason }];
    }),
  );
}

/** Picks the reasons of one rule of the model. */
export function isReason<K extends Reason['rule']>(
  rule: K,
): (reason: Reason) => reason is Extract<Reason, { rule: K }> {
  return (reason): reason is Extract<Reason, { rule: K }> => reason.rule === rule;
}

/** One finding for all the denials of a cause; none where there is no denial. */
export function findingOf(
  rule: Pick<Rule, 'id' | 'severity'>,
  system: System,
  denials: readonly Denial[],
  message: string,
): readonly Finding[] {
  const [first] = denials;
  if (first === undefined) return [];
  return [
    {
      rule: rule.id,
      severity: rule.severity,
      confidence: 'proven',
      subject: {
        path: system.program.file.path,
        launchPaths: unique(denials.map(({ path }) => path)),
        operations: unique(denials.map(({ operation }) => operation)),
      },
      message,
      reasons: first.verdict.reasons,
      fixes: uniqueFixes(denials.flatMap((denial) => repairsOf(system, denial))),
    },
  ];
}

function repairsOf(system: System, { operation, path }: Denial): readonly Fix[] {
  const found = findOperation(operation);
  return found === null ? [] : repairsFor(system, found, path);
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

/** The same repair for two operations is one where its steps are the same. */
function uniqueFixes(fixes: readonly Fix[]): readonly Fix[] {
  const byKey = new Map(fixes.map((fix) => [JSON.stringify([fix.id, fix.steps]), fix] as const));
  return [...byKey.values()];
}
