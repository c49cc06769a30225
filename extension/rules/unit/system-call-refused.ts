import { callsOfEveryProgram } from '../../model/unit/systemCalls.ts';
import { filterDenials } from './filterDenials.ts';
import { adding, asFarAsSeen, findingOn, ifHelpful } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** A system call that the unit cannot do without is not let through. */
export const systemCallRefused: UnitRule = {
  id: 'system-call-refused',
  category: 'filter',
  severity: 'error',
  summary: 'SystemCallFilter= refuses a system call that the unit needs for what it wants',
  explanation: `
## What it means

The program calls the kernel for what the unit wants, and the filter answers: with SIGSYS, which ends the
process, or with the errno of \`SystemCallErrorNumber=\`. Capabilities make no difference.

## Why

A list without \`~\` lets through only what it names and a few calls of every program. A TUN device is made
with ioctl(2), every socket with socket(2), bind(2) and its like, the group \`@network-io\`.

## What to do

Let the call through as well; \`@system-service\` holds all that a service usually needs. A line without \`~\`
takes a call out of a list that forbids.
`,
  citations: ['systemd.exec(5), SystemCallFilter=', 'seccomp(2)'],
  check: (judged) => {
    const denials = filterDenials(judged, 'unit-system-calls');
    const [first] = denials;
    if (first === undefined) return [];
    const { origin, subject, verdict } = first;
    const calls = [...new Set(denials.map((denial) => denial.subject))].join(' ');
    const fixes = [calls, '@network-io', '@system-service', 'openat read close ioctl']
      .map((names) => adding(judged, origin, `SystemCallFilter=${names}`))
      .flatMap((fix) =>
        ifHelpful(judged, fix, (after) => filterDenials(after, 'unit-system-calls').length === 0),
      );
    const answer =
      verdict.errno === 'SIGSYS'
        ? 'the process is ended with SIGSYS'
        : `it answers ${verdict.errno}`;
    const message = `SystemCallFilter= does not let ${subject}(2) through, which the unit needs: ${answer}.`;
    const finding = findingOn(systemCallRefused, origin, message, { fixes: fixes.slice(0, 1) });
    return [callsOfEveryProgram.includes(subject) ? finding : asFarAsSeen(judged, finding)];
  },
  examples: [
    {
      title: 'a bounding set alone, of which the program may need nothing',
      lines: ['CapabilityBoundingSet=CAP_NET_ADMIN', 'SystemCallFilter=~socket'],
      finds: true,
    },
    {
      title: 'no ioctl for TUN',
      lines: ['DeviceAllow=/dev/net/tun rw', 'SystemCallFilter=~ioctl'],
      finds: true,
    },
    {
      title: 'no sockets for a low port',
      lines: [
        'User=alice',
        'AmbientCapabilities=CAP_NET_BIND_SERVICE',
        'SystemCallFilter=@system-service',
        'SystemCallFilter=~@network-io',
      ],
      finds: true,
    },
    {
      title: 'what services need',
      lines: [
        'DeviceAllow=/dev/net/tun rw',
        'SystemCallFilter=@system-service',
        'SystemCallFilter=~@privileged @resources',
      ],
      finds: false,
    },
    { title: 'nothing wants the call', lines: ['SystemCallFilter=~ioctl'], finds: false },
  ],
};
