import { spanOf, slicePiece } from '../../model/unit/piece.ts';
import { findingAt, ifHelpful, outcomeStays } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const doubleExclamationPrefix: UnitRule = {
  id: 'double-exclamation-prefix',
  category: 'identity',
  severity: 'information',
  summary: 'The prefix !! of a command, which has no effect where there are ambient capabilities',
  explanation: `
## What it means

The command runs as if the prefix were not there. systemd 258 and later pass over it with a warning.

## Why

The prefix was for kernels before 4.3, which had no ambient capabilities.

## What to do

Take the two characters out.
`,
  citations: ['systemd.service(5), “Command lines”', 'NEWS of systemd 258'],
  check: (judged) =>
    judged.judgement.commands.flatMap(({ execution: { command, origin } }) => {
      const at = /^[-@:|]*(?=!!)/.exec(command.piece.text)?.[0].length;
      if (at === undefined) return [];
      const span = spanOf(slicePiece(command.piece, at, at + 2));
      const edits = [{ file: origin, span, replacement: '' }];
      const fix = { title: 'Remove !!', applicability: 'safe', preferred: true, edits } as const;
      const fixes = ifHelpful(judged, fix, outcomeStays(judged));
      const message = 'The prefix !! has no effect on any kernel since 4.3.';
      return [findingAt(doubleExclamationPrefix, { path: origin, span }, message, { fixes })];
    }),
  examples: [
    { title: 'before a command', lines: ['ExecStart=!!/usr/bin/prog', 'User=alice'], finds: true },
    { title: 'a single !', lines: ['ExecStart=!/usr/bin/prog', 'User=alice'], finds: false },
  ],
};
