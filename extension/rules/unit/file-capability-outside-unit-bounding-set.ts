import { members } from '../../model/capabilitySet.ts';
import { capabilityConstant } from '../../model/gate.ts';
import { adding, findingOn, ifHelpful, lastOrigin, starts, stepsOf } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const fileCapabilityOutsideUnitBoundingSet: UnitRule = {
  id: 'file-capability-outside-unit-bounding-set',
  category: 'file capability',
  severity: 'error',
  summary: 'CapabilityBoundingSet= without a capability that the file of the program demands',
  explanation: `
## What it means

execve(2) answers EPERM, for root too, and the start ends with \`203/EXEC\`.

## Why

A file with the effective flag says that its program cannot do with less than all of its capabilities.
Rather than start it with a part of them, the kernel refuses.

## What to do

Name the missing capability in \`CapabilityBoundingSet=\`, or take it from the file with setcap(8).
`,
  citations: [
    'systemd.exec(5), CapabilityBoundingSet=',
    'bprm_caps_from_vfs_caps() in security/commoncap.c',
  ],
  check: (judged) => {
    const step = stepsOf(judged, 'beyond-bounding-set').find(({ reason }) => reason.refused);
    const origin = lastOrigin(judged, 'CapabilityBoundingSet');
    if (step === undefined || origin === null) return [];
    const list = members(step.reason.missing).map(capabilityConstant).join(' ');
    const fix = adding(judged, origin, `CapabilityBoundingSet=${list}`);
    const message = `The program’s file demands ${list}, which the bounding set of the unit does not contain. execve answers EPERM, and the start ends with ${step.command.start}.`;
    const fixes = ifHelpful(judged, fix, starts);
    return [findingOn(fileCapabilityOutsideUnitBoundingSet, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'root, and a bounding set without it',
      lines: ['CapabilityBoundingSet=CAP_NET_RAW'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: true,
    },
    {
      title: 'a bounding set that has it',
      lines: ['CapabilityBoundingSet=CAP_NET_RAW CAP_NET_ADMIN'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: false,
    },
  ],
};
