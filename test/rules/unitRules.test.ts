/** Every rule about units is complete, and its examples are true. */
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { filesOf } from '../../extension/model/unit/unitSources.ts';
import { rules } from '../../extension/rules/index.ts';
import { evaluateUnit, findingsOfRule } from '../../extension/rules/unit/evaluateUnit.ts';
import { findUnitRule, unitRules } from '../../extension/rules/unit/index.ts';
import { judgedAfter } from '../../extension/rules/unit/unitFindings.ts';
import { testFindingForm } from './findingForm.ts';
import { judgedUnit } from './judgedUnit.ts';
import { testRuleForm } from './ruleForm.ts';

testRuleForm(join(import.meta.dirname, '../../extension/rules/unit'), unitRules, findUnitRule);

test('no rule about units has the id of one about programs', () => {
  const ids = rules.map(({ id }) => id);
  expect(unitRules.filter(({ id }) => ids.includes(id))).toEqual([]);
});

describe.each(unitRules)('$id', (rule) => {
  describe.each(rule.examples)('$title', (example) => {
    const judged = judgedUnit(example);
    const findings = findingsOfRule(rule, judged);

    it(example.finds ? 'finds' : 'does not find', () => {
      expect(findings.length > 0).toBe(example.finds);
    });

    if (!example.finds) return;

    testFindingForm(rule, {
      findings,
      files: filesOf(judged.unit),
      all: evaluateUnit(judged),
      countAfter: (fix) => {
        const after = judgedAfter(judged, fix);
        return after === null ? Infinity : findingsOfRule(rule, after).length;
      },
    });
  });
});

test('the findings of all examples read as they always did', async () => {
  const told = unitRules.flatMap((rule) => [
    `${rule.id}\n`,
    ...rule.examples
      .filter(({ finds }) => finds)
      .flatMap((example) => {
        const judged = judgedUnit(example);
        return [
          `  ${example.title}`,
          ...findingsOfRule(rule, judged).flatMap(({ severity, confidence, message, fixes }) => [
            `    ${severity} (${confidence})`,
            `    ${message}`,
            ...fixes.flatMap((fix) => [
              `      · ${fix.title} (${fix.applicability})`,
              ...linesOf(judgedAfter(judged, fix)).map((line) => `          ${line}`),
              ...(fix.creates ?? []).map(({ path }) => `          + ${path}`),
              ...(fix.steps ?? []).map(
                (step) =>
                  `          $ ${step.kind === 'command' ? step.argv.join(' ') : step.text}`,
              ),
            ]),
          ]),
          '',
        ];
      }),
  ]);
  await expect(told.join('\n')).toMatchFileSnapshot('golden/unitFindings.txt');
});

/** The unit's files, without the lines that every example has. */
function linesOf(judged: ReturnType<typeof judgedAfter>): readonly string[] {
  if (judged === null) return [];
  const { fragment, dropIns } = judged.unit;
  return [fragment, ...dropIns]
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => !['', '[Unit]', '[Service]', 'ExecStart=/usr/bin/prog'].includes(line));
}
