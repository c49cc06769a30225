import { fileCapabilityFindings } from './fileCapabilityFindings.ts';
import { lastOrigin } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

export const fileCapabilitiesClearAmbient: UnitRule = {
  id: 'file-capabilities-clear-ambient',
  category: 'file capability',
  severity: 'error',
  summary: 'AmbientCapabilities= with a program whose file has capabilities, which clear them',
  explanation: `
## What it means

The program starts with the capabilities of its file and without the ambient ones of the unit.

## Why

Whoever gives a file capabilities says what its program is to hold. At the exec of such a file the kernel
empties the ambient set, however small the file's own set is.

## What to do

Take the capabilities of the file away with \`setcap -r\`, so that the unit decides; or give the file all
that the program needs.
`,
  citations: ['capabilities(7), “Transformation of capabilities during execve()”'],
  check: (judged) =>
    fileCapabilityFindings(fileCapabilitiesClearAmbient, judged, ({ reasons }) => {
      const cleared = reasons.some(
        (reason) => reason.rule === 'ambient-cleared' && reason.cause === 'file-capabilities',
      );
      const origin = lastOrigin(judged, 'AmbientCapabilities');
      if (!cleared || origin === null) return null;
      return {
        origin,
        fact: 'The program’s file has capabilities, and with them the kernel empties the ambient set',
      };
    }),
  examples: [
    {
      title: 'another capability in the file than in the unit',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_ADMIN'],
      fileCapabilities: 'cap_net_bind_service=ep',
      finds: true,
    },
    {
      title: 'the same capability in both',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_ADMIN'],
      fileCapabilities: 'cap_net_admin=ep',
      finds: false,
    },
  ],
};
