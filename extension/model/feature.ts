import type { Evidence } from './evidence.ts';

/**
 * Parts of the kernel that a configuration can leave out or a module has to bring. Nothing about
 * them is taken for granted: each is evidence.
 */
export const features = [
  { id: 'packet', title: 'packet sockets', symbol: 'PACKET', module: 'af_packet' },
  { id: 'xdp', title: 'AF_XDP sockets', symbol: 'XDP_SOCKETS', module: null },
  { id: 'vsock', title: 'vsock sockets', symbol: 'VSOCKETS', module: 'vsock' },
  { id: 'key', title: 'PF_KEY sockets', symbol: 'NET_KEY', module: 'af_key' },
  { id: 'ipv6', title: 'IPv6', symbol: 'IPV6', module: 'ipv6' },
  { id: 'busy-poll', title: 'busy polling', symbol: 'NET_RX_BUSY_POLL', module: null },
  { id: 'multicast-routing', title: 'multicast routing', symbol: 'IP_MROUTE', module: null },
  { id: 'policy-routing', title: 'policy routing', symbol: 'IP_MULTIPLE_TABLES', module: null },
  { id: 'queueing', title: 'queueing disciplines', symbol: 'NET_SCHED', module: null },
  { id: 'bridge', title: 'bridges', symbol: 'BRIDGE', module: 'bridge' },
  { id: 'vlan', title: 'VLANs', symbol: 'VLAN_8021Q', module: '8021q' },
  { id: 'wireguard', title: 'WireGuard', symbol: 'WIREGUARD', module: 'wireguard' },
  { id: 'xfrm', title: 'the netlink interface of IPsec', symbol: 'XFRM_USER', module: 'xfrm_user' },
  { id: 'sock-destroy', title: 'SOCK_DESTROY', symbol: 'INET_DIAG_DESTROY', module: null },
  { id: 'mptcp', title: 'MPTCP', symbol: 'MPTCP', module: null },
  {
    id: 'ethtool-netlink',
    title: 'the netlink interface of ethtool',
    symbol: 'ETHTOOL_NETLINK',
    module: null,
  },
  {
    id: 'nfnetlink',
    title: 'the netlink interface of netfilter',
    symbol: 'NETFILTER_NETLINK',
    module: 'nfnetlink',
  },
  { id: 'nf-tables', title: 'nf_tables', symbol: 'NF_TABLES', module: 'nf_tables' },
  {
    id: 'conntrack',
    title: 'the netlink interface of conntrack',
    symbol: 'NF_CT_NETLINK',
    module: 'nf_conntrack_netlink',
  },
  { id: 'ip-set', title: 'ipset', symbol: 'IP_SET', module: 'ip_set' },
  {
    id: 'ip6-tables',
    title: 'legacy ip6tables',
    symbol: 'IP6_NF_IPTABLES_LEGACY',
    module: 'ip6_tables',
  },
  {
    id: 'ip6-tables-filter',
    title: 'the filter table of ip6tables',
    symbol: 'IP6_NF_FILTER',
    module: 'ip6table_filter',
  },
  {
    id: 'ip-tables',
    title: 'legacy iptables',
    symbol: 'IP_NF_IPTABLES_LEGACY',
    module: 'ip_tables',
  },
  {
    id: 'ip-tables-filter',
    title: 'the filter table of iptables',
    symbol: 'IP_NF_FILTER',
    module: 'iptable_filter',
  },
  { id: 'ip-vs', title: 'IPVS', symbol: 'IP_VS', module: 'ip_vs' },
  { id: 'bpf', title: 'the bpf system call', symbol: 'BPF_SYSCALL', module: null },
] as const satisfies readonly Feature[];

export interface Feature {
  readonly id: string;
  /** As a noun phrase within a sentence. */
  readonly title: string;
  /** The symbol of the kernel's configuration, without `CONFIG_`. */
  readonly symbol: string;
  /** The module that brings it where it is not built in; null where it cannot be a module. */
  readonly module: string | null;
}

export type FeatureId = (typeof features)[number]['id'];

/** Whether this kernel has each of them; of one that is not named, nobody looked. */
export type Features = Readonly<Partial<Record<FeatureId, Evidence<boolean>>>>;

export function featureTitle(id: FeatureId): string {
  return features.find((feature) => feature.id === id)?.title ?? id;
}

/** A fact about each of them. */
export function everyFeature(evidenceOf: (feature: Feature) => Evidence<boolean>): Features {
  const found: Partial<Record<FeatureId, Evidence<boolean>>> = {};
  for (const feature of features) found[feature.id] = evidenceOf(feature);
  return found;
}
