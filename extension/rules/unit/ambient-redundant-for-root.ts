import {
  findingOn,
  ifHelpful,
  lastOrigin,
  outcomeStays,
  removing,
  stepsOf,
} from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const ambientRedundantForRoot: UnitRule = {
  id: 'ambient-redundant-for-root',
  category: 'capability',
  severity: 'information',
  summary: 'AmbientCapabilities= in a service of root, which holds them anyway',
  explanation: `
## What it means

The service runs as root, and root holds every capability of its bounding set. The line adds nothing.

## Why

At exec, user 0 gains all that the bounding set contains. Ambient capabilities are for programs of
other users.

## What to do

To limit the service, use \`CapabilityBoundingSet=\`; to let the line have a meaning, set \`User=\`.
`,
  citations: ['capabilities(7), “Capabilities and execution of programs by root”'],
  check: (judged) => {
    const origin = lastOrigin(judged, 'AmbientCapabilities');
    const raised = stepsOf(judged, 'unit-raises-ambient').map(({ command }) => command.credentials);
    const ofRoot = raised.every((each) => each?.uid.effective === 0 && each.securebits === 0);
    if (origin === null || raised.length === 0 || !ofRoot) return [];
    const origins = judged.reading.settings.AmbientCapabilities?.origins ?? [];
    const fix = removing(origins, 'Remove AmbientCapabilities=');
    const fixes = ifHelpful(judged, fix, outcomeStays(judged));
    const message =
      'The service runs as root, which holds all capabilities of its bounding set. AmbientCapabilities= adds nothing.';
    return fixes.length === 0
      ? []
      : [findingOn(ambientRedundantForRoot, origin, message, { fixes })];
  },
  examples: [
    { title: 'no User=', lines: ['AmbientCapabilities=CAP_NET_ADMIN'], finds: true },
    {
      title: 'another user',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_ADMIN'],
      finds: false,
    },
    {
      title: 'root without its privileges',
      lines: ['SecureBits=noroot', 'AmbientCapabilities=CAP_NET_ADMIN'],
      finds: false,
    },
  ],
};
