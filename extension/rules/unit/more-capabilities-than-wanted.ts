import { CAP_SYS_ADMIN } from '../../model/capability.ts';
import { has, members, type CapabilitySet } from '../../model/capabilitySet.ts';
import { capabilityConstant } from '../../model/gate.ts';
import { findOperation, neededCapabilities } from '../../model/operations.ts';
import { spanOf } from '../../model/unit/piece.ts';
import { commentedWants } from '../../model/unit/unitWants.ts';
import type { CommandJudgement } from '../../model/unit/judgeUnit.ts';
import type { Directive } from '../../model/unit/directives.ts';
import type { UnitFix } from '../../fixes/unitFix.ts';
import { commandLine } from './commandLine.ts';
import { adding, findingAt, ifHelpful, lastOrigin, starts, writing } from './unitFindings.ts';
import type { JudgedUnit, UnitRule } from './unitRule.ts';

/** Speaks only where the unit itself says all that it wants. */
export const moreCapabilitiesThanWanted: UnitRule = {
  id: 'more-capabilities-than-wanted',
  category: 'capability',
  severity: 'information',
  summary: 'A unit that says what it wants holds CAP_SYS_ADMIN or nearly all capabilities besides',
  explanation: `
## What it means

A comment of the unit, \`# capwright: wants …\`, says what its program does, and for that a few capabilities are
enough. It holds CAP_SYS_ADMIN besides, which is nearly as much as root, or all that there are.

## Why

What a program holds, whoever takes it over holds too. Root holds its bounding set; another user holds what
\`AmbientCapabilities=\` names, and a list that begins with \`~\` names all others.

## What to do

Name what is wanted. For a program of root write it into \`CapabilityBoundingSet=\`; see that it needs no others,
such as those to change to another user or to read files of others.
`,
  citations: [
    'capabilities(7), “Notes to kernel developers”',
    'systemd.exec(5), CapabilityBoundingSet=',
  ],
  check: (judged) => {
    const needed = saidToNeed(judged);
    const [command] = needed === null ? [] : excessive(judged, needed);
    if (needed === null || command === undefined || judged.denials.length > 0) return [];
    const list = members(needed).map(capabilityConstant).join(' ');
    const fixes = narrowing(judged, command, list).flatMap((fix) =>
      ifHelpful(
        judged,
        fix,
        (after) =>
          excessive(after, needed).length === 0 && starts(after) && after.denials.length === 0,
      ),
    );
    const { uid, effective } = command.credentials;
    const who = uid.effective === 0 ? 'The program runs as root' : 'The program';
    const held =
      members(effective).length > many ? 'nearly all capabilities' : 'CAP_SYS_ADMIN as well';
    const message = `${who}${uid.effective === 0 ? ' and' : ''} holds ${held}. What the unit says that it wants needs ${list === '' ? 'none' : `${list} alone`}.`;
    const { origin: path, command: written } = command.execution;
    const place = sourceOf(judged, command) ?? { path, span: spanOf(written.piece) };
    const span = 'value' in place ? spanOf(place.value) : place.span;
    const at = { path: place.path, span };
    return [findingAt(moreCapabilitiesThanWanted, at, message, { fixes, confidence: 'likely' })];
  },
  examples: [
    {
      title: 'root, for a TUN device',
      lines: ['# capwright: wants tun.create', 'ExecStart=/usr/bin/prog'],
      finds: true,
    },
    {
      title: 'CAP_SYS_ADMIN for a port',
      lines: [
        ...['# capwright: wants bind.low-port', 'User=alice'],
        'AmbientCapabilities=CAP_SYS_ADMIN CAP_NET_BIND_SERVICE',
      ],
      finds: true,
    },
    {
      title: 'a bounding set that takes little away',
      lines: ['# capwright: wants tun.create', 'CapabilityBoundingSet=~CAP_SYS_BOOT'],
      finds: true,
    },
    {
      title: 'what is wanted and little more',
      lines: [
        ...['# capwright: wants tun.create', 'User=alice'],
        'AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW',
      ],
      finds: false,
    },
    {
      title: 'root, and nobody says what for',
      lines: ['DeviceAllow=/dev/net/tun rw'],
      finds: false,
    },
  ],
};

/** More of them than any program of the network needs. */
const many = 20;

/** The capabilities of what the unit’s comments name; null without a comment. */
function saidToNeed({ unit }: JudgedUnit): CapabilitySet | null {
  const wants = commentedWants(unit).map(findOperation);
  if (wants.length === 0) return null;
  return neededCapabilities(wants.filter((each) => each !== null));
}

function excessive({ judgement, system }: JudgedUnit, needed: CapabilitySet): readonly Holding[] {
  if (system.manager.scope === 'user') return [];
  return judgement.commands.filter(
    (command): command is Holding =>
      command.execution.directive === 'ExecStart' &&
      command.credentials !== null &&
      command.execution.command.privilege !== '+' &&
      ((has(command.credentials.effective, CAP_SYS_ADMIN) && !has(needed, CAP_SYS_ADMIN)) ||
        members(command.credentials.effective).length > many),
  );
}

type Holding = CommandJudgement & {
  readonly credentials: NonNullable<CommandJudgement['credentials']>;
};

/** The line that the program has them from. */
function sourceOf(judged: JudgedUnit, { credentials }: Holding) {
  const directive: Directive =
    credentials.uid.effective === 0 ? 'CapabilityBoundingSet' : 'AmbientCapabilities';
  return lastOrigin(judged, directive);
}

function narrowing(judged: JudgedUnit, command: Holding, list: string): readonly UnitFix[] {
  const source = sourceOf(judged, command);
  if (source !== null) return [{ ...writing(source, list), preferred: false }];
  const line = commandLine(judged, command.execution);
  return line === null
    ? []
    : [{ ...adding(judged, line, `CapabilityBoundingSet=${list}`), preferred: false }];
}
