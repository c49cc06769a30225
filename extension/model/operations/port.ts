import { CAP_NET_ADMIN, CAP_NET_BIND_SERVICE } from '../capability.ts';
import { setOf } from '../capabilitySet.ts';
import { inInitial } from '../gate.ts';
import { lowPort } from '../gates/limitGates.ts';
import type { OperationRow } from '../operation.ts';
import { transparent } from './option.ts';
import { socketFamily } from './socket.ts';

const capabilities = setOf(CAP_NET_BIND_SERVICE);

export const portOperations = [
  {
    id: 'bind.low-port',
    family: 'port',
    title: 'Binding a low port',
    manPage: 'ip(7)',
    capabilities,
    gates: [lowPort('__inet_bind() in net/ipv4/af_inet.c')],
  },
  {
    id: 'bind.low-port-udp',
    family: 'port',
    title: 'Binding a low UDP port',
    manPage: 'udp(7)',
    capabilities,
    gates: [lowPort('__inet_bind() in net/ipv4/af_inet.c')],
  },
  {
    id: 'bind.low-port6',
    family: 'port',
    title: 'Binding a low port of IPv6',
    manPage: 'ipv6(7)',
    capabilities,
    gates: [
      socketFamily('ipv6', 'socket(AF_INET6)'),
      lowPort('__inet6_bind() in net/ipv6/af_inet6.c'),
    ],
  },
  {
    id: 'bind.vsock-low-port',
    family: 'port',
    title: 'Binding a low port of vsock',
    manPage: 'vsock(7)',
    capabilities,
    gates: [
      socketFamily('vsock', 'socket(AF_VSOCK)'),
      inInitial({
        call: 'bind(AF_VSOCK)',
        capability: CAP_NET_BIND_SERVICE,
        errno: 'EACCES',
        source: '__vsock_bind_connectible() in net/vmw_vsock/af_vsock.c',
      }),
    ],
    filtered: true,
  },
  {
    id: 'bind.foreign-address',
    family: 'port',
    title: 'Binding an address of another host (IP_TRANSPARENT)',
    manPage: 'ip(7), IP_TRANSPARENT',
    capabilities: setOf(CAP_NET_ADMIN),
    gates: [transparent],
  },
] as const satisfies readonly OperationRow[];
