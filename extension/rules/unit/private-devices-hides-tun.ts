import { settingDenials, type SettingDenial } from './settingDenials.ts';
import { adding, findingOn, ifHelpful, writing } from './unitFindings.ts';
import type { UnitFix } from '../../fixes/unitFix.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

const allow = 'DeviceAllow=/dev/net/tun rw';
const bind = 'BindPaths=/dev/net/tun';

/** A /dev of the unit’s own that has no TUN node, or a node that may not be opened. */
export const privateDevicesHidesTun: UnitRule = {
  id: 'private-devices-hides-tun',
  category: 'device',
  severity: 'error',
  summary: 'PrivateDevices= takes /dev/net/tun away from a unit that opens it',
  explanation: `
## What it means

With \`PrivateDevices=yes\` the service has a /dev of its own with pseudo devices such as /dev/null only.
/dev/net/tun is not among them: open(2) answers ENOENT, whatever capabilities the service holds.

## Why

The setting does two things. It mounts a small /dev, and it sets \`DevicePolicy=closed\`, so that the device
control group refuses every other device. \`DeviceAllow=/dev/net/tun rw\` alone leaves the node missing,
and \`BindPaths=/dev/net/tun\` alone shows a node that answers EPERM.

## What to do

Give the unit both lines; the rest of /dev stays away. In a user manager there is no such way:
leave \`PrivateDevices=\` out.
`,
  citations: ['systemd.exec(5), PrivateDevices=', 'mount_private_dev() in systemd'],
  check: (judged) => {
    const [denial] = closedBy(judged).filter(({ directive }) => directive === 'PrivateDevices');
    if (denial === undefined) return [];
    const { origin, verdict } = denial;
    const { errno } = verdict;
    const both = adding(judged, origin, `${allow}\n${bind}`);
    const candidates: readonly UnitFix[] = [
      adding(judged, origin, allow),
      adding(judged, origin, bind),
      { ...both, title: `Add ${allow} and ${bind}` },
      { ...writing(origin, 'no'), preferred: false },
    ];
    const helps = (after: JudgedUnit) => closedBy(after).length === 0;
    const fixes = candidates.flatMap((fix) => ifHelpful(judged, fix, helps)).slice(0, 1);
    const shown =
      errno === 'ENOENT'
        ? 'has no /dev/net/tun'
        : 'has a /dev/net/tun that its device policy closes';
    const message = `The /dev that PrivateDevices= gives the unit ${shown}: open(2) answers ${errno}.`;
    return [findingOn(privateDevicesHidesTun, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'allowed, and not there',
      lines: ['PrivateDevices=yes', 'DeviceAllow=/dev/net/tun rw'],
      finds: true,
    },
    {
      title: 'there, and not allowed',
      lines: ['PrivateDevices=yes', 'BindPaths=/dev/net/tun'],
      finds: true,
    },
    {
      title: 'neither',
      lines: ['# capwright: wants tun.create', 'PrivateDevices=yes'],
      finds: true,
    },
    {
      title: 'both',
      lines: ['PrivateDevices=yes', 'DeviceAllow=/dev/net/tun rw', 'BindPaths=/dev/net/tun'],
      finds: false,
    },
    { title: 'nothing wants a device', lines: ['PrivateDevices=yes'], finds: false },
  ],
};

function closedBy(judged: JudgedUnit): readonly SettingDenial[] {
  return [
    ...settingDenials(judged, 'unit-device-view'),
    ...settingDenials(judged, 'unit-device-policy'),
  ];
}
