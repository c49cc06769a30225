import { spanOf } from '../../model/unit/piece.ts';
import { answersOf, asFarAsSeen, capabilityDenials, findingAt } from './unitFindings.ts';
import { userServiceRepairs } from './userServiceRepairs.ts';
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

Let root create a TUN device that belongs to the user, with a \`.netdev\` file or \`ip tuntap add\`: the program
then attaches to it by its name. Or make the unit a system unit with \`User=\` and \`AmbientCapabilities=\`; or
give the program's file the capability with setcap(8); or give it to the user manager, with a drop-in of
\`user@.service\`, so that \`AmbientCapabilities=\` works in its units (not with systemd 255 and 256). In a user
and network namespace of its own it needs none of it, and is alone there.
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
    const fixes = userServiceRepairs(judged);
    const { reasons } = first.verdict;
    const detail = { fixes, reasons };
    return [asFarAsSeen(judged, findingAt(userServiceWithoutCapabilities, place, message, detail))];
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
      title: 'a bounding set alone, of which the program may need nothing',
      scope: 'user',
      lines: ['ExecStart=+/usr/bin/prog', 'CapabilityBoundingSet=CAP_NET_ADMIN'],
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
