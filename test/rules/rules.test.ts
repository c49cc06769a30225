/** Every rule is complete, and its examples are true: the rule files are their own test cases. */
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { helpedBy } from '../../extension/fixes/repairs.ts';
import { judge } from '../../extension/model/judge.ts';
import { findOperation } from '../../extension/model/operations.ts';
import { evaluate } from '../../extension/rules/evaluate.ts';
import type { Finding } from '../../extension/rules/finding.ts';
import { findRule, rules } from '../../extension/rules/index.ts';
import type { RuleExample } from '../../extension/rules/rule.ts';
import { testRuleForm } from './ruleForm.ts';

testRuleForm(join(import.meta.dirname, '../../extension/rules'), rules, findRule);

const judged = ({ system, operations }: RuleExample) => ({
  system,
  operations,
  judgement: judge(system, operations),
});

describe.each(rules)('$id', (rule) => {
  describe.each(rule.examples)('$title', (example) => {
    const system = judged(example);
    const findings = rule.check(system);

    it(example.finds ? 'finds' : 'does not find', () => {
      expect(findings.length > 0).toBe(example.finds);
    });

    if (!example.finds) return;

    it('gives findings of its own', () => {
      expect(findings.map((finding) => finding.rule)).toEqual(findings.map(() => rule.id));
      expect(findings.map(({ severity }) => severity)).toEqual(findings.map(() => rule.severity));
    });

    it('says a fact in one sentence', () => {
      for (const { message } of findings) {
        expect(message).toMatch(/^[^\n]+\.$/);
        expect(message).not.toMatch(/illegal|undefined|null|NaN|\bforbidden\b/i);
      }
    });

    it('offers fixes that help what they were offered for', () => {
      expect(findings.flatMap((finding) => uselessFixes(example, finding))).toEqual([]);
    });

    it('is the only rule that explains these verdicts', () => {
      const subjects = findings.map(subject);
      const others = evaluate(system).filter((other) => other.rule !== rule.id);
      expect(others.map(subject).filter((each) => subjects.includes(each))).toEqual([]);
    });
  });
});

test('the findings of all examples read as they always did', async () => {
  const told = rules.flatMap((rule) => [
    `${rule.id}\n`,
    ...rule.examples
      .filter(({ finds }) => finds)
      .flatMap((example) => [
        `  ${example.title}`,
        ...rule
          .check(judged(example))
          .flatMap(({ confidence, message, subject, fixes }) => [
            `    ${subject.launchPaths.join(' ')} (${confidence})`,
            `    ${message}`,
            ...fixes.map(({ title }) => `      · ${title}`),
          ]),
        '',
      ]),
  ]);
  await expect(told.join('\n')).toMatchFileSnapshot('golden/findings.txt');
});

function subject({ subject: { path, launchPaths, operations } }: Finding): string {
  return JSON.stringify([path, launchPaths, operations]);
}

function uselessFixes({ system }: RuleExample, { fixes, subject }: Finding): readonly string[] {
  return fixes
    .filter(
      (fix) =>
        !subject.operations.some((id) =>
          subject.launchPaths.some((path) => {
            const operation = findOperation(id);
            return operation !== null && helpedBy(fix, system, [operation], path).length > 0;
          }),
        ),
    )
    .map(({ id }) => id);
}
