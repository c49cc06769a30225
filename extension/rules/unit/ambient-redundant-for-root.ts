import type { UnitFix } from '../../fixes/unitFix.ts';
import { spanOf } from '../../model/unit/piece.ts';
import type { Origin } from '../../model/unit/unit.ts';
import {
  findingOn,
  ifHelpful,
  lastOrigin,
  outcomeStays,
  removing,
  starts,
  stepsOf,
} from './unitFindings.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

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
    const raised = stepsOf(judged, 'unit-raises-ambient').length > 0;
    // Also of those whose user is not on this machine.
    const ofRoot = judged.judgement.commands.every(
      ({ credentials }) => credentials?.uid.effective === 0 && credentials.securebits === 0,
    );
    if (origin === null || !raised || !ofRoot) return [];
    const origins = judged.reading.settings.AmbientCapabilities?.origins ?? [];
    const fix = removing(origins, 'Remove AmbientCapabilities=');
    const stays = ifHelpful(judged, fix, outcomeStays(judged));
    const limited = limiting(judged, origins);
    const helps = (after: JudgedUnit) =>
      starts(after) && after.denials.length <= judged.denials.length;
    const fixes = [...stays, ...(limited === null ? [] : ifHelpful(judged, limited, helps))];
    const message =
      'The service runs as root, which holds all capabilities of its bounding set. AmbientCapabilities= adds nothing.';
    return stays.length === 0
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
      title: 'another user besides a command with !',
      lines: [
        ...['ExecStart=/usr/bin/prog', 'ExecStartPost=!/usr/bin/prog'],
        ...['User=nobody-here', 'AmbientCapabilities=CAP_NET_ADMIN'],
      ],
      finds: false,
    },
    {
      title: 'root without its privileges',
      lines: ['SecureBits=noroot', 'AmbientCapabilities=CAP_NET_ADMIN'],
      finds: false,
    },
  ],
};

/** The names as the bounding set: they are then all that root may do. */
function limiting({ reading }: JudgedUnit, origins: readonly Origin[]): UnitFix | null {
  const [only, ...others] = origins;
  const bounded = reading.settings.CapabilityBoundingSet !== undefined;
  if (only === undefined || others.length > 0 || bounded) return null;
  const span = { start: only.span.start, end: spanOf(only.value).start };
  const edits = [{ file: only.path, span, replacement: 'CapabilityBoundingSet=' }];
  return {
    title: 'Write CapabilityBoundingSet= instead',
    remark: 'The service then has these alone; see that it needs no others of root’s.',
    applicability: 'review',
    edits,
  };
}
