import { CAP_NET_ADMIN, CAP_NET_RAW } from '../capability.ts';
import { emptySet, setOf } from '../capabilitySet.ts';
import { inNetwork, type Gate } from '../gate.ts';
import { needs } from '../gates/featureGate.ts';
import { pingGroupRange } from '../gates/limitGates.ts';
import type { FeatureId } from '../feature.ts';
import type { OperationRow } from '../operation.ts';

const packetSocket: readonly Gate[] = [
  socketFamily('packet', 'socket(AF_PACKET)'),
  inNetwork({
    call: 'socket(AF_PACKET)',
    capability: CAP_NET_RAW,
    source: 'packet_create() in net/packet/af_packet.c',
  }),
];

export const rawSocket: readonly Gate[] = [
  inNetwork({
    call: 'socket(SOCK_RAW)',
    capability: CAP_NET_RAW,
    source: 'inet_create() in net/ipv4/af_inet.c',
  }),
];

export const rawSocket6: readonly Gate[] = [
  socketFamily('ipv6', 'socket(AF_INET6, SOCK_RAW)'),
  inNetwork({
    call: 'socket(AF_INET6, SOCK_RAW)',
    capability: CAP_NET_RAW,
    source: 'inet6_create() in net/ipv6/af_inet6.c',
  }),
];

export const socketOperations = [
  {
    id: 'socket.packet',
    family: 'socket',
    title: 'Opening a packet socket',
    manPage: 'packet(7)',
    capabilities: setOf(CAP_NET_RAW),
    gates: packetSocket,
  },
  {
    id: 'packet.promiscuous',
    family: 'socket',
    title: 'Listening promiscuously on a packet socket',
    manPage: 'packet(7), PACKET_ADD_MEMBERSHIP',
    capabilities: setOf(CAP_NET_RAW),
    gates: packetSocket,
  },
  {
    id: 'socket.raw',
    family: 'socket',
    title: 'Opening a raw IP socket',
    manPage: 'raw(7)',
    capabilities: setOf(CAP_NET_RAW),
    gates: rawSocket,
  },
  {
    id: 'socket.raw6',
    family: 'socket',
    title: 'Opening a raw IPv6 socket',
    manPage: 'raw(7)',
    capabilities: setOf(CAP_NET_RAW),
    gates: rawSocket6,
  },
  {
    id: 'socket.ping',
    family: 'socket',
    title: 'Opening a ping socket',
    manPage: 'icmp(7)',
    capabilities: emptySet,
    gates: [pingGroupRange('socket(SOCK_DGRAM, IPPROTO_ICMP)')],
  },
  {
    id: 'socket.ping6',
    family: 'socket',
    title: 'Opening an IPv6 ping socket',
    manPage: 'icmp(7)',
    capabilities: emptySet,
    gates: [
      socketFamily('ipv6', 'socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6)'),
      pingGroupRange('socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6)'),
    ],
  },
  {
    id: 'socket.xdp',
    family: 'socket',
    title: 'Opening an AF_XDP socket',
    manPage: 'Documentation/networking/af_xdp.rst',
    capabilities: setOf(CAP_NET_RAW),
    gates: [
      socketFamily('xdp', 'socket(AF_XDP)'),
      inNetwork({
        call: 'socket(AF_XDP)',
        capability: CAP_NET_RAW,
        source: 'xsk_create() in net/xdp/xsk.c',
      }),
    ],
  },
  {
    id: 'socket.key',
    family: 'socket',
    title: 'Opening a PF_KEY socket',
    manPage: 'RFC 2367; pfkey_create() in net/key/af_key.c',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [
      socketFamily('key', 'socket(AF_KEY)'),
      inNetwork({
        call: 'socket(AF_KEY)',
        capability: CAP_NET_ADMIN,
        source: 'pfkey_create() in net/key/af_key.c',
      }),
    ],
  },
  {
    id: 'socket.vsock',
    family: 'socket',
    title: 'Opening a vsock socket',
    manPage: 'vsock(7)',
    capabilities: emptySet,
    gates: [socketFamily('vsock', 'socket(AF_VSOCK)')],
    filtered: true,
  },
  {
    id: 'socket.namespace',
    family: 'socket',
    title: 'Getting the network namespace of a socket',
    manPage: 'ioctl_nsfs(2)',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [
      inNetwork({
        call: 'ioctl(SIOCGSKNS)',
        capability: CAP_NET_ADMIN,
        source: 'sock_ioctl() in net/socket.c',
      }),
    ],
  },
] as const satisfies readonly OperationRow[];

/** `__sock_create()`: a family that nothing registered, and that no module brings. */
export function socketFamily(feature: FeatureId, call: string): Gate {
  return needs(feature, {
    call,
    errno: 'EAFNOSUPPORT',
    source: '__sock_create() in net/socket.c',
  });
}
