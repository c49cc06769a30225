import { tunRules } from './tunRules.ts';
import { settingDenials } from './settingDenials.ts';
import { findingOn, ifHelpful, writing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** TUN is allowed for reading or for writing, and is opened for both. */
export const deviceRightsTooFew: UnitRule = {
  id: 'device-rights-too-few',
  category: 'device',
  severity: 'error',
  summary: 'No line of DeviceAllow= lets /dev/net/tun be read and written',
  explanation: `
## What it means

The device is allowed for reading or for writing only. A TUN device is opened for both, and open(2)
answers EPERM. Two lines, one with \`r\` and one with \`w\`, do not add up.

## Why

Each line is a test of its own in the BPF program on the control group, and one test has to let
all of the access through that is asked for.

## What to do

Write \`DeviceAllow=/dev/net/tun rw\` on one line. Without rights a line means \`rwm\`.
`,
  citations: [
    'systemd.resource-control(5), DeviceAllow=',
    'bpf_devices_allow_list_device() in systemd',
  ],
  check: (judged) => {
    const closed = settingDenials(judged, 'unit-device-policy').length > 0;
    const rules = tunRules(judged).filter(({ exists }) => exists);
    const origins = (judged.reading.settings.DeviceAllow?.origins ?? []).filter(({ value }) =>
      value.text.startsWith('/dev/net/tun'),
    );
    const origin = origins.at(-1);
    if (!closed || rules.length === 0 || origin === undefined) return [];
    const fixes = ifHelpful(
      judged,
      writing(origin, '/dev/net/tun rw'),
      (after) => settingDenials(after, 'unit-device-policy').length === 0,
    );
    const several = origins.length > 1;
    const fact = several
      ? 'No line of DeviceAllow= has both r and w for /dev/net/tun, and several do not add up'
      : 'DeviceAllow= does not give both r and w for /dev/net/tun';
    const message = `${fact}: open(2) for reading and writing answers EPERM.`;
    return [findingOn(deviceRightsTooFew, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'r and w on two lines',
      lines: ['DeviceAllow=/dev/net/tun r', 'DeviceAllow=/dev/net/tun w'],
      finds: true,
    },
    { title: 'r alone', lines: ['DeviceAllow=/dev/net/tun r'], finds: true },
    { title: 'no rights, which means all', lines: ['DeviceAllow=/dev/net/tun'], finds: false },
    {
      title: 'the policy of a user manager, which has none',
      lines: ['DeviceAllow=/dev/net/tun r'],
      scope: 'user',
      finds: false,
    },
  ],
};
