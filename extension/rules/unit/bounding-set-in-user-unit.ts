import { refusalFindings } from './refusalFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const boundingSetInUserUnit: UnitRule = {
  id: 'bounding-set-in-user-unit',
  category: 'capability',
  severity: 'error',
  summary: 'CapabilityBoundingSet= in a user unit, whose manager may not change it',
  explanation: `
## What it means

The line asks the user manager to drop capabilities from the bounding set, which needs CAP_SETPCAP.
It does not have it, and the start ends with \`218/CAPABILITIES\`.

## Why

Even giving a capability up for good is a privilege: PR_CAPBSET_DROP asks for CAP_SETPCAP. The list only
limits what could be gained, so it would not have granted anything either.

## What to do

Take the line out. What the program may gain in a user unit is what its file grants; NoNewPrivileges=
shuts that out as well.
`,
  citations: [
    'systemd.exec(5), CapabilityBoundingSet=',
    'capability_bounding_set_drop() in systemd',
  ],
  check: (judged) =>
    refusalFindings(boundingSetInUserUnit, judged, {
      directive: 'CapabilityBoundingSet',
      causes: ['bounding-set-not-permitted'],
      fact: 'A user manager may not take capabilities out of the bounding set',
    }),
  examples: [
    {
      title: 'a bounding set in a user unit',
      scope: 'user',
      lines: ['CapabilityBoundingSet=CAP_NET_ADMIN'],
      finds: true,
    },
    {
      title: 'a full one, which drops nothing',
      scope: 'user',
      lines: ['CapabilityBoundingSet=~'],
      finds: false,
    },
  ],
};
