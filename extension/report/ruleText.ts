import type { RulePage } from '../rules/rule.ts';

/** The page of a rule: its summary, explanation, examples and sources, in Markdown. */
export function ruleMarkdown(rule: RulePage): string {
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

/** A table of the rules, one row each, in Markdown. */
export function ruleIndexMarkdown(rules: readonly RulePage[]): string {
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
