import { CAP_NET_ADMIN, CAP_NET_RAW } from '../capability.ts';
import { setOf } from '../capabilitySet.ts';
import type { FeatureId } from '../feature.ts';
import { inNetwork, throughNetlink, type Gate } from '../gate.ts';
import { needs } from '../gates/featureGate.ts';
import { xtablesLock } from '../gates/limitGates.ts';
import type { OperationRow } from '../operation.ts';
import { rawSocket, rawSocket6 } from './socket.ts';

const capabilities = setOf(CAP_NET_ADMIN);
const legacy = setOf(CAP_NET_ADMIN, CAP_NET_RAW);

export const firewallOperations = [
  {
    id: 'nft.write',
    family: 'firewall',
    title: 'Changing nftables (also iptables-nft)',
    manPage: 'nft(8)',
    capabilities,
    gates: [...netfilter('NFT_MSG_NEWTABLE'), subsystem('nf-tables', 'NFT_MSG_NEWTABLE')],
  },
  {
    id: 'nft.read',
    family: 'firewall',
    title: 'Listing nftables',
    manPage: 'nft(8)',
    capabilities,
    gates: [...netfilter('NFT_MSG_GETTABLE'), subsystem('nf-tables', 'NFT_MSG_GETTABLE')],
  },
  {
    id: 'conntrack.read',
    family: 'firewall',
    title: 'Listing tracked connections',
    manPage: 'conntrack(8)',
    capabilities,
    gates: [...netfilter('IPCTNL_MSG_CT_GET'), subsystem('conntrack', 'IPCTNL_MSG_CT_GET')],
  },
  {
    id: 'ipset.read',
    family: 'firewall',
    title: 'Asking for the protocol of ipset',
    manPage: 'ipset(8)',
    capabilities,
    gates: [...netfilter('IPSET_CMD_PROTOCOL'), subsystem('ip-set', 'IPSET_CMD_PROTOCOL')],
  },
  {
    id: 'iptables.legacy',
    family: 'firewall',
    title: 'Running legacy iptables',
    manPage: 'iptables-legacy(8)',
    capabilities: legacy,
    gates: [
      xtablesLock,
      ...rawSocket,
      xtables('ip-tables', 'IPT_SO_GET_INFO'),
      inNetwork({
        call: 'getsockopt(IPT_SO_GET_INFO)',
        capability: CAP_NET_ADMIN,
        source: 'do_ipt_get_ctl() in net/ipv4/netfilter/ip_tables.c',
      }),
      table('ip-tables-filter', 'IPT_SO_GET_INFO'),
    ],
  },
  {
    id: 'ip6tables.legacy',
    family: 'firewall',
    title: 'Running legacy ip6tables',
    manPage: 'ip6tables-legacy(8)',
    capabilities: legacy,
    gates: [
      xtablesLock,
      ...rawSocket6,
      xtables('ip6-tables', 'IP6T_SO_GET_INFO'),
      inNetwork({
        call: 'getsockopt(IP6T_SO_GET_INFO)',
        capability: CAP_NET_ADMIN,
        source: 'do_ip6t_get_ctl() in net/ipv6/netfilter/ip6_tables.c',
      }),
      table('ip6-tables-filter', 'IP6T_SO_GET_INFO'),
    ],
  },
  {
    id: 'ipvs.read',
    family: 'firewall',
    title: 'Asking for the version of IPVS',
    manPage: 'ipvsadm(8)',
    capabilities: legacy,
    gates: [
      ...rawSocket,
      xtables('ip-vs', 'IP_VS_SO_GET_VERSION'),
      inNetwork({
        call: 'getsockopt(IP_VS_SO_GET_VERSION)',
        capability: CAP_NET_ADMIN,
        source: 'do_ip_vs_get_ctl() in net/netfilter/ipvs/ip_vs_ctl.c',
      }),
    ],
  },
] as const satisfies readonly OperationRow[];

/** Every message of nfnetlink, questions included. */
function netfilter(message: string): readonly Gate[] {
  return [
    needs('nfnetlink', {
      call: 'socket(NETLINK_NETFILTER)',
      errno: 'EPROTONOSUPPORT',
      source: 'netlink_create() in net/netlink/af_netlink.c',
    }),
    ...throughNetlink({
      call: `sendmsg(${message})`,
      capability: CAP_NET_ADMIN,
      source: 'nfnetlink_rcv() in net/netfilter/nfnetlink.c',
    }),
  ];
}

function subsystem(feature: FeatureId, message: string): Gate {
  return needs(feature, {
    call: `sendmsg(${message})`,
    errno: 'EINVAL',
    source: 'nfnetlink_rcv_msg() in net/netfilter/nfnetlink.c',
  });
}

/** No handler is registered for the range of the option. */
function xtables(feature: FeatureId, option: string): Gate {
  return needs(feature, {
    call: `getsockopt(${option})`,
    errno: 'ENOPROTOOPT',
    source: 'nf_sockopt_find() in net/netfilter/nf_sockopt.c',
  });
}

function table(feature: FeatureId, option: string): Gate {
  return needs(feature, {
    call: `getsockopt(${option})`,
    errno: 'ENOENT',
    source: 'xt_find_table_lock() in net/netfilter/x_tables.c',
  });
}
