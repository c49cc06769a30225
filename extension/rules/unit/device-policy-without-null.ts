import { adding, findingOn, ifHelpful, refusedStart, starts } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** A strict device policy closes what standard input is opened from. */
export const devicePolicyWithoutNull: UnitRule = {
  id: 'device-policy-without-null',
  category: 'device',
  severity: 'error',
  summary: 'DevicePolicy=strict without /dev/null keeps the service from starting',
  explanation: `
## What it means

No command of the service starts: systemd gives up with 208/STDIN.

## Why

Standard input of a service is /dev/null, and systemd opens it when the device policy is already in force.
\`closed\` allows /dev/null and other pseudo devices, \`strict\` allows nothing but what is named.

## What to do

Allow it: \`DeviceAllow=/dev/null rw\`; or use \`DevicePolicy=closed\`.
`,
  citations: ['systemd.resource-control(5), DevicePolicy=', 'systemd.exec(5), Process Exit Codes'],
  check: (judged) => {
    const refused = refusedStart(judged, ['standard-input-closed'], 'DevicePolicy');
    if (refused === null) return [];
    const { origin, reason } = refused;
    const fixes = ifHelpful(judged, adding(judged, origin, 'DeviceAllow=/dev/null rw'), starts);
    const message = `DevicePolicy=strict closes the device from which standard input is opened too: the start fails with ${reason.status}.`;
    return [findingOn(devicePolicyWithoutNull, origin, message, { fixes })];
  },
  examples: [
    {
      title: 'only TUN is allowed',
      lines: ['DevicePolicy=strict', 'DeviceAllow=/dev/net/tun rw'],
      finds: true,
    },
    {
      title: 'both are',
      lines: ['DevicePolicy=strict', 'DeviceAllow=/dev/net/tun rw', 'DeviceAllow=/dev/null rw'],
      finds: false,
    },
  ],
};
