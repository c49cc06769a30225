import { emptySet } from '../../model/capabilitySet.ts';
import { refusalFindings } from './refusalFindings.ts';
import { userServiceRepairs } from './userServiceRepairs.ts';
import type { UnitRule } from './unitRule.ts';

export const ambientCapabilitiesInUserUnit: UnitRule = {
  id: 'ambient-capabilities-in-user-unit',
  category: 'capability',
  severity: 'error',
  summary: 'AmbientCapabilities= in a user unit, whose manager has none to pass on',
  explanation: `
## What it means

A user manager is an ordinary process of its user. It holds no capabilities, so it cannot raise any for
a service: the start ends with \`218/CAPABILITIES\` before the program runs.

## Why

What is ambient has to be permitted and inheritable first, and only root or a file can bring that
about. systemd.exec(5) says that such settings imply a user namespace; those of capabilities do not.

## What to do

Take the line out, and give the capability to the program with setcap(8); or make it a system unit with
\`User=\` and \`AmbientCapabilities=\`; or let root create a TUN device that belongs to you.
`,
  citations: ['systemd.exec(5), AmbientCapabilities=', 'capability_ambient_set_apply() in systemd'],
  check: (judged) =>
    // Of a manager that holds them and loses them another rule tells.
    judged.system.rules.ambientOfManagerIsLost && judged.system.credentials.permitted !== emptySet
      ? []
      : refusalFindings(ambientCapabilitiesInUserUnit, judged, {
          directive: 'AmbientCapabilities',
          causes: ['ambient-not-permitted'],
          fact: 'A user manager holds none of the capabilities that AmbientCapabilities= asks for',
          repairs: userServiceRepairs(judged),
        }),
  examples: [
    {
      title: 'CAP_NET_ADMIN in a user unit',
      scope: 'user',
      lines: ['AmbientCapabilities=CAP_NET_ADMIN'],
      finds: true,
    },
    {
      title: 'the same line in a system unit',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_ADMIN'],
      finds: false,
    },
  ],
};
