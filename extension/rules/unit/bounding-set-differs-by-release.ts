import { allNamed } from '../../model/capabilitySet.ts';
import { systemdRules } from '../../model/unit/systemdRules.ts';
import { readUnit, valueOf } from '../../model/unit/unit.ts';
import { assignmentsTo } from '../../model/unit/unitWants.ts';
import { findingOn, lastOrigin } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const boundingSetDiffersByRelease: UnitRule = {
  id: 'bounding-set-differs-by-release',
  category: 'capability',
  severity: 'warning',
  summary: 'Lines of CapabilityBoundingSet= that come to another set since systemd 258',
  explanation: `
## What it means

The same lines give the program different capabilities before systemd 258 and since.

## Why

\`CapabilityBoundingSet=~\` makes the set full. Until 257 a full set counted as one that nothing had set yet,
and the next line took its place; since 258 the next line adds to it, and it stays full.

## What to do

Take the line with \`~\` alone out: without it the following lines mean the same in every release.
`,
  citations: ['config_parse_capability_set() in systemd'],
  check: (judged) => {
    const origin = lastOrigin(judged, 'CapabilityBoundingSet');
    const lines = assignmentsTo(judged.unit, 'Service', 'CapabilityBoundingSet');
    if (origin === null || lines.length < 2) return [];
    const [older, newer] = [257, 262].map((version) => {
      const { settings } = readUnit(judged.unit, judged.system.manager, systemdRules(version));
      return (valueOf(settings, 'CapabilityBoundingSet') ?? allNamed) & allNamed;
    });
    if (older === newer) return [];
    const message =
      'After CapabilityBoundingSet=~ this line replaces the set up to systemd 257, and since 258 the set stays full.';
    return [findingOn(boundingSetDiffersByRelease, origin, message)];
  },
  examples: [
    {
      title: 'a full set, then a name',
      lines: ['CapabilityBoundingSet=~', 'CapabilityBoundingSet=CAP_NET_RAW'],
      finds: true,
    },
    { title: 'a name alone', lines: ['CapabilityBoundingSet=CAP_NET_RAW'], finds: false },
  ],
};
