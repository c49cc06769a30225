/** Whatever the model says no to, or leaves open, a rule explains: once, and with the fixes that help. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { helpedBy, repairsFor } from '../../extension/fixes/repairs.ts';
import { judge } from '../../extension/model/judge.ts';
import type { OperationId } from '../../extension/model/operations.ts';
import type { LaunchPath } from '../../extension/model/launchPath.ts';
import { casesOf } from '../../extension/rules/denial.ts';
import { evaluate } from '../../extension/rules/evaluate.ts';
import type { Finding } from '../../extension/rules/finding.ts';
import type { JudgedSystem } from '../../extension/rules/rule.ts';
import { someOperations, system as anySystem } from './randomSystem.ts';

const asked = fc
  .tuple(anySystem, someOperations)
  .map(([system, operations]) => ({ system, operations, judgement: judge(system, operations) }));

const runs = { numRuns: 500 };

test('every denied or unknown verdict is in the subject of a finding', () => {
  fc.assert(
    fc.property(asked, (judged) => {
      const findings = evaluate(judged);
      const unexplained = casesOf(judged).filter(
        ({ path, operation, verdict }) =>
          verdict.kind !== 'allowed' && !findings.some((each) => covers(each, path, operation.id)),
      );
      expect(unexplained.map(place)).toEqual([]);
    }),
    runs,
  );
});

test('one denied operation on one path has one cause, and one finding', () => {
  fc.assert(
    fc.property(asked, ({ system, operations, judgement }) => {
      for (const each of judgement.paths) {
        for (const operation of operations) {
          const verdicts = each.verdicts.filter((verdict) => verdict.operation === operation.id);
          const alone = {
            system,
            operations: [operation],
            judgement: { paths: [{ ...each, verdicts }] },
          };
          const denied = verdicts.some(({ verdict }) => verdict.kind === 'denied');
          if (denied) expect(evaluate(alone).map(({ rule }) => rule)).toHaveLength(1);
        }
      }
    }),
    runs,
  );
});

test('where a repair helps a refused operation, the findings about it offer one that does', () => {
  fc.assert(
    fc.property(asked, (judged) => {
      const { system } = judged;
      const findings = evaluate(judged);
      const helpless = casesOf(judged).filter(({ path, operation, verdict }) => {
        if (verdict.kind === 'allowed') return false;
        if (repairsFor(system, [operation], path).length === 0) return false;
        return !findings.some(
          (finding) =>
            covers(finding, path, operation.id) &&
            finding.fixes.some((fix) => helped(judged, finding, path, fix).includes(operation.id)),
        );
      });
      expect(helpless.map(place)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('every fix of a finding leads to allowed for something that the finding is about', () => {
  fc.assert(
    fc.property(asked, (judged) => {
      const useless = evaluate(judged).flatMap((finding) =>
        finding.fixes.filter((fix) =>
          finding.subject.launchPaths.every(
            (path) => helped(judged, finding, path, fix).length === 0,
          ),
        ),
      );
      expect(useless).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('findings name a rule once for each cause, and say one sentence', () => {
  fc.assert(
    fc.property(asked, (judged) => {
      const messages = evaluate(judged).map(({ rule, message }) => `${rule}: ${message}`);
      expect(new Set(messages).size).toBe(messages.length);
      expect(messages.filter((message) => /undefined|null|NaN|\[object/.test(message))).toEqual([]);
    }),
    runs,
  );
});

function place({ path, operation, verdict }: ReturnType<typeof casesOf>[number]): string {
  return `${operation.id} on ${path}: ${JSON.stringify(verdict.reasons, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`;
}

function covers({ subject }: Finding, path: LaunchPath, operation: OperationId): boolean {
  return subject.launchPaths.includes(path) && subject.operations.includes(operation);
}

/** A fix is for all that its finding is about on a launch path: together they say what is to be raised. */
function helped(
  judged: JudgedSystem,
  { subject }: Finding,
  path: LaunchPath,
  fix: Finding['fixes'][number],
): readonly OperationId[] {
  const concerned = casesOf(judged)
    .filter((each) => each.path === path && each.verdict.kind !== 'allowed')
    .map(({ operation }) => operation)
    .filter(({ id }) => subject.operations.includes(id));
  const groups = [concerned, ...concerned.map((operation) => [operation])];
  return groups.flatMap((group) => helpedBy(fix, judged.system, group, path)).map(({ id }) => id);
}
