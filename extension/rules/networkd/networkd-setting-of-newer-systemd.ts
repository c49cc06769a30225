import { findingAt } from '../unit/unitFindings.ts';
import { isOfNewer, messagesOf } from './networkdMessages.ts';
import type { NetworkdRule } from './networkdRule.ts';

/** A setting that a later release brings. */
export const networkdSettingOfNewerSystemd: NetworkdRule = {
  id: 'networkd-setting-of-newer-systemd',
  category: 'networkd',
  severity: 'information',
  summary: 'A setting that only later releases of systemd-networkd know has no effect here',
  explanation: `
## What it means

systemd-networkd logs “Unknown key” and goes on without the setting.

## Why

Files are to work with older releases too, so that what is unknown is no error. \`KeepCarrier=\` came with 252,
\`Kind=\` in [Match] of a .network file with 251.

## What to do

If the device cannot do without it, require the release; otherwise there is nothing to do.
`,
  citations: ['systemd.netdev(5)', 'systemd.network(5)'],
  check: (judged) =>
    messagesOf(judged)
      .filter((message) => isOfNewer(judged, message))
      .map((message) => {
        const { version } = judged.rules;
        const text = `systemd-networkd ${String(version)} does not know ${message.subject}= yet, and passes over the line.`;
        return findingAt(networkdSettingOfNewerSystemd, message, text);
      }),
  examples: [
    {
      title: 'KeepCarrier= before 252',
      lines: [
        '[NetDev]',
        'Name=vpn0',
        'Kind=tun',
        '[Tun]',
        'User=alice',
        'MultiQueue=yes',
        'KeepCarrier=yes',
      ],
      version: 249,
      finds: true,
    },
    {
      title: 'Kind= of a match before 251',
      name: '50-test.network',
      lines: ['[Match]', 'Name=vpn0', 'Kind=tun', '[Network]', 'Address=10.9.0.1/24'],
      version: 249,
      finds: true,
    },
    {
      title: 'the release that brought it',
      lines: [
        '[NetDev]',
        'Name=vpn0',
        'Kind=tun',
        '[Tun]',
        'User=alice',
        'MultiQueue=yes',
        'KeepCarrier=yes',
      ],
      version: 252,
      finds: false,
    },
  ],
};
