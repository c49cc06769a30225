import { CAP_NET_ADMIN, CAP_SYS_ADMIN } from '../capability.ts';
import { setOf } from '../capabilitySet.ts';
import { inNetwork, inOwn } from '../gate.ts';
import {
  networkNamespaceAllowed,
  networkSysctlMount,
  networkSysctlOwner,
  userNamespaceAllowed,
} from '../gates/limitGates.ts';
import type { OperationRow } from '../operation.ts';

const manPage = 'unshare(2)';
const copies = 'unshare_nsproxy_namespaces() in kernel/nsproxy.c';
const setns = 'setns(CLONE_NEWNET)';

export const namespaceOperations = [
  {
    id: 'namespace.user',
    family: 'namespace',
    title: 'Creating a user namespace',
    manPage: 'user_namespaces(7)',
    capabilities: setOf(CAP_SYS_ADMIN),
    gates: [userNamespaceAllowed('unshare(CLONE_NEWUSER)')],
    filtered: true,
  },
  {
    id: 'namespace.sandbox',
    family: 'namespace',
    title: 'Creating a user namespace together with a network namespace',
    manPage: 'user_namespaces(7)',
    capabilities: setOf(CAP_SYS_ADMIN),
    gates: [
      userNamespaceAllowed('unshare(CLONE_NEWUSER | CLONE_NEWNET)'),
      networkNamespaceAllowed('unshare(CLONE_NEWUSER | CLONE_NEWNET)'),
    ],
    filtered: true,
  },
  {
    id: 'namespace.network',
    family: 'namespace',
    title: 'Creating a network namespace alone',
    manPage: 'network_namespaces(7)',
    capabilities: setOf(CAP_SYS_ADMIN),
    gates: [
      inOwn({ call: 'unshare(CLONE_NEWNET)', capability: CAP_SYS_ADMIN, source: copies }),
      networkNamespaceAllowed('unshare(CLONE_NEWNET)'),
    ],
    filtered: true,
  },
  {
    id: 'namespace.mount',
    family: 'namespace',
    title: 'Creating a mount namespace alone',
    manPage,
    capabilities: setOf(CAP_SYS_ADMIN),
    gates: [inOwn({ call: 'unshare(CLONE_NEWNS)', capability: CAP_SYS_ADMIN, source: copies })],
    filtered: true,
  },
  {
    id: 'namespace.enter',
    family: 'namespace',
    title: 'Entering the network namespace by its descriptor',
    manPage: 'setns(2)',
    capabilities: setOf(CAP_SYS_ADMIN),
    gates: [
      inNetwork({
        call: setns,
        capability: CAP_SYS_ADMIN,
        source: 'netns_install() in net/core/net_namespace.c',
      }),
      inOwn({
        call: setns,
        capability: CAP_SYS_ADMIN,
        source: 'netns_install() in net/core/net_namespace.c',
      }),
    ],
    filtered: true,
  },
  {
    id: 'sysctl.network',
    family: 'namespace',
    title: 'Writing a sysctl of the network, such as ip_forward',
    manPage: 'proc_sys_net(5)',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [networkSysctlOwner, networkSysctlMount],
  },
] as const satisfies readonly OperationRow[];
