import { isInterfaceName, longestName } from '../../model/networkd/interfaceName.ts';
import { findingAt, findingOn } from '../unit/unitFindings.ts';
import { netdevOf } from './networkdFindings.ts';
import type { NetworkdRule } from './networkdRule.ts';

/** Name= that no interface can have. */
export const netdevNameRefused: NetworkdRule = {
  id: 'netdev-name-refused',
  category: 'networkd',
  severity: 'error',
  summary: 'A name that no interface can have is passed over, and the device is not made',
  explanation: `
## What it means

systemd-networkd logs “Interface name is not valid or too long” and passes over the line. Without another Name= it
makes nothing of the file.

## Why

The kernel takes up to ${String(longestName)} bytes, no white space, and neither \`/\` nor \`:\`. systemd takes
printable ASCII alone, no \`%\` (so no \`tun%d\` either), no name that reads as a number, and none of \`all\`,
\`default\`, \`.\` and \`..\`. \`lo\` is there already and is no TUN device.

## What to do

Choose a shorter name of letters, digits, \`-\`, \`_\` and \`.\`.
`,
  citations: ['ifname_valid() in systemd', 'dev_valid_name() in net/core/dev.c'],
  check: (judged) => {
    const { netdev, outcome } = netdevOf(judged) ?? {};
    if (netdev === undefined) return [];
    const stays =
      netdev.name === null ? 'nothing is made of the file' : `${netdev.name.value} stays`;
    const refused = netdev.messages
      .filter(({ problem }) => problem === 'invalid-interface-name')
      .map((message) =>
        findingAt(
          netdevNameRefused,
          message,
          `${JSON.stringify(message.subject)} ${whyNot(message.subject)}: systemd-networkd passes over the line, and ${stays}.`,
          netdev.name === null ? {} : { severity: 'warning' },
        ),
      );
    const origin = netdev.name?.origins[0];
    return outcome?.kind === 'not-made' && outcome.why.cause === 'loopback' && origin !== undefined
      ? [
          findingOn(
            netdevNameRefused,
            origin,
            '“lo” is the loopback interface of every network namespace: TUNSETIFF answers EINVAL.',
          ),
        ]
      : refused;
  },
  examples: [
    {
      title: 'sixteen letters',
      lines: ['[NetDev]', 'Name=company-vpn-east', 'Kind=tun', '[Tun]', 'User=alice'],
      finds: true,
    },
    {
      title: 'a name for the kernel to complete',
      lines: ['[NetDev]', 'Name=tun%d', 'Kind=tun', '[Tun]', 'User=alice'],
      finds: true,
    },
    {
      title: 'a number',
      lines: ['[NetDev]', 'Name=12', 'Kind=tun', '[Tun]', 'User=alice'],
      finds: true,
    },
    {
      title: 'the loopback interface',
      lines: ['[NetDev]', 'Name=lo', 'Kind=tun', '[Tun]', 'User=alice'],
      finds: true,
    },
    {
      title: 'fifteen letters',
      lines: ['[NetDev]', 'Name=company-vpn-eas', 'Kind=tun', '[Tun]', 'User=alice'],
      finds: false,
    },
  ],
};

function whyNot(name: string): string {
  if (name.length > longestName && isInterfaceName(name.slice(0, longestName))) {
    return `has ${String(name.length)} characters, and an interface’s name has at most ${String(longestName)}`;
  }
  if (name.includes('%')) return 'has a “%”, which systemd-networkd does not fill in';
  if (/^[+\dxXa-fA-F]+$/.test(name)) return 'reads as a number';
  return 'is no name that an interface can have';
}
