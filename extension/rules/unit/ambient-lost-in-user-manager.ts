import { isSubset } from '../../model/capabilitySet.ts';
import { valueOf } from '../../model/unit/unit.ts';
import { findingOn, refusedStart } from './unitFindings.ts';
import { userServiceRepairs } from './userServiceRepairs.ts';
import type { UnitRule } from './unitRule.ts';

export const ambientLostInUserManager: UnitRule = {
  id: 'ambient-lost-in-user-manager',
  category: 'capability',
  severity: 'error',
  summary: 'AmbientCapabilities= in a user unit of systemd 255 or 256, which cannot pass them on',
  explanation: `
## What it means

The user manager was given the capability, by a drop-in of \`user@.service\` or by PAM, and yet the start
ends with \`218/CAPABILITIES\`.

## Why

systemd 255 and 256 lose what the manager holds on the way to the service. 254 and 257 do not.

## What to do

Update systemd, or make it a system unit with \`User=\` and \`AmbientCapabilities=\`.
`,
  citations: ['systemd issue 33167'],
  check: (judged) => {
    const { settings } = judged.reading;
    const { rules, credentials } = judged.system;
    const refused = refusedStart(judged, ['ambient-not-permitted'], 'AmbientCapabilities');
    const held = isSubset(valueOf(settings, 'AmbientCapabilities'), credentials.permitted);
    if (refused === null || !held || !rules.ambientOfManagerIsLost) return [];
    const message = `The user manager holds what AmbientCapabilities= asks for, but systemd ${String(rules.version)} cannot pass it on. The start ends with ${refused.reason.status}.`;
    const fixes = userServiceRepairs(judged);
    return [findingOn(ambientLostInUserManager, refused.origin, message, { fixes })];
  },
  examples: [
    {
      title: 'systemd 256',
      ...{ scope: 'user', version: 256, managerHolds: ['cap_net_admin'] },
      lines: ['AmbientCapabilities=CAP_NET_ADMIN'],
      finds: true,
    },
    {
      title: 'systemd 257',
      ...{ scope: 'user', version: 257, managerHolds: ['cap_net_admin'] },
      lines: ['AmbientCapabilities=CAP_NET_ADMIN'],
      finds: false,
    },
  ],
};
