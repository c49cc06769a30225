import { findingAt } from './unitFindings.ts';
import type { CommentRule } from './unitRule.ts';

/** A comment that ignores what no rule finds. */
export const ignoreOfUnknownRule: CommentRule = {
  id: 'ignore-of-unknown-rule',
  category: 'comment',
  severity: 'warning',
  summary: 'A comment that ignores findings names no rule, or one that does not exist',
  explanation: `
## What it means

The comment ignores nothing, or not what was meant.

## Why

It names rules by their ids, as findings show them: \`unknown-capability-name\`. There is no word for all of them.

## What to do

Take the id from the finding. \`capwright explain\` lists the rules.
`,
  citations: ['README.md, “Findings that do not matter”'],
  check: (judged, { ids }) =>
    judged.ignoreComments.flatMap((comment) => {
      const { path, rules } = comment;
      if (rules.length === 0) {
        return [findingAt(ignoreOfUnknownRule, comment, 'The comment names no rule to ignore.')];
      }
      return rules
        .filter(({ id }) => !ids.has(id))
        .map(({ id, span }) =>
          findingAt(
            ignoreOfUnknownRule,
            { path, span },
            `There is no rule ${JSON.stringify(id)} about this file, so nothing of it is ignored.`,
          ),
        );
    }),
  examples: [
    {
      title: 'an id with a typing error',
      lines: [
        '# capwright: ignore unknown-capability: of a kernel of our own',
        'CapabilityBoundingSet=CAP_NET_ADMN',
      ],
      finds: true,
    },
    {
      title: 'no rule',
      lines: ['# capwright: ignore: it is all right', 'PrivateDevices=yes'],
      finds: true,
    },
    {
      title: 'an id as the finding shows it',
      lines: [
        '# capwright: ignore unknown-capability-name: of a kernel of our own',
        'CapabilityBoundingSet=CAP_NET_ADMN',
      ],
      finds: false,
    },
  ],
};
