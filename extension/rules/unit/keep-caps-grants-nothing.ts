import { SECBIT_KEEP_CAPS } from '../../model/credentials.ts';
import { valueOf } from '../../model/unit/unit.ts';
import { findingOn, ifHelpful, lastOrigin, outcomeStays, removing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const keepCapsGrantsNothing: UnitRule = {
  id: 'keep-caps-grants-nothing',
  category: 'capability',
  severity: 'information',
  summary: 'SecureBits=keep-caps, after which the program holds no more than without it',
  explanation: `
## What it means

The line changes nothing: with it and without it the program starts with the same capabilities.

## Why

The bit keeps the permitted set at a change of the user id. At the exec that follows the bit goes, and with
it whatever is neither ambient nor granted by the file.

## What to do

Take the line out. \`AmbientCapabilities=\` is enough by itself: systemd sets the bit on its own while it
changes the user.
`,
  citations: ['PR_SET_KEEPCAPS(2const)', 'systemd.exec(5), SecureBits='],
  check: (judged) => {
    const origin = lastOrigin(judged, 'SecureBits');
    if (origin === null || valueOf(judged.reading.settings, 'SecureBits') !== SECBIT_KEEP_CAPS) {
      return [];
    }
    const origins = judged.reading.settings.SecureBits?.origins ?? [];
    if (judged.judgement.commands.some(({ credentials }) => credentials === null)) return [];
    const fix = removing(origins, 'Remove SecureBits=');
    const fixes = ifHelpful(judged, fix, outcomeStays(judged));
    const message =
      'keep-caps lasts until the exec only. The program holds the same capabilities with and without it.';
    return fixes.length === 0 ? [] : [findingOn(keepCapsGrantsNothing, origin, message, { fixes })];
  },
  examples: [
    { title: 'beside User=', lines: ['User=alice', 'SecureBits=keep-caps'], finds: true },
    { title: 'another bit', lines: ['SecureBits=noroot'], finds: false },
  ],
};
