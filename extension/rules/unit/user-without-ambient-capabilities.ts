import { emptySet, members, setOf } from '../../model/capabilitySet.ts';
import { capabilityConstant } from '../../model/gate.ts';
import { namedCapabilities } from '../../model/unit/unitWants.ts';
import {
  adding,
  answersOf,
  asFarAsSeen,
  capabilityDenials,
  findingOn,
  ifHelpful,
  lastOrigin,
} from './unitFindings.ts';
import type { JudgedUnit, UnitDenial, UnitRule } from './unitRule.ts';

export const userWithoutAmbientCapabilities: UnitRule = {
  id: 'user-without-ambient-capabilities',
  category: 'capability',
  severity: 'error',
  summary: 'A service with a user of its own that is given no capability for what it wants',
  explanation: `
## What it means

The service runs as another user than root, and its program starts without a capability that it asks
for. The first privileged call answers EPERM or EACCES.

## Why

With the change of the user id all capabilities go. Neither does \`CapabilityBoundingSet=\` bring one
back: it says what could be gained, not what is held. \`AmbientCapabilities=\` does.

## What to do

Name what the program needs in \`AmbientCapabilities=\`.
`,
  citations: [
    'systemd.exec(5), AmbientCapabilities=',
    'cap_emulate_setxuid() in security/commoncap.c',
  ],
  check: (judged) => {
    const denials = lacking(judged);
    const bounding = judged.reading.settings.CapabilityBoundingSet?.origins.find(
      ({ value }) => (namedCapabilities(value.text) & lacked(denials)) !== emptySet,
    );
    const origin = bounding ?? lastOrigin(judged, 'User') ?? lastOrigin(judged, 'DynamicUser');
    if (denials.length === 0 || origin === null) return [];
    const list = members(lacked(denials)).map(capabilityConstant).join(' ');
    const fact =
      bounding === undefined
        ? `The service does not run as root and is not given ${list}`
        : `CapabilityBoundingSet= names ${list} but grants nothing, and the service does not run as root`;
    const fix = adding(judged, origin, `AmbientCapabilities=${list}`);
    const fixes = ifHelpful(judged, fix, (after) => lacking(after).length < denials.length);
    const message = `${fact}. ${answersOf(denials)}.`;
    const finding = findingOn(userWithoutAmbientCapabilities, origin, message, { fixes });
    return [bounding === undefined ? finding : asFarAsSeen(judged, finding)];
  },
  examples: [
    {
      title: 'a TUN device that is allowed, and no capability',
      lines: ['User=alice', 'DeviceAllow=/dev/net/tun rw'],
      finds: true,
    },
    {
      title: 'a bounding set alone',
      lines: ['User=alice', 'CapabilityBoundingSet=CAP_NET_BIND_SERVICE'],
      finds: true,
    },
    { title: 'a service that wants nothing', lines: ['User=alice'], finds: false },
    {
      title: 'the capability is ambient',
      lines: ['User=alice', 'DeviceAllow=/dev/net/tun rw', 'AmbientCapabilities=CAP_NET_ADMIN'],
      finds: false,
    },
  ],
};

/** The denials of a service with another user that no other line explains. */
function lacking(judged: JudgedUnit): readonly UnitDenial[] {
  if (judged.system.manager.scope === 'user') return [];
  if (judged.reading.messages.some(({ problem }) => ofOtherRules.has(problem))) return [];
  return capabilityDenials(judged).filter(
    ({ command }) =>
      command.credentials?.uid.effective !== 0 &&
      !command.reasons.some(({ rule }) => ofTheFile.has(rule)),
  );
}

const ofOtherRules: ReadonlySet<string> = new Set(['unknown-capability', 'removed-key']);

const ofTheFile: ReadonlySet<string> = new Set([
  'file-grants',
  'mount-ignores-privilege',
  'interpreter-decides',
  'unit-ambient-outside-bounding-set',
]);

function lacked(denials: readonly UnitDenial[]) {
  return setOf(
    ...denials.flatMap(({ verdict: { refusal } }) =>
      refusal.rule === 'gate' && refusal.looked.kind === 'capability'
        ? [refusal.looked.capability]
        : [],
    ),
  );
}
