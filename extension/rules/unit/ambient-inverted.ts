import { allNamed, has, members } from '../../model/capabilitySet.ts';
import { CAP_SYS_ADMIN } from '../../model/capability.ts';
import { valueOf } from '../../model/unit/unit.ts';
import { findingOn, ifHelpful, removing, starts } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const ambientInverted: UnitRule = {
  id: 'ambient-inverted',
  category: 'capability',
  severity: 'warning',
  summary: 'AmbientCapabilities= that begins with ~ and so grants all capabilities but those named',
  explanation: `
## What it means

The service is given nearly every capability, as root has them.

## Why

\`~\` takes away from what earlier lines have built. Where there is nothing yet, systemd starts from the full
set: \`AmbientCapabilities=~CAP_SYS_ADMIN\` grants all others.

## What to do

Name what the program needs, without \`~\`.
`,
  citations: ['systemd.exec(5), AmbientCapabilities=', 'config_parse_capability_set() in systemd'],
  check: (judged) => {
    const { settings } = judged.reading;
    const origins = settings.AmbientCapabilities?.origins ?? [];
    const granted = valueOf(settings, 'AmbientCapabilities') & allNamed;
    const origin = origins.find(({ value }) => value.text.startsWith('~'));
    const count = members(granted).length;
    if (origin === undefined || count < members(allNamed).length / 2) return [];
    const most = has(granted, CAP_SYS_ADMIN) ? ', CAP_SYS_ADMIN among them' : '';
    const message = `Nothing was ambient before this line, so it grants all capabilities but those that it names: ${String(count)} of them${most}.`;
    const denied = judged.denials.length;
    const fixes = ifHelpful(
      judged,
      removing(origins, 'Remove AmbientCapabilities='),
      (after) => starts(after) && after.denials.length <= denied,
    );
    return [findingOn(ambientInverted, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'all but one',
      lines: ['User=alice', 'AmbientCapabilities=~CAP_SYS_PTRACE'],
      finds: true,
    },
    {
      title: 'taken away from what was named before',
      lines: [
        'User=alice',
        'AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW',
        'AmbientCapabilities=~CAP_NET_RAW',
      ],
      finds: false,
    },
  ],
};
