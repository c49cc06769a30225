import { findingOn, refusedStart } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** No network namespace lies at the path. */
export const networkNamespaceMissing: UnitRule = {
  id: 'network-namespace-missing',
  category: 'namespace',
  severity: 'error',
  summary: 'NetworkNamespacePath= names a network namespace that cannot be entered',
  explanation: `
## What it means

No command of the service starts: systemd gives up with 225/NETWORK.

## Why

systemd opens the path before it starts a command and enters the network namespace there. Nothing lies at
the path, or the manager may not enter.

## What to do

Have it made first: \`ip netns add vpn\` makes /run/netns/vpn, and a unit that does so can be named in
\`Requires=\` and \`After=\`.
`,
  citations: ['systemd.exec(5), NetworkNamespacePath=', 'ip-netns(8)'],
  check: (judged) => {
    const refused = refusedStart(judged, ['network-namespace-missing'], 'NetworkNamespacePath');
    if (refused === null) return [];
    const { origin, reason } = refused;
    const message = `There is no network namespace at ${JSON.stringify(origin.value.text)} that the manager may enter: the start fails with ${reason.status}.`;
    return [findingOn(networkNamespaceMissing, origin, message)];
  },
  examples: [
    { title: 'nothing lies there', lines: ['NetworkNamespacePath=/none'], finds: true },
    {
      title: 'one lies there',
      lines: ['NetworkNamespacePath=/run/netns/vpn'],
      finds: false,
    },
  ],
};
