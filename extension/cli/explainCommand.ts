import { ruleIndexMarkdown, ruleMarkdown } from '../report/ruleText.ts';
import { findRule, rules } from '../rules/index.ts';
import { findNetworkdRule, networkdRules } from '../rules/networkd/index.ts';
import { findUnitRule, unitRules } from '../rules/unit/index.ts';
import { exitStatus, type ExitStatus } from './exitStatus.ts';
import type { Output } from './output.ts';
import { UsageError } from './usage.ts';

/** `capwright explain [<rule>]`: the rule's page as Markdown. */
export function runExplain(args: readonly string[], output: Output): ExitStatus {
  const [id, ...others] = args;
  if (others.length > 0) throw new UsageError('explain takes one rule');
  if (id === undefined) {
    output.answer(ruleIndexMarkdown([...rules, ...unitRules, ...networkdRules]));
    return exitStatus.ok;
  }
  const rule = findRule(id) ?? findUnitRule(id) ?? findNetworkdRule(id);
  if (rule === null) {
    throw new UsageError(`there is no rule ${JSON.stringify(id)}; capwright explain lists them`);
  }
  output.answer(ruleMarkdown(rule));
  return exitStatus.ok;
}
