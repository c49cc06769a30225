import type { Rule } from '../rules/rule.ts';
import type { UnitRule } from '../rules/unit/unitRule.ts';

/** The page of a rule: its summary, explanation, examples and sources, in Markdown. */
export function ruleMarkdown(rule: Rule): string {
  const { id, category, severity, summary, explanation, examples, citations } = rule;
  return [
    `# ${summary}`,
    '',
    `\`${id}\` · ${category} · ${severity}`,
    '',
    explanation.trim(),
    '',
    '## Examples',
    '',
    ...examples.map(({ title, finds }) => `- ${finds ? 'finds' : 'does not find'}: ${title}`),
    '',
    '## Sources',
    '',
    ...citations.map((citation) => `- ${citation}`),
    '',
  ].join('\n');
}

/** The page of a rule about unit files. */
export function unitRuleMarkdown({ id, summary, explanation, citations }: UnitRule): string {
  return [
    `# ${summary}`,
    '',
    `\`${id}\` · unit files`,
    '',
    explanation.trim(),
    '',
    '## Sources',
    '',
    ...citations.map((citation) => `- ${citation}`),
    '',
  ].join('\n');
}

/** A table of the rules, one row each, in Markdown. */
export function ruleIndexMarkdown(rules: readonly Rule[]): string {
  return [
    '| rule | about | severity | finds |',
    '| --- | --- | --- | --- |',
    ...rules.map(
      ({ id, category, severity, summary }) =>
        `| \`${id}\` | ${category} | ${severity} | ${summary} |`,
    ),
    '',
  ].join('\n');
}
