import { assignmentsTo } from '../../model/unit/unitWants.ts';
import { findingOn } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const conditionCapabilityInUserUnit: UnitRule = {
  id: 'condition-capability-in-user-unit',
  category: 'capability',
  severity: 'warning',
  summary:
    'ConditionCapability= in a user unit, which is true although nothing holds the capability',
  explanation: `
## What it means

The condition holds, and the program then starts without the capability that it asked for.

## Why

systemd looks at the bounding set of the manager, and that of a user manager is full: it says what a
program might gain, not what it holds.

## What to do

Take the condition out; it decides nothing here.
`,
  citations: ['systemd.unit(5), ConditionCapability=', 'condition_test_capability() in systemd'],
  check: ({ unit, system }) =>
    system.manager.scope === 'user'
      ? assignmentsTo(unit, 'Unit', 'ConditionCapability').map((origin) =>
          findingOn(
            conditionCapabilityInUserUnit,
            origin,
            'ConditionCapability= asks for the bounding set of the manager. That of a user manager is full, although it holds nothing.',
          ),
        )
      : [],
  examples: [
    {
      title: 'in a user unit',
      scope: 'user',
      unitLines: ['ConditionCapability=CAP_NET_ADMIN'],
      lines: [],
      finds: true,
    },
    {
      title: 'in a system unit',
      unitLines: ['ConditionCapability=CAP_NET_ADMIN'],
      lines: [],
      finds: false,
    },
  ],
};
