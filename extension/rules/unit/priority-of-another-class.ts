import { nameOfPolicy } from '../../model/unit/processorScheduling.ts';
import { valueOf } from '../../model/unit/unit.ts';
import { findingOn, ifHelpful, refusedStart, removing, starts } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const priorityOfAnotherClass: UnitRule = {
  id: 'priority-of-another-class',
  category: 'syntax',
  severity: 'error',
  summary: 'CPUSchedulingPriority= with a number that the scheduling class does not have',
  explanation: `
## What it means

No command of the service starts: systemd gives up with \`214/SETSCHEDULER\`, also as root.

## Why

The real-time classes \`fifo\` and \`rr\` have the priorities 1 to 99, and all others, among them the one that holds
where \`CPUSchedulingPolicy=\` is not set, only 0. sched_setscheduler(2) answers EINVAL to any other pair. systemd takes
the line nevertheless, since the class may come in a later one; then it brings the priority into the range of the
class. A priority that comes after its class stays as it is.

## What to do

Take the line out, or name a real-time class too: \`CPUSchedulingPolicy=rr\`. What makes an ordinary process
more or less important is \`Nice=\`.
`,
  citations: ['systemd.exec(5), CPUSchedulingPriority=', 'sched_setscheduler(2), EINVAL'],
  check: (judged) => {
    const refused = refusedStart(judged, ['priority-of-another-class'], 'CPUSchedulingPolicy');
    if (refused === null) return [];
    const { origin, reason } = refused;
    const asked = valueOf(judged.reading.settings, 'CPUSchedulingPolicy');
    const name = nameOfPolicy(asked?.policy ?? 0);
    const pair = `${name} has no priority ${String(asked?.priority ?? 0)}`;
    const message = `The scheduling class ${pair}: the start fails with ${reason.status}.`;
    const fixes = ifHelpful(judged, removing([origin], 'Remove CPUSchedulingPriority='), starts);
    return [findingOn(priorityOfAnotherClass, origin, message, { fixes })];
  },
  examples: [
    { title: 'without a class', lines: ['CPUSchedulingPriority=10'], finds: true },
    {
      title: 'after a class for all',
      lines: ['CPUSchedulingPolicy=batch', 'CPUSchedulingPriority=10'],
      finds: true,
    },
    {
      title: 'none for a real-time class',
      lines: ['CPUSchedulingPolicy=fifo', 'CPUSchedulingPriority=0'],
      finds: true,
    },
    {
      title: 'before a class for all',
      lines: ['CPUSchedulingPriority=10', 'CPUSchedulingPolicy=batch'],
      finds: false,
    },
    {
      title: 'for a real-time class',
      lines: ['CPUSchedulingPolicy=rr', 'CPUSchedulingPriority=10'],
      finds: false,
    },
    { title: 'out of any range', lines: ['CPUSchedulingPriority=100'], finds: false },
  ],
};
