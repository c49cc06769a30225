import { CAP_NET_ADMIN } from '../capability.ts';
import { emptySet, setOf } from '../capabilitySet.ts';
import type { Errno } from '../errno.ts';
import type { FeatureId } from '../feature.ts';
import { inInitial, inNetwork, throughNetlink, type Gate } from '../gate.ts';
import { needs } from '../gates/featureGate.ts';
import type { OperationRow } from '../operation.ts';

const capabilities = setOf(CAP_NET_ADMIN);
const rtnetlink = 'rtnetlink(7)';

export const netlinkOperations = [
  {
    id: 'netlink.read',
    family: 'netlink',
    title: 'Listing links, addresses and routes',
    manPage: rtnetlink,
    capabilities: emptySet,
    gates: [],
  },
  {
    id: 'netlink.write',
    family: 'netlink',
    title: 'Changing links, addresses and routes',
    manPage: rtnetlink,
    capabilities,
    gates: route('RTM_NEWLINK'),
  },
  {
    id: 'netlink.link-create',
    family: 'netlink',
    title: 'Creating a link',
    manPage: 'ip-link(8)',
    capabilities,
    gates: route('RTM_NEWLINK'),
  },
  {
    id: 'netlink.address',
    family: 'netlink',
    title: 'Adding an address',
    manPage: 'ip-address(8)',
    capabilities,
    gates: route('RTM_NEWADDR'),
  },
  {
    id: 'netlink.route',
    family: 'netlink',
    title: 'Adding a route',
    manPage: 'ip-route(8)',
    capabilities,
    gates: route('RTM_NEWROUTE'),
  },
  {
    id: 'netlink.rule',
    family: 'netlink',
    title: 'Adding a rule of policy routing',
    manPage: 'ip-rule(8)',
    capabilities,
    gates: [
      ...route('RTM_NEWRULE'),
      missing('policy-routing', 'sendmsg(RTM_NEWRULE)', 'EOPNOTSUPP'),
    ],
  },
  {
    id: 'netlink.neighbour',
    family: 'netlink',
    title: 'Adding a neighbour',
    manPage: 'ip-neighbour(8)',
    capabilities,
    gates: route('RTM_NEWNEIGH'),
  },
  {
    id: 'netlink.queueing',
    family: 'netlink',
    title: 'Setting a queueing discipline',
    manPage: 'tc(8)',
    capabilities,
    gates: [...route('RTM_NEWQDISC'), missing('queueing', 'sendmsg(RTM_NEWQDISC)', 'EOPNOTSUPP')],
  },
  {
    id: 'netlink.namespace-id',
    family: 'netlink',
    title: 'Giving a network namespace an id',
    manPage: 'ip-netns(8)',
    capabilities,
    gates: route('RTM_NEWNSID'),
  },
  {
    id: 'netlink.socket-destroy',
    family: 'netlink',
    title: 'Closing sockets of other processes (SOCK_DESTROY)',
    manPage: 'sock_diag(7); ss(8), --kill',
    capabilities,
    gates: [
      missing('sock-destroy', 'sendmsg(SOCK_DESTROY)', 'EOPNOTSUPP'),
      // Of the sender alone: who opened the socket is not asked.
      inNetwork({
        call: 'sendmsg(SOCK_DESTROY)',
        capability: CAP_NET_ADMIN,
        source: 'sock_diag_destroy() in net/core/sock_diag.c',
      }),
    ],
  },
  {
    id: 'xfrm.write',
    family: 'netlink',
    title: 'Changing IPsec policies and associations',
    manPage: 'ip-xfrm(8)',
    capabilities,
    gates: xfrm('XFRM_MSG_FLUSHSA'),
  },
  {
    id: 'xfrm.read',
    family: 'netlink',
    title: 'Listing IPsec policies and associations',
    manPage: 'ip-xfrm(8)',
    capabilities,
    gates: xfrm('XFRM_MSG_GETSA'),
  },
  {
    id: 'ethtool.set',
    family: 'netlink',
    title: 'Changing settings of a device (ethtool)',
    manPage: 'Documentation/networking/ethtool-netlink.rst',
    capabilities,
    gates: [
      ...genericFamily('ethtool-netlink', 'ethtool'),
      ...inNamespaces('ETHTOOL_MSG_DEBUG_SET'),
    ],
  },
  {
    id: 'mptcp.endpoint',
    family: 'netlink',
    title: 'Adding an MPTCP endpoint',
    manPage: 'ip-mptcp(8)',
    capabilities,
    gates: [...genericFamily('mptcp', 'mptcp_pm'), ...inNamespaces('MPTCP_PM_CMD_ADD_ADDR')],
  },
  {
    id: 'tcp-metrics.flush',
    family: 'netlink',
    title: 'Clearing the TCP metrics',
    manPage: 'ip-tcp_metrics(8)',
    capabilities,
    gates: throughNetlink(
      {
        call: 'sendmsg(TCP_METRICS_CMD_DEL)',
        capability: CAP_NET_ADMIN,
        source: 'genl_family_rcv_msg() in net/netlink/genetlink.c, GENL_ADMIN_PERM',
      },
      inInitial,
    ),
  },
  {
    id: 'wireguard.create',
    family: 'netlink',
    title: 'Creating a WireGuard device',
    manPage: 'ip-link(8)',
    capabilities,
    gates: [...route('RTM_NEWLINK'), missing('wireguard', 'sendmsg(RTM_NEWLINK)', 'EOPNOTSUPP')],
  },
  {
    id: 'wireguard.configure',
    family: 'netlink',
    title: 'Setting the keys and peers of a WireGuard device',
    manPage: 'wg(8)',
    capabilities,
    gates: [...genericFamily('wireguard', 'wireguard'), ...inNamespaces('WG_CMD_SET_DEVICE')],
  },
] as const satisfies readonly OperationRow[];

/** Every message of rtnetlink that is not a question. */
function route(message: string): readonly Gate[] {
  return throughNetlink({
    call: `sendmsg(${message})`,
    capability: CAP_NET_ADMIN,
    source: 'rtnetlink_rcv_msg() in net/core/rtnetlink.c',
  });
}

/** Every message of xfrm, questions included. */
function xfrm(message: string): readonly Gate[] {
  return [
    needs('xfrm', {
      call: 'socket(NETLINK_XFRM)',
      errno: 'EPROTONOSUPPORT',
      source: 'netlink_create() in net/netlink/af_netlink.c',
    }),
    ...throughNetlink({
      call: `sendmsg(${message})`,
      capability: CAP_NET_ADMIN,
      source: 'xfrm_user_rcv_msg() in net/xfrm/xfrm_user.c',
    }),
  ];
}

/** The handler that a message is for is not there. */
function missing(feature: FeatureId, call: string, errno: Errno): Gate {
  return needs(feature, { call, errno, source: 'netlink_rcv_skb() in net/netlink/af_netlink.c' });
}

/** A family of generic netlink is looked up by its name before anything is asked of it. */
function genericFamily(feature: FeatureId, name: string): readonly Gate[] {
  return [
    needs(feature, {
      call: `sendmsg(CTRL_CMD_GETFAMILY, ${name})`,
      errno: 'ENOENT',
      source: 'ctrl_getfamily() in net/netlink/genetlink.c',
    }),
  ];
}

/** GENL_UNS_ADMIN_PERM. */
function inNamespaces(command: string): readonly Gate[] {
  return throughNetlink({
    call: `sendmsg(${command})`,
    capability: CAP_NET_ADMIN,
    source: 'genl_family_rcv_msg() in net/netlink/genetlink.c, GENL_UNS_ADMIN_PERM',
  });
}
