/** Every rule is complete, and its examples are true: the rule files are their own test cases. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { helpedBy } from '../../extension/fixes/repairs.ts';
import { judge } from '../../extension/model/judge.ts';
import { findOperation } from '../../extension/model/operations.ts';
import { ruleIndexMarkdown, ruleMarkdown } from '../../extension/report/ruleText.ts';
import { evaluate } from '../../extension/rules/evaluate.ts';
import type { Finding } from '../../extension/rules/finding.ts';
import { findRule, rules } from '../../extension/rules/index.ts';
import type { RuleExample } from '../../extension/rules/rule.ts';

const folder = join(import.meta.dirname, '../../extension/rules');

/** A rule is what is named like one: helpers have names in camelCase. */
const ruleFiles = readdirSync(folder).filter((name) => name.includes('-'));

const judged = ({ system, operations }: RuleExample) => ({
  system,
  operations,
  judgement: judge(system, operations),
});

test('every rule file is in the index, and nothing else', () => {
  expect(rules.map(({ id }) => `${id}.ts`).sort()).toEqual(ruleFiles.sort());
});

test.each(ruleFiles)('%s exports one rule, named after the file', async (name) => {
  const module: unknown = await import(pathToFileURL(join(folder, name)).href);
  const id = basename(name, '.ts');
  const constant = id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  expect(typeof module === 'object' ? { ...module } : module).toEqual({ [constant]: findRule(id) });
});

test('no rule has the id of none', () => {
  expect(findRule('no-such-rule')).toBeNull();
});

describe.each(rules)('$id', (rule) => {
  it('says what it means, why, and what to do', () => {
    const headings = [...rule.explanation.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['What it means', 'Why', 'What to do']);
    const sections = rule.explanation.split(/^## .*$/m).slice(1);
    expect(sections.filter((section) => section.trim().length < 20)).toEqual([]);
  });

  it('has a summary that is one sentence without a full stop', () => {
    expect(rule.summary).toMatch(/^([A-Z]|no_new_privs).{20,110}[^.]$/);
  });

  it('cites what it follows', () => {
    expect(rule.citations).not.toEqual([]);
    expect(rule.citations.filter((citation) => citation.trim() === '')).toEqual([]);
  });

  it('has examples both ways', () => {
    expect(new Set(rule.examples.map(({ finds }) => finds))).toEqual(new Set([true, false]));
  });

  it('has a page', () => {
    const page = ruleMarkdown(rule);
    expect(page).toContain(`# ${rule.summary}`);
    for (const part of [rule.id, rule.explanation.trim(), ...rule.citations]) {
      expect(page).toContain(part);
    }
    for (const { title } of rule.examples) expect(page).toContain(title);
    expect(ruleIndexMarkdown(rules)).toContain(rule.id);
  });

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
