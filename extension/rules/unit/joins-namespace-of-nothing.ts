import { valueOf } from '../../model/unit/unit.ts';
import { assignmentsTo } from '../../model/unit/unitWants.ts';
import { adding, findingOn, ifHelpful, lastOrigin, starts } from './unitFindings.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

export const joinsNamespaceOfNothing: UnitRule = {
  id: 'joins-namespace-of-nothing',
  category: 'namespace',
  severity: 'warning',
  summary: 'JoinsNamespaceOf= in a unit that has no namespace of its own to share',
  explanation: `
## What it means

The line has no effect: the unit runs in the network of the host, and not in that of the other unit.

## Why

Units share what both of them make private: the network with \`PrivateNetwork=\` or \`NetworkNamespacePath=\`, /tmp
with \`PrivateTmp=\`, IPC with \`PrivateIPC=\`. Both need the setting.

## What to do

Set what is to be shared in both units.
`,
  citations: ['systemd.unit(5), JoinsNamespaceOf='],
  check: (judged) => {
    const lines = assignmentsTo(judged.unit, 'Unit', 'JoinsNamespaceOf');
    const origin = lines.findLast(({ value }) => value.text !== '');
    if (origin === undefined || sharesSomething(judged)) return [];
    const place = lastOrigin(judged, 'ExecStart');
    const fix = place === null ? null : adding(judged, place, 'PrivateNetwork=yes');
    const helps = (after: JudgedUnit) => sharesSomething(after) && starts(after);
    const fixes = fix === null ? [] : ifHelpful(judged, { ...fix, preferred: false }, helps);
    const message = `JoinsNamespaceOf=${origin.value.text} has no effect: the unit has neither a network nor a /tmp nor IPC of its own to share.`;
    return [findingOn(joinsNamespaceOfNothing, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'a unit in the host’s network',
      unitLines: ['JoinsNamespaceOf=vpn.service'],
      lines: ['DeviceAllow=/dev/net/tun rw'],
      finds: true,
    },
    {
      title: 'two private networks',
      unitLines: ['JoinsNamespaceOf=vpn.service'],
      lines: ['PrivateNetwork=yes'],
      finds: false,
    },
    {
      title: 'a /tmp of two',
      unitLines: ['JoinsNamespaceOf=vpn.service'],
      lines: ['PrivateTmp=yes'],
      finds: false,
    },
  ],
};

function sharesSomething({ unit, reading: { settings } }: JudgedUnit): boolean {
  return (
    valueOf(settings, 'PrivateNetwork') ||
    valueOf(settings, 'PrivateIPC') ||
    valueOf(settings, 'DynamicUser') ||
    valueOf(settings, 'PrivateTmp') !== 'no' ||
    valueOf(settings, 'NetworkNamespacePath') !== null ||
    assignmentsTo(unit, 'Service', 'IPCNamespacePath').length > 0
  );
}
