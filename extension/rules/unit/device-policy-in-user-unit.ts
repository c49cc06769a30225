import { findingOn, ifHelpful, lastOrigin, outcomeStays, removing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** A user manager has no device control group. */
export const devicePolicyInUserUnit: UnitRule = {
  id: 'device-policy-in-user-unit',
  category: 'device',
  severity: 'information',
  summary: 'A user manager passes over DeviceAllow= and DevicePolicy=',
  explanation: `
## What it means

The line neither allows nor closes a device. The unit opens /dev/net/tun if the mode of the node lets the
user do so, and not otherwise.

## Why

The device control group is a BPF program on the unit’s control group, and loading one takes CAP_SYS_ADMIN.
A user manager does not hold it, and leaves the setting out without a message.

## What to do

Take the line out. Whether the user may make a TUN device is a matter of capabilities, or of a persistent
device that the user owns.
`,
  citations: ['systemd.resource-control(5), DeviceAllow=', 'bpf(2)'],
  check: (judged) =>
    judged.system.manager.scope === 'system'
      ? []
      : (['DevicePolicy', 'DeviceAllow'] as const).flatMap((directive) => {
          const origin = lastOrigin(judged, directive);
          if (origin === null) return [];
          const origins = judged.reading.settings[directive]?.origins ?? [];
          const fix = removing(origins, `Remove ${directive}=`);
          const fixes = ifHelpful(judged, fix, outcomeStays(judged));
          const message = `A user manager has no device control group, and passes over ${directive}= without a word.`;
          return [findingOn(devicePolicyInUserUnit, origin, message, { fixes })];
        }),
  examples: [
    {
      title: 'a user unit',
      lines: ['DeviceAllow=/dev/net/tun rw'],
      scope: 'user',
      finds: true,
    },
    { title: 'a system unit', lines: ['DeviceAllow=/dev/net/tun rw'], finds: false },
  ],
};
