import { findingOn, stepsOf } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** The manager may not make the network namespace, and goes on in its own. */
export const networkNamespaceNotMade: UnitRule = {
  id: 'network-namespace-not-made',
  category: 'namespace',
  severity: 'warning',
  summary: 'The manager cannot give the unit its network namespace, and starts it in its own',
  explanation: `
## What it means

The unit is meant to be cut off from the network, or to be in another one, and it is not: it starts all
the same, in the network namespace of the manager, which is that of the host.

## Why

A network namespace takes privileges that a user manager lacks. Before 254 it logs “network namespace
setup failed, ignoring”; a namespace of root’s it cannot join in any release.

## What to do

Do not rely on it. \`PrivateUsers=yes\` next to \`PrivateNetwork=yes\` makes it real in older releases as well,
and a system unit may join the namespace.
`,
  citations: [
    'systemd.exec(5), PrivateNetwork=, NetworkNamespacePath=',
    'setup_shareable_ns() in systemd',
  ],
  check: (judged) => {
    const [step] = stepsOf(judged, 'unit-network-namespace').filter(
      ({ reason }) => reason.outcome === 'host',
    );
    const origin = step?.reason.setting.origins.at(-1);
    if (step === undefined || origin === undefined) return [];
    const { directive } = step.reason.setting;
    const message = `The manager may not do what ${directive}= asks, and starts the unit in the host’s network namespace.`;
    return [findingOn(networkNamespaceNotMade, origin, message)];
  },
  examples: [
    {
      title: 'a user unit before 254',
      lines: ['PrivateNetwork=yes'],
      scope: 'user',
      version: 252,
      finds: true,
    },
    { title: 'a user unit since 254', lines: ['PrivateNetwork=yes'], scope: 'user', finds: false },
    { title: 'a system unit', lines: ['PrivateNetwork=yes'], version: 252, finds: false },
  ],
};
