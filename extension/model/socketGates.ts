import { CAP_NET_ADMIN, CAP_NET_BIND_SERVICE, CAP_NET_RAW } from './capability.ts';
import {
  cannotTell,
  capabilityObservation,
  networkCapabilityGate,
  passes,
  refuses,
  type Gate,
} from './gate.ts';

export const packetGates: readonly Gate[] = [
  networkCapabilityGate('packet-net-raw', 'socket(AF_PACKET)', CAP_NET_RAW, 'EPERM'),
];

export const rawGates: readonly Gate[] = [
  networkCapabilityGate('raw-net-raw', 'socket(SOCK_RAW)', CAP_NET_RAW, 'EPERM'),
];

export const rtnetlinkGates: readonly Gate[] = [
  networkCapabilityGate('rtnetlink-net-admin', 'sendmsg(RTM_NEWLINK)', CAP_NET_ADMIN, 'EPERM'),
];

const pingCall = 'socket(SOCK_DGRAM, IPPROTO_ICMP)';

/** No capability helps here: only the groups of the process count (`ping_init_sock()`). */
export const pingGates: readonly Gate[] = [
  {
    id: 'ping-group-range',
    check: ({ credentials, limits: { pingGroupRange: range } }) => {
      if (range.kind === 'unknown') return cannotTell('ping-group-range', pingCall, range.reason);
      const [low, high] = range.value;
      const fits = [credentials.gid.effective, ...credentials.groups].some(
        (gid) => gid >= low && gid <= high,
      );
      const looked = {
        kind: 'sysctl',
        name: 'net.ipv4.ping_group_range',
        value: `${String(low)} ${String(high)}`,
        detail: fits ? 'a group of the process is in it' : 'no group of the process is in it',
      } as const;
      return fits
        ? passes('ping-group-range', pingCall, looked)
        : refuses('ping-group-range', pingCall, 'EACCES', looked);
    },
  },
];

/** `inet_port_requires_bind_service()`: port 0 and those from the sysctl upwards are free. */
export const lowPortGates: readonly Gate[] = [
  {
    id: 'low-port',
    check: (context) => {
      const { port } = context.request;
      const call = `bind(port ${String(port)})`;
      const start = context.limits.unprivilegedPortStart;
      const capable = capabilityObservation(context, CAP_NET_BIND_SERVICE);
      if (capable.held) return passes('low-port', call, capable);
      if (start.kind === 'unknown') return cannotTell('low-port', call, start.reason);
      if (port === 0 || port >= start.value) {
        return passes('low-port', call, {
          kind: 'sysctl',
          name: 'net.ipv4.ip_unprivileged_port_start',
          value: String(start.value),
          detail: `port ${String(port)} needs no privilege`,
        });
      }
      return refuses('low-port', call, 'EACCES', capable);
    },
  },
];
