import type { Rule } from '../rules/rule.ts';

/** The page of one rule, as `capwright explain` and the editor show it. */
export function ruleMarkdown({ id, category, severity, summary, explanation, citations }: Rule): string {
  const sources = citations.map((citation) => `- ${citation}`).join('\n');
  return `# ${id}\n\n${summary}.\n\nCategory: ${category} · severity: ${severity}\n\n${explanation.trim()}\n\n## Sources\n\n${sources}\n`;
}

/** A table of all rules with their summaries. */
export function ruleIndexMarkdown(rules: readonly Rule[]): string {
  const rows = rules.map(({ id, severity, summary }) => `| ${id} | ${severity} | ${summary} |`);
  return ['| rule | severity | finds |', '| --- | --- | --- |', ...rows, ''].join('\n');
}
