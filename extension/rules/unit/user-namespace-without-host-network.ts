import { namespaceDenials } from './namespaceDenials.ts';
import { answersOf, asFarAsSeen, findingOn, ifHelpful, removing } from './unitFindings.ts';
import type { UnitRule } from './unitRule.ts';

/** A user namespace that the unit asks for, and a network namespace that it does not own. */
export const userNamespaceWithoutHostNetwork: UnitRule = {
  id: 'user-namespace-without-host-network',
  category: 'namespace',
  severity: 'error',
  summary: 'The user namespace of PrivateUsers= makes capabilities useless for the host’s network',
  explanation: `
## What it means

The service holds its capabilities, /proc/self/status shows them, and the kernel denies what they are for.

## Why

The kernel asks for CAP_NET_ADMIN and its like in the user namespace that owns the network namespace. That
of the host belongs to the first user namespace; a service with \`PrivateUsers=\` in one of its own holds its
capabilities there only. Every form of the setting but \`no\` does this, and so does \`DelegateNamespaces=\`.

## What to do

Leave the setting out. From systemd 258 on \`PrivateNetwork=yes\` with \`DelegateNamespaces=net\` gives the
service a network of its own that it may change.
`,
  citations: ['systemd.exec(5), PrivateUsers=', 'ns_capable() in kernel/capability.c'],
  check: (judged) => {
    const found = namespaceDenials(judged, false);
    if (found === null) return [];
    const { denials, reason, origin } = found;
    const { directive, origins } = reason.setting;
    const fixes = ifHelpful(
      judged,
      removing(origins, `Remove ${directive}=`),
      (after) =>
        namespaceDenials(after, false) === null && after.denials.length < judged.denials.length,
    );
    const message = `${directive}= gives the unit a user namespace that does not own its network: ${answersOf(denials)}.`;
    const finding = findingOn(userNamespaceWithoutHostNetwork, origin, message, { fixes });
    return [asFarAsSeen(judged, finding)];
  },
  examples: [
    {
      title: 'TUN on the host',
      lines: ['DeviceAllow=/dev/net/tun rw', 'PrivateUsers=yes'],
      finds: true,
    },
    {
      title: 'a low port',
      lines: ['User=alice', 'AmbientCapabilities=CAP_NET_BIND_SERVICE', 'PrivateUsers=identity'],
      finds: true,
    },
    {
      title: 'a bounding set that names what may be wanted',
      lines: ['User=alice', 'CapabilityBoundingSet=CAP_NET_BIND_SERVICE', 'PrivateUsers=yes'],
      finds: true,
    },
    {
      title: 'a word that the manager does not know yet',
      lines: ['DeviceAllow=/dev/net/tun rw', 'PrivateUsers=identity'],
      version: 252,
      finds: false,
    },
    { title: 'nothing is wanted of the network', lines: ['PrivateUsers=yes'], finds: false },
  ],
};
