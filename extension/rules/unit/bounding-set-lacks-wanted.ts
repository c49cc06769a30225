import { SECBIT_NOROOT } from '../../model/credentials.ts';
import { deniedCapabilities } from './deniedCapabilities.ts';
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

export const boundingSetLacksWanted: UnitRule = {
  id: 'bounding-set-lacks-wanted',
  category: 'capability',
  severity: 'error',
  summary: 'CapabilityBoundingSet= of a service of root without a capability for what it wants',
  explanation: `
## What it means

The service runs as root, and yet a call that the unit prepares for answers EPERM or EACCES.

## Why

At exec root gains what the bounding set contains, and nothing beyond.

## What to do

Name the capability in \`CapabilityBoundingSet=\` as well.
`,
  citations: [
    'systemd.exec(5), CapabilityBoundingSet=',
    'handle_privileged_root() in security/commoncap.c',
  ],
  check: (judged) => {
    const denials = outside(judged);
    const origin = lastOrigin(judged, 'CapabilityBoundingSet');
    if (denials.length === 0 || origin === null) return [];
    const list = deniedCapabilities(denials);
    const fix = adding(judged, origin, `CapabilityBoundingSet=${list}`);
    const fixes = ifHelpful(judged, fix, (after) => outside(after).length < denials.length);
    const message = `The bounding set of the unit does not contain ${list}. ${answersOf(denials)}.`;
    return [asFarAsSeen(judged, findingOn(boundingSetLacksWanted, origin, message, { fixes }))];
  },
  examples: [
    {
      title: 'a drop-in that takes everything away, where the program may need nothing of it',
      lines: ['CapabilityBoundingSet=CAP_NET_ADMIN'],
      dropIns: [['CapabilityBoundingSet=']],
      finds: true,
    },
    {
      title: 'a TUN device that is allowed, and another capability',
      lines: ['DeviceAllow=/dev/net/tun rw', 'CapabilityBoundingSet=CAP_NET_RAW'],
      finds: true,
    },
    {
      title: 'with the capability',
      lines: ['DeviceAllow=/dev/net/tun rw', 'CapabilityBoundingSet=CAP_NET_ADMIN'],
      finds: false,
    },
  ],
};

function outside(judged: JudgedUnit): readonly UnitDenial[] {
  if (judged.reading.messages.some(({ problem }) => problem === 'unknown-capability')) return [];
  return capabilityDenials(judged).filter(
    ({ command: { credentials } }) =>
      credentials?.uid.effective === 0 && (credentials.securebits & SECBIT_NOROOT) === 0,
  );
}
