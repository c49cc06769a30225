import { SECBIT_NOROOT } from '../../model/credentials.ts';
import {
  adding,
  answersOf,
  asFarAsSeen,
  capabilityDenials,
  findingOn,
  ifHelpful,
  lastOrigin,
} from './unitFindings.ts';
import { deniedCapabilities } from './deniedCapabilities.ts';
import type { JudgedUnit, UnitDenial, UnitRule } from './unitRule.ts';

export const norootStripsRoot: UnitRule = {
  id: 'noroot-strips-root',
  category: 'capability',
  severity: 'error',
  summary: 'SecureBits=noroot in a service of root that is given no ambient capability',
  explanation: `
## What it means

The service runs as root and holds no capability at all.

## Why

With the bit user 0 is a user like any other: an exec does not give it the bounding set.

## What to do

Name what the program needs in \`AmbientCapabilities=\`, or take the line out.
`,
  citations: [
    'capabilities(7), “The securebits flags”',
    'handle_privileged_root() in security/commoncap.c',
  ],
  check: (judged) => {
    const denials = ofNoroot(judged);
    const origin = lastOrigin(judged, 'SecureBits');
    if (denials.length === 0 || origin === null) return [];
    const fix = adding(judged, origin, `AmbientCapabilities=${deniedCapabilities(denials)}`);
    const fixes = ifHelpful(judged, fix, (after) => ofNoroot(after).length < denials.length);
    const message = `With noroot user 0 gains nothing at exec, and no ambient capability is given. ${answersOf(denials)}.`;
    return [asFarAsSeen(judged, findingOn(norootStripsRoot, origin, message, { fixes }))];
  },
  examples: [
    {
      title: 'a bounding set alone, of which the program may need nothing',
      lines: ['SecureBits=noroot', 'CapabilityBoundingSet=CAP_NET_ADMIN'],
      finds: true,
    },
    {
      title: 'a TUN device that is allowed',
      lines: ['SecureBits=noroot', 'DeviceAllow=/dev/net/tun rw'],
      finds: true,
    },
    {
      title: 'with an ambient capability',
      lines: [
        'SecureBits=noroot',
        'DeviceAllow=/dev/net/tun rw',
        'AmbientCapabilities=CAP_NET_ADMIN',
      ],
      finds: false,
    },
  ],
};

function ofNoroot(judged: JudgedUnit): readonly UnitDenial[] {
  return capabilityDenials(judged).filter(
    ({ command: { credentials } }) =>
      credentials?.uid.effective === 0 && (credentials.securebits & SECBIT_NOROOT) !== 0,
  );
}
