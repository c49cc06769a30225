import { findingAt } from './unitFindings.ts';
import type { CommentRule } from './unitRule.ts';

/** A comment that ignores a finding and does not say why. */
export const ignoreWithoutReason: CommentRule = {
  id: 'ignore-without-reason',
  category: 'comment',
  severity: 'warning',
  summary: 'A comment that ignores findings without a reason, and so ignores none',
  explanation: `
## What it means

The comment has no effect: what it names is still reported.

## Why

Whoever reads the unit next has to know why the finding does not matter here. Only then can they tell when it
begins to matter.

## What to do

Put a colon and the reason after the rules: \`# capwright: ignore RULE: the helper drops it itself\`.
`,
  citations: ['README.md, “Findings that do not matter”'],
  check: (judged) =>
    judged.ignoreComments
      .filter(({ reason }) => reason === '')
      .map((comment) =>
        findingAt(
          ignoreWithoutReason,
          comment,
          'The comment gives no reason, so what it names is reported all the same.',
        ),
      ),
  examples: [
    {
      title: 'a rule and nothing else',
      lines: ['# capwright: ignore unknown-capability-name', 'CapabilityBoundingSet=CAP_NET_ADMN'],
      finds: true,
    },
    {
      title: 'a rule and why',
      lines: [
        '# capwright: ignore unknown-capability-name: of a kernel of our own',
        'CapabilityBoundingSet=CAP_NET_ADMN',
      ],
      finds: false,
    },
  ],
};
