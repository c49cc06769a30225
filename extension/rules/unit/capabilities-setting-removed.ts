import { capabilityConstant } from '../../model/gate.ts';
import { emptySet, isSubset, members } from '../../model/capabilitySet.ts';
import { assignmentsTo, namedCapabilities } from '../../model/unit/unitWants.ts';
import { spanOf } from '../../model/unit/piece.ts';
import { findingOn, ifHelpful, outcomeStays, removing, replacing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const capabilitiesSettingRemoved: UnitRule = {
  id: 'capabilities-setting-removed',
  category: 'capability',
  severity: 'error',
  summary: 'Capabilities=, which systemd has passed over since release 230',
  explanation: `
## What it means

The line has no effect. systemd says so at level info, \`systemd-analyze verify\` ends with 0, and the
program runs as if the line were not there.

## Why

\`Capabilities=\` set the permitted set before the exec, where it did not survive without file
capabilities. Linux 4.3 brought ambient capabilities, which do; systemd 230 took the old setting out.

## What to do

Write \`AmbientCapabilities=\` with the plain names where the service has a \`User=\`. A service of root
holds all capabilities of its bounding set: there the line can go.
`,
  citations: ['NEWS of systemd 230', 'systemd.exec(5), AmbientCapabilities='],
  check: (judged) =>
    assignmentsTo(judged.unit, 'Service', 'Capabilities').map((origin) => {
      const named = namedCapabilities(origin.value.text);
      const list = members(named).map(capabilityConstant).join(' ');
      const holds = judged.judgement.commands.every(
        ({ credentials }) => credentials === null || isSubset(named, credentials.effective),
      );
      const span = { start: origin.span.start, end: spanOf(origin.value).end };
      const place = { path: origin.path, span };
      const ambient = replacing(place, `AmbientCapabilities=${list}`, 'review');
      const granted = ifHelpful(judged, ambient, (after) =>
        after.judgement.commands.every(
          ({ credentials }) => credentials !== null && isSubset(named, credentials.effective),
        ),
      );
      const needless = removing([origin], 'Remove the line, which does nothing');
      const fixes =
        holds || named === emptySet ? ifHelpful(judged, needless, outcomeStays(judged)) : granted;
      const message = `systemd has passed over Capabilities= since release 230. ${
        holds ? 'What it names the program has all the same' : `The program runs without ${list}`
      }.`;
      return findingOn(capabilitiesSettingRemoved, origin, message, { fixes });
    }),
  examples: [
    {
      title: 'the only line that names the capability of a low port',
      lines: ['User=alice', 'Capabilities=CAP_NET_BIND_SERVICE+ep'],
      finds: true,
    },
    { title: 'in a service of root', lines: ['Capabilities=CAP_NET_ADMIN+ep'], finds: true },
    {
      title: 'the setting that took its place',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_BIND_SERVICE'],
      finds: false,
    },
  ],
};
