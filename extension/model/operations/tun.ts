import { CAP_NET_ADMIN } from '../capability.ts';
import { setOf } from '../capabilitySet.ts';
import { inNetwork } from '../gate.ts';
import { attached, napiFragsGates, tunGates } from '../gates/tunGates.ts';
import type { OperationRow } from '../operation.ts';

const manPage = 'Documentation/networking/tuntap.rst';
const capabilities = setOf(CAP_NET_ADMIN);

export const tunOperations = [
  {
    id: 'tun.create',
    family: 'tun',
    title: 'Creating a TUN device',
    manPage,
    capabilities,
    gates: tunGates,
  },
  {
    id: 'tun.attach',
    family: 'tun',
    title: 'Attaching to a TUN device',
    manPage,
    capabilities,
    gates: tunGates,
  },
  {
    id: 'tap.create',
    family: 'tun',
    title: 'Creating a TAP device',
    manPage,
    capabilities,
    gates: tunGates,
    request: { tunLayer: 'tap' },
  },
  {
    id: 'tun.multi-queue',
    family: 'tun',
    title: 'Opening a queue of a multi-queue TUN device',
    manPage,
    capabilities,
    gates: tunGates,
    request: { multiQueue: true },
  },
  {
    id: 'tap.napi-frags',
    family: 'tun',
    title: 'Creating a TAP device with IFF_NAPI_FRAGS',
    manPage,
    capabilities,
    gates: napiFragsGates,
    request: { tunLayer: 'tap' },
  },
  {
    id: 'tun.persist',
    family: 'tun',
    title: 'Making a TUN device persistent',
    manPage,
    capabilities,
    gates: [...tunGates, attached('ioctl(TUNSETPERSIST)')],
  },
  {
    id: 'tun.set-owner',
    family: 'tun',
    title: 'Giving a TUN device to a user or group',
    manPage,
    capabilities,
    gates: [...tunGates, attached('ioctl(TUNSETOWNER)')],
  },
  {
    id: 'tap.set-filter',
    family: 'tun',
    title: 'Setting the packet filter of a TAP device',
    manPage,
    capabilities,
    gates: [...tunGates, attached('ioctl(TUNSETTXFILTER)')],
    request: { tunLayer: 'tap' },
  },
  {
    id: 'tun.namespace',
    family: 'tun',
    title: 'Getting the network namespace of a TUN device',
    manPage: 'ioctl_nsfs(2)',
    capabilities,
    gates: [
      ...tunGates,
      inNetwork({
        call: 'ioctl(TUNGETDEVNETNS)',
        capability: CAP_NET_ADMIN,
        source: '__tun_chr_ioctl() in drivers/net/tun.c',
      }),
    ],
  },
] as const satisfies readonly OperationRow[];
