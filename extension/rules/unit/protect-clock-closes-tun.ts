import { settingDenials } from './settingDenials.ts';
import { adding, findingOn, ifHelpful } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** Before 252 ProtectClock= allows one device, and that closes the others. */
export const protectClockClosesTun: UnitRule = {
  id: 'protect-clock-closes-tun',
  category: 'device',
  severity: 'warning',
  summary: 'ProtectClock= closes /dev/net/tun before systemd 252',
  explanation: `
## What it means

\`ProtectClock=yes\` has to do with the clock alone, and yet open(2) of /dev/net/tun answers EPERM. With
systemd 252 and later the same unit works.

## Why

The setting allows the clock’s device for reading, as \`DeviceAllow=char-rtc r\` would. Until 251 it did so
also where no device was closed, and the first device that is allowed closes all others.

## What to do

Allow the device as well: \`DeviceAllow=/dev/net/tun rw\`. It does no harm with later releases.
`,
  citations: ['systemd.exec(5), ProtectClock=', 'systemd pull request 25075'],
  check: (judged) =>
    settingDenials(judged, 'unit-device-policy')
      .filter(({ directive }) => directive === 'ProtectClock')
      .slice(0, 1)
      .map(({ origin, verdict: { errno } }) => {
        const { version } = judged.system.rules;
        const fixes = ifHelpful(
          judged,
          adding(judged, origin, 'DeviceAllow=/dev/net/tun rw'),
          (after) => settingDenials(after, 'unit-device-policy').length === 0,
        );
        const message = `In systemd ${String(version)} ProtectClock= allows the clock’s device, and with that closes all others: open(/dev/net/tun) answers ${errno}.`;
        return findingOn(protectClockClosesTun, origin, message, { fixes });
      }),
  examples: [
    {
      title: 'systemd 249',
      lines: ['# capwright: wants tun.create', 'ProtectClock=yes'],
      version: 249,
      finds: true,
    },
    {
      title: 'systemd 252',
      lines: ['# capwright: wants tun.create', 'ProtectClock=yes'],
      version: 252,
      finds: false,
    },
    { title: 'nothing wants a device', lines: ['ProtectClock=yes'], version: 249, finds: false },
    {
      title: 'the device is allowed',
      lines: ['ProtectClock=yes', 'DeviceAllow=/dev/net/tun rw'],
      version: 249,
      finds: false,
    },
  ],
};
