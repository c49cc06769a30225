/** Every rule about units is complete, and its examples are true. */
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { rules } from '../../extension/rules/index.ts';
import { evaluateUnit, findingsOfRule } from '../../extension/rules/unit/evaluateUnit.ts';
import { findUnitRule, unitRules } from '../../extension/rules/unit/index.ts';
import { judgedAfter } from '../../extension/rules/unit/unitFindings.ts';
import { judgedUnit } from './judgedUnit.ts';
import { testRuleForm } from './ruleForm.ts';

testRuleForm(join(import.meta.dirname, '../../extension/rules/unit'), unitRules, findUnitRule);

const severities = ['information', 'warning', 'error'] as const;

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

    it('gives findings of its own, on a place in a file of the unit', () => {
      const files = [judged.unit.fragment, ...judged.unit.dropIns];
      for (const { rule: id, severity, file, span } of findings) {
        expect(id).toBe(rule.id);
        expect(severities.indexOf(severity)).toBeLessThanOrEqual(severities.indexOf(rule.severity));
        const text = files.find(({ path }) => path === file)?.text ?? '';
        expect(span.start).toBeGreaterThan(0);
        expect(span.end).toBeLessThanOrEqual(text.length);
      }
    });

    it('says facts in one line', () => {
      for (const { message } of findings) {
        expect(message).toMatch(/^[^\n]+\.$/);
        expect(message).not.toMatch(/illegal|undefined|null|NaN|\bforbidden\b/i);
      }
    });

    it('offers fixes after which it finds less', () => {
      const left = findings
        .flatMap(({ fixes }) => fixes)
        .map((fix) => judgedAfter(judged, fix))
        .map((after) => (after === null ? Infinity : findingsOfRule(rule, after).length));
      expect(left.filter((count) => count >= findings.length)).toEqual([]);
    });

    it('prefers at most one of the fixes of a finding, and none that runs a command', () => {
      for (const { fixes } of findings) {
        const preferred = fixes.filter((fix) => fix.preferred === true);
        expect(preferred.length).toBeLessThanOrEqual(1);
        expect(preferred.filter(({ steps = [] }) => steps.length > 0)).toEqual([]);
      }
    });

    it('is the only rule that speaks of the place', () => {
      const places = new Set(findings.map(({ file, span }) => `${file}:${String(span.start)}`));
      const others = evaluateUnit(judged).filter((other) => other.rule !== rule.id);
      expect(
        others.filter(({ file, span }) => places.has(`${file}:${String(span.start)}`)),
      ).toEqual([]);
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
