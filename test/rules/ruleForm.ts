/** What every rule has, whatever it is about: a place in its index, and a page that says all. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { ruleIndexMarkdown, ruleMarkdown } from '../../extension/report/ruleText.ts';
import type { RulePage } from '../../extension/rules/rule.ts';

/**
 * Declares the tests.
 * @param folder where each rule has a file, and files that are no rules have names in camelCase
 */
export function testRuleForm(
  folder: string,
  rules: readonly RulePage[],
  find: (id: string) => RulePage | null,
): void {
  const files = readdirSync(folder).filter((name) => name.includes('-'));

  test('every rule file is in the index, and nothing else', () => {
    expect(rules.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
  });

  test.each(files)('%s exports one rule, named after the file', async (name) => {
    const module: unknown = await import(pathToFileURL(join(folder, name)).href);
    const id = basename(name, '.ts');
    const constant = id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    expect(typeof module === 'object' ? { ...module } : module).toEqual({ [constant]: find(id) });
  });

  test('no rule has the id of none', () => {
    expect(find('no-such-rule')).toBeNull();
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
  });
}
