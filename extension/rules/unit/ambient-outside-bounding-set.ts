import { emptySet, members } from '../../model/capabilitySet.ts';
import { capabilityConstant } from '../../model/gate.ts';
import { valueOf } from '../../model/unit/unit.ts';
import { adding, findingOn, ifHelpful, lastOrigin, stepsOf } from './unitFindings.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

export const ambientOutsideBoundingSet: UnitRule = {
  id: 'ambient-outside-bounding-set',
  category: 'capability',
  severity: 'error',
  summary: 'An ambient capability that the bounding set of the unit does not contain',
  explanation: `
## What it means

The service starts without the capability. systemd leaves it out at level debug and goes on.

## Why

The bounding set is a ceiling for all other sets. systemd lowers it first, and then raises as ambient
only what is still in it.

## What to do

Name the capability in \`CapabilityBoundingSet=\` as well, or take it out of \`AmbientCapabilities=\`.
`,
  citations: [
    'systemd.exec(5), CapabilityBoundingSet=',
    'capability_ambient_set_apply() in systemd',
  ],
  check: (judged) => {
    const step = steps(judged)[0];
    const origin = lastOrigin(judged, 'AmbientCapabilities');
    if (step === undefined || origin === null) return [];
    const list = members(step.reason.missing).map(capabilityConstant).join(' ');
    const bounding = lastOrigin(judged, 'CapabilityBoundingSet');
    const fixes =
      bounding === null
        ? []
        : ifHelpful(
            judged,
            adding(judged, bounding, `CapabilityBoundingSet=${list}`),
            (after) => steps(after).length === 0,
          );
    const message = `AmbientCapabilities= names ${list}, which the bounding set of the unit does not contain. systemd leaves it out without a word.`;
    return [findingOn(ambientOutsideBoundingSet, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'another capability in each list',
      lines: [
        'User=alice',
        'AmbientCapabilities=CAP_NET_ADMIN',
        'CapabilityBoundingSet=CAP_NET_RAW',
      ],
      finds: true,
    },
    {
      title: 'the same in both',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_RAW', 'CapabilityBoundingSet=CAP_NET_RAW'],
      finds: false,
    },
    {
      title: 'a service of root, to which ambient capabilities add nothing',
      lines: ['AmbientCapabilities=CAP_NET_ADMIN', 'CapabilityBoundingSet=CAP_NET_RAW'],
      finds: false,
    },
  ],
};

function steps(judged: JudgedUnit) {
  // Of a bounding set that a typing error has emptied another rule tells.
  const { settings, messages } = judged.reading;
  const emptied = valueOf(settings, 'CapabilityBoundingSet') === emptySet;
  if (emptied && messages.some(({ problem }) => problem === 'unknown-capability')) return [];
  return stepsOf(judged, 'unit-ambient-outside-bounding-set').filter(
    ({ command }) => command.credentials !== null && command.credentials.uid.effective !== 0,
  );
}
