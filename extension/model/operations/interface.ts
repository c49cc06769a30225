import { CAP_NET_ADMIN } from '../capability.ts';
import { setOf } from '../capabilitySet.ts';
import { inInitial, inNetwork, type Gate } from '../gate.ts';
import { needs } from '../gates/featureGate.ts';
import type { OperationRow } from '../operation.ts';

const manPage = 'netdevice(7)';
const capabilities = setOf(CAP_NET_ADMIN);
const device = 'dev_ioctl() in net/core/dev_ioctl.c';

export const interfaceOperations = [
  {
    id: 'interface.up',
    family: 'interface',
    title: 'Bringing an interface up or down',
    manPage,
    capabilities,
    gates: [change('SIOCSIFFLAGS', device)],
  },
  {
    id: 'interface.promiscuous',
    family: 'interface',
    title: 'Making an interface promiscuous',
    manPage,
    capabilities,
    gates: [change('SIOCSIFFLAGS', device)],
  },
  {
    id: 'interface.address',
    family: 'interface',
    title: 'Setting an address of an interface',
    manPage,
    capabilities,
    gates: [change('SIOCSIFADDR', 'devinet_ioctl() in net/ipv4/devinet.c')],
  },
  {
    id: 'interface.mtu',
    family: 'interface',
    title: 'Setting the MTU of an interface',
    manPage,
    capabilities,
    gates: [change('SIOCSIFMTU', device)],
  },
  {
    id: 'interface.hardware-address',
    family: 'interface',
    title: 'Setting the hardware address of an interface',
    manPage,
    capabilities,
    gates: [change('SIOCSIFHWADDR', device)],
  },
  {
    id: 'interface.rename',
    family: 'interface',
    title: 'Renaming an interface',
    manPage,
    capabilities,
    gates: [change('SIOCSIFNAME', device)],
  },
  {
    id: 'interface.queue-length',
    family: 'interface',
    title: 'Setting the transmit queue length of an interface',
    manPage,
    capabilities,
    gates: [ofTheMachine('SIOCSIFTXQLEN')],
  },
  {
    id: 'interface.map',
    family: 'interface',
    title: 'Setting the hardware parameters of an interface',
    manPage,
    capabilities,
    gates: [ofTheMachine('SIOCSIFMAP')],
  },
  {
    id: 'interface.ethtool',
    family: 'interface',
    title: 'Changing settings of a device (SIOCETHTOOL)',
    manPage: 'ethtool(8)',
    capabilities,
    gates: [change('SIOCETHTOOL', '__dev_ethtool() in net/ethtool/ioctl.c')],
  },
  {
    id: 'interface.timestamping',
    family: 'interface',
    title: 'Setting hardware timestamping',
    manPage: 'Documentation/networking/timestamping.rst',
    capabilities,
    gates: [change('SIOCSHWTSTAMP', device)],
  },
  {
    id: 'interface.route',
    family: 'interface',
    title: 'Adding a route (ioctl)',
    manPage: 'route(8)',
    capabilities,
    gates: [change('SIOCADDRT', 'ip_rt_ioctl() in net/ipv4/fib_frontend.c')],
  },
  {
    id: 'interface.arp',
    family: 'interface',
    title: 'Adding an entry of the ARP table',
    manPage: 'arp(7)',
    capabilities,
    gates: [change('SIOCSARP', 'arp_ioctl() in net/ipv4/arp.c')],
  },
  {
    id: 'interface.bridge',
    family: 'interface',
    title: 'Creating a bridge (ioctl)',
    manPage: 'br_ioctl_stub() in net/bridge/br_ioctl.c',
    capabilities,
    gates: [
      needs('bridge', {
        call: 'ioctl(SIOCBRADDBR)',
        errno: 'ENOPKG',
        source: 'br_ioctl_call() in net/socket.c',
      }),
      change('SIOCBRADDBR', 'br_ioctl_stub() in net/bridge/br_ioctl.c'),
    ],
  },
  {
    id: 'interface.vlan',
    family: 'interface',
    title: 'Creating a VLAN (ioctl)',
    manPage: 'vlan_ioctl_handler() in net/8021q/vlan.c',
    capabilities,
    gates: [
      needs('vlan', {
        call: 'ioctl(SIOCSIFVLAN)',
        errno: 'ENOPKG',
        source: 'sock_ioctl() in net/socket.c',
      }),
      change('SIOCSIFVLAN', 'vlan_ioctl_handler() in net/8021q/vlan.c'),
    ],
  },
] as const satisfies readonly OperationRow[];

function change(request: string, source: string): Gate {
  return inNetwork({ call: `ioctl(${request})`, capability: CAP_NET_ADMIN, source });
}

/** The requests that `dev_ioctl()` did not open to user namespaces. */
function ofTheMachine(request: string): Gate {
  return inInitial({ call: `ioctl(${request})`, capability: CAP_NET_ADMIN, source: device });
}
