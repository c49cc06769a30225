import { refusalFindings } from './refusalFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const realTimeInUserUnit: UnitRule = {
  id: 'real-time-in-user-unit',
  category: 'capability',
  severity: 'error',
  summary: 'A real-time class in a user unit, whose manager may not ask the kernel for it',
  explanation: `
## What it means

The start ends with \`214/SETSCHEDULER\` (\`CPUSchedulingPolicy=fifo\`, \`rr\`) or \`211/IOPRIO\`
(\`IOSchedulingClass=realtime\`).

## Why

Real-time classes can keep all others from the processor or the disk. The kernel gives them to who holds
CAP_SYS_NICE, or for the processor to who has RLIMIT_RTPRIO. A user manager has neither, unless an administrator
gave it the limit with a drop-in of user@.service (\`LimitRTPRIO=\`); of that nothing is known here. The limit that a
unit sets for itself comes too late: systemd sets it after the class.

## What to do

Take the line out; or have rtkit give the class to the running program; or make it a system unit.
`,
  citations: [
    'systemd.exec(5), CPUSchedulingPolicy= and IOSchedulingClass=',
    'sched_setscheduler(2)',
    'ioprio_set(2)',
  ],
  check: (judged) =>
    (['CPUSchedulingPolicy', 'IOSchedulingClass'] as const).flatMap((directive) =>
      refusalFindings(realTimeInUserUnit, judged, {
        ...{ directive, causes: ['real-time-not-permitted'] },
        fact: `A user manager may not give the class that ${directive}= asks for`,
      }),
    ),
  examples: [
    { title: 'the processor', scope: 'user', lines: ['CPUSchedulingPolicy=fifo'], finds: true },
    { title: 'the disk', scope: 'user', lines: ['IOSchedulingClass=realtime'], finds: true },
    { title: 'a class for all', scope: 'user', lines: ['CPUSchedulingPolicy=batch'], finds: false },
    { title: 'a system unit', lines: ['CPUSchedulingPolicy=rr'], finds: false },
  ],
};
