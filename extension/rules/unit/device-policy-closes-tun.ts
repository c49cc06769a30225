import { tunRules } from './tunRules.ts';
import { settingDenials } from './settingDenials.ts';
import { adding, findingOn, ifHelpful } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** A device policy that names other devices and not the one that the unit wants. */
export const devicePolicyClosesTun: UnitRule = {
  id: 'device-policy-closes-tun',
  category: 'device',
  severity: 'error',
  summary: 'The device policy closes /dev/net/tun to a unit that opens it',
  explanation: `
## What it means

The node is there and its mode allows it, and open(2) answers EPERM all the same: the device control
group of the unit refuses the device. Not even a command with the prefix \`+\` gets round it.

## Why

\`DevicePolicy=closed\` and \`strict\` allow only what \`DeviceAllow=\` names. \`DevicePolicy=auto\`, the
default, becomes \`closed\` with the first \`DeviceAllow=\` line, whatever it names.

## What to do

Allow the device as well: \`DeviceAllow=/dev/net/tun rw\`.
`,
  citations: ['systemd.resource-control(5), DevicePolicy=, DeviceAllow='],
  check: (judged) =>
    settingDenials(judged, 'unit-device-policy')
      .filter(({ directive }) => directive === 'DevicePolicy' || directive === 'DeviceAllow')
      .filter(() => tunRules(judged).length === 0)
      .slice(0, 1)
      .map(({ directive, origin, verdict: { errno } }) => {
        const fixes = ifHelpful(
          judged,
          adding(judged, origin, 'DeviceAllow=/dev/net/tun rw'),
          (after) => settingDenials(after, 'unit-device-policy').length === 0,
        );
        const message = `${directive}= closes every device that the unit does not allow, and it does not allow /dev/net/tun: open(2) answers ${errno}.`;
        return findingOn(devicePolicyClosesTun, origin, message, { fixes });
      }),
  examples: [
    {
      title: 'a closed policy',
      lines: ['# capwright: wants tun.create', 'DevicePolicy=closed'],
      finds: true,
    },
    {
      title: 'another device is allowed',
      lines: ['# capwright: wants tun.create', 'DeviceAllow=/dev/fuse rw'],
      finds: true,
    },
    {
      title: 'the device is allowed by its class',
      lines: ['# capwright: wants tun.create', 'DevicePolicy=closed', 'DeviceAllow=char-misc rw'],
      finds: false,
    },
    { title: 'nothing wants a device', lines: ['DevicePolicy=closed'], finds: false },
  ],
};
