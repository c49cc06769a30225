import { spanOf } from '../../model/unit/piece.ts';
import { answersOf, capabilityDenials, findingAt } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const userServiceWithoutCapabilities: UnitRule = {
  id: 'user-service-without-capabilities',
  category: 'identity',
  severity: 'warning',
  summary: 'A user unit whose program wants what needs a capability, and whose file grants none',
  explanation: `
## What it means

The program starts as an ordinary user without any capability, and what it wants of the network is denied.

## Why

A user manager holds nothing that it could pass on: \`AmbientCapabilities=\` in a user unit ends the start.
What a program may gain there comes from its file.

## What to do

Give the program's file the capability with setcap(8); or make the unit a system unit with \`User=\` and
\`AmbientCapabilities=\`; or let root create a TUN device that belongs to the user, with a \`.netdev\` file or
\`ip tuntap add\`.
`,
  citations: ['capabilities(7)', 'systemd.exec(5), AmbientCapabilities='],
  check: (judged) => {
    if (judged.system.manager.scope !== 'user') return [];
    const denials = capabilityDenials(judged).filter(
      ({ command: { reasons } }) => !reasons.some(({ rule }) => ofTheFile.has(rule)),
    );
    const [first] = denials;
    if (first === undefined) return [];
    const { origin, command } = first.command.execution;
    const place = { path: origin, span: spanOf(command.piece) };
    const prefix = command.privilege === '+' ? ', not even with the prefix +' : '';
    const message = `A user manager has no capabilities to pass on${prefix}, and the program’s file grants none. ${answersOf(denials)}.`;
    return [findingAt(userServiceWithoutCapabilities, place, message)];
  },
  examples: [
    {
      title: 'a TUN device that is allowed',
      scope: 'user',
      lines: ['DeviceAllow=/dev/net/tun rw'],
      finds: true,
    },
    {
      title: 'a prefix that would be of use in a system unit',
      scope: 'user',
      lines: ['ExecStart=+/usr/bin/prog', 'DeviceAllow=/dev/net/tun rw'],
      finds: true,
    },
    {
      title: 'a program whose file grants the capability',
      scope: 'user',
      lines: ['DeviceAllow=/dev/net/tun rw'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: false,
    },
    { title: 'a program that wants nothing', scope: 'user', lines: [], finds: false },
  ],
};

const ofTheFile: ReadonlySet<string> = new Set([
  'file-grants',
  'mount-ignores-privilege',
  'interpreter-decides',
]);
