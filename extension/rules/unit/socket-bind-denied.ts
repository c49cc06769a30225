import { settingDenials } from './settingDenials.ts';
import { adding, asFarAsSeen, findingOn, ifHelpful } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** A filter on the control group refuses the port. */
export const socketBindDenied: UnitRule = {
  id: 'socket-bind-denied',
  category: 'filter',
  severity: 'error',
  summary: 'SocketBindDeny= refuses the low port that the unit wants',
  explanation: `
## What it means

bind(2) answers EPERM. For want of CAP_NET_BIND_SERVICE it would answer EACCES, so that capabilities
are not what is missing.

## Why

\`SocketBindDeny=\` loads a BPF program on the unit’s control group, which is asked for every bind(2).
\`SocketBindAllow=\` makes exceptions.

## What to do

Allow the port: \`SocketBindAllow=tcp:80\`.
`,
  citations: ['systemd.resource-control(5), SocketBindAllow=, SocketBindDeny='],
  check: (judged) =>
    settingDenials(judged, 'unit-socket-bind')
      .slice(0, 1)
      .map(({ origin, subject, verdict: { errno } }) => {
        const port = String(judged.system.request.port);
        const fixes = ifHelpful(
          judged,
          adding(judged, origin, `SocketBindAllow=tcp:${port}`),
          (after) => settingDenials(after, 'unit-socket-bind').length === 0,
        );
        const message = `SocketBindDeny= refuses ${subject}, and nothing allows it: bind(2) answers ${errno}.`;
        return asFarAsSeen(judged, findingOn(socketBindDenied, origin, message, { fixes }));
      }),
  examples: [
    {
      title: 'a bounding set alone, of which the program may need nothing',
      lines: ['CapabilityBoundingSet=CAP_NET_BIND_SERVICE', 'SocketBindDeny=any'],
      finds: true,
    },
    {
      title: 'a bounding set, and a program whose file grants it',
      lines: ['CapabilityBoundingSet=CAP_NET_BIND_SERVICE', 'SocketBindDeny=any'],
      fileCapabilities: 'cap_net_bind_service=ep',
      finds: true,
    },
    {
      title: 'all ports are refused',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_BIND_SERVICE', 'SocketBindDeny=any'],
      finds: true,
    },
    {
      title: 'the port is allowed',
      lines: [
        'User=alice',
        'AmbientCapabilities=CAP_NET_BIND_SERVICE',
        'SocketBindDeny=any',
        'SocketBindAllow=tcp:80',
      ],
      finds: false,
    },
  ],
};
