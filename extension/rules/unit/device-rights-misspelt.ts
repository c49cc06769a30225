import { findingAt, ifHelpful, replacing } from './unitFindings.ts';
import { unreadLines } from './unreadLine.ts';
import type { UnitRule } from './unitRule.ts';

/** Rights of a device in a case or with a character that systemd does not take. */
export const deviceRightsMisspelt: UnitRule = {
  id: 'device-rights-misspelt',
  category: 'device',
  severity: 'warning',
  summary: 'DeviceAllow= with rights that are not r, w and m in lower case is passed over',
  explanation: `
## What it means

The line allows nothing. With other \`DeviceAllow=\` lines or a device policy the device stays closed; without,
it stays open, and so does every other.

## Why

The rights are a word of the lower-case letters \`r\`, \`w\` and \`m\`. With any other character systemd leaves the
whole line out, with a warning in the journal.

## What to do

Write them in lower case and without anything between them.
`,
  citations: [
    'systemd.resource-control(5), DeviceAllow=',
    'config_parse_device_allow() in systemd',
  ],
  check: (judged) =>
    unreadLines(judged, 'device-rights').map(({ message, cause }) => {
      const fix = replacing(message, cause.rights, 'safe');
      const fixes = ifHelpful(judged, fix, (after) => {
        const left = unreadLines(after, 'device-rights').length;
        return left < unreadLines(judged, 'device-rights').length;
      });
      const text = `${JSON.stringify(message.subject)} are no device rights, which are the lower-case r, w and m: systemd passes over the line.`;
      return findingAt(deviceRightsMisspelt, message, text, { fixes });
    }),
  examples: [
    { title: 'upper case', lines: ['DeviceAllow=/dev/net/tun RW'], finds: true },
    { title: 'a comma', lines: ['DeviceAllow=/dev/net/tun r,w'], finds: true },
    { title: 'lower case', lines: ['DeviceAllow=/dev/net/tun rw'], finds: false },
  ],
};
