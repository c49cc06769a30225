import { CAP_NET_ADMIN, CAP_NET_RAW } from '../capability.ts';
import { emptySet, setOf } from '../capabilitySet.ts';
import { inInitial, inNetwork, where, type Gate } from '../gate.ts';
import { needs } from '../gates/featureGate.ts';
import type { OperationRow } from '../operation.ts';
import { rawSocket, socketFamily } from './socket.ts';

/** Connections of other hosts, by IP_TRANSPARENT. */
export const transparent = inNetwork({
  call: 'setsockopt(IP_TRANSPARENT)',
  capability: CAP_NET_ADMIN,
  or: CAP_NET_RAW,
  source: 'do_ip_setsockopt() in net/ipv4/ip_sockglue.c',
});

export const optionOperations = [
  {
    id: 'option.mark',
    family: 'option',
    title: 'Marking packets (SO_MARK)',
    manPage: 'socket(7), SO_MARK',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: rawOrAdmin('setsockopt(SO_MARK)', 'sk_setsockopt() in net/core/sock.c'),
  },
  {
    id: 'option.priority',
    family: 'option',
    title: 'Setting a priority above 6 (SO_PRIORITY)',
    manPage: 'socket(7), SO_PRIORITY',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: rawOrAdmin('setsockopt(SO_PRIORITY)', 'sk_setsockopt() in net/core/sock.c'),
  },
  {
    id: 'option.bind-to-device',
    family: 'option',
    title: 'Binding a socket to an interface (SO_BINDTODEVICE)',
    manPage: 'socket(7), SO_BINDTODEVICE',
    capabilities: setOf(CAP_NET_RAW),
    gates: [
      where(
        ({ firstBindToDeviceIsFree }) => !firstBindToDeviceIsFree,
        inNetwork({
          call: 'setsockopt(SO_BINDTODEVICE)',
          capability: CAP_NET_RAW,
          source: 'sock_bindtoindex_locked() in net/core/sock.c',
        }),
      ),
    ],
  },
  {
    id: 'option.rebind-to-device',
    family: 'option',
    title: 'Binding a bound socket to another interface',
    manPage: 'socket(7), SO_BINDTODEVICE',
    capabilities: setOf(CAP_NET_RAW),
    gates: [
      inNetwork({
        call: 'setsockopt(SO_BINDTODEVICE)',
        capability: CAP_NET_RAW,
        source: 'sock_bindtoindex_locked() in net/core/sock.c',
      }),
    ],
  },
  {
    id: 'option.receive-buffer-force',
    family: 'option',
    title: 'A receive buffer above the limit (SO_RCVBUFFORCE)',
    manPage: 'socket(7), SO_RCVBUFFORCE',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [administration('setsockopt(SO_RCVBUFFORCE)')],
  },
  {
    id: 'option.send-buffer-force',
    family: 'option',
    title: 'A send buffer above the limit (SO_SNDBUFFORCE)',
    manPage: 'socket(7), SO_SNDBUFFORCE',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [administration('setsockopt(SO_SNDBUFFORCE)')],
  },
  {
    id: 'option.debug',
    family: 'option',
    title: 'Socket debugging (SO_DEBUG)',
    manPage: 'socket(7), SO_DEBUG',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [
      inInitial({
        call: 'setsockopt(SO_DEBUG)',
        capability: CAP_NET_ADMIN,
        errno: 'EACCES',
        source: 'sk_setsockopt() in net/core/sock.c',
      }),
    ],
  },
  {
    id: 'option.busy-poll',
    family: 'option',
    title: 'Preferring busy polling (SO_PREFER_BUSY_POLL)',
    manPage: 'socket(7), SO_BUSY_POLL',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [
      needs('busy-poll', {
        call: 'setsockopt(SO_PREFER_BUSY_POLL)',
        errno: 'ENOPROTOOPT',
        source: 'sk_setsockopt() in net/core/sock.c',
      }),
      administration('setsockopt(SO_PREFER_BUSY_POLL)'),
    ],
  },
  {
    id: 'option.transmit-time',
    family: 'option',
    title: 'Transmit times of the real-time clock (SO_TXTIME)',
    manPage: 'socket(7), SO_TXTIME; tc-etf(8)',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [
      inNetwork({
        call: 'setsockopt(SO_TXTIME)',
        capability: CAP_NET_ADMIN,
        source: 'sk_setsockopt() in net/core/sock.c',
      }),
    ],
  },
  {
    id: 'option.transparent',
    family: 'option',
    title: 'Transparent proxying (IP_TRANSPARENT)',
    manPage: 'ip(7), IP_TRANSPARENT',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [transparent],
  },
  {
    id: 'option.transparent6',
    family: 'option',
    title: 'Transparent proxying (IPV6_TRANSPARENT)',
    manPage: 'ipv6(7)',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [
      socketFamily('ipv6', 'socket(AF_INET6)'),
      inNetwork({
        call: 'setsockopt(IPV6_TRANSPARENT)',
        capability: CAP_NET_ADMIN,
        or: CAP_NET_RAW,
        source: 'do_ipv6_setsockopt() in net/ipv6/ipv6_sockglue.c',
      }),
    ],
  },
  {
    id: 'option.hop-options',
    family: 'option',
    title: 'Hop-by-hop options of IPv6 (IPV6_HOPOPTS)',
    manPage: 'RFC 3542; ipv6(7)',
    capabilities: setOf(CAP_NET_RAW),
    gates: [
      socketFamily('ipv6', 'socket(AF_INET6)'),
      inNetwork({
        call: 'setsockopt(IPV6_HOPOPTS)',
        capability: CAP_NET_RAW,
        source: 'ipv6_set_opt_hdr() in net/ipv6/ipv6_sockglue.c',
      }),
    ],
  },
  {
    id: 'option.xfrm-policy',
    family: 'option',
    title: 'An IPsec policy of the socket (IP_XFRM_POLICY)',
    manPage: 'xfrm_user_policy() in net/xfrm/xfrm_state.c',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [
      inNetwork({
        call: 'setsockopt(IP_XFRM_POLICY)',
        capability: CAP_NET_ADMIN,
        source: 'do_ip_setsockopt() in net/ipv4/ip_sockglue.c',
      }),
    ],
  },
  {
    id: 'option.tcp-repair',
    family: 'option',
    title: 'Repairing a TCP connection (TCP_REPAIR)',
    manPage: 'tcp(7)',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [
      inNetwork({
        call: 'setsockopt(TCP_REPAIR)',
        capability: CAP_NET_ADMIN,
        source: 'tcp_can_repair_sock() in include/net/tcp.h',
      }),
    ],
  },
  {
    id: 'option.congestion-control',
    family: 'option',
    title: 'A congestion control that is not allowed to all (TCP_CONGESTION)',
    manPage: 'tcp(7), TCP_CONGESTION',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [
      inNetwork({
        call: 'setsockopt(TCP_CONGESTION)',
        capability: CAP_NET_ADMIN,
        source: 'tcp_set_congestion_control() in net/ipv4/tcp_cong.c',
      }),
    ],
  },
  {
    id: 'option.multicast-routing',
    family: 'option',
    title: 'Adding an interface to multicast routing (MRT_ADD_VIF)',
    manPage: 'ip(7); ip_mroute_setsockopt() in net/ipv4/ipmr.c',
    capabilities: setOf(CAP_NET_ADMIN, CAP_NET_RAW),
    gates: [
      ...rawSocket,
      needs('multicast-routing', {
        call: 'setsockopt(MRT_ADD_VIF)',
        errno: 'ENOPROTOOPT',
        source: 'ip_mroute_setsockopt() in net/ipv4/ipmr.c',
      }),
      inNetwork({
        call: 'setsockopt(MRT_ADD_VIF)',
        capability: CAP_NET_ADMIN,
        errno: 'EACCES',
        source: 'ip_mroute_setsockopt() in net/ipv4/ipmr.c',
      }),
    ],
  },
  {
    id: 'option.attach-filter',
    family: 'option',
    title: 'A classic BPF filter of the socket (SO_ATTACH_FILTER)',
    manPage: 'socket(7), SO_ATTACH_FILTER',
    capabilities: emptySet,
    gates: [],
  },
] as const satisfies readonly OperationRow[];

/** `sockopt_capable()`: of the whole machine, because the memory or the processor is everybody's. */
function administration(call: string): Gate {
  return inInitial({
    call,
    capability: CAP_NET_ADMIN,
    source: 'sk_setsockopt() in net/core/sock.c',
  });
}

function rawOrAdmin(call: string, source: string): readonly Gate[] {
  return [
    where(
      ({ netRawSetsMark }) => netRawSetsMark,
      inNetwork({ call, capability: CAP_NET_ADMIN, or: CAP_NET_RAW, source }),
    ),
    where(
      ({ netRawSetsMark }) => !netRawSetsMark,
      inNetwork({ call, capability: CAP_NET_ADMIN, source }),
    ),
  ];
}
