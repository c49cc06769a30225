import { CAP_NET_ADMIN } from './capability.ts';
import { isInGroup } from './credentials.ts';
import {
  cannotTell,
  capabilityObservation,
  networkCapabilityGate,
  passes,
  refuses,
  type Gate,
  type GateContext,
} from './gate.ts';
import type { GateId, GateObservation, GateReason } from './reason.ts';
import { allows } from './programFile.ts';
import {
  isTunNode,
  isValidDeviceName,
  tunDeviceNumber,
  tunDevicePath,
  type DeviceNode,
  type TunDevice,
} from './tunDevice.ts';
import { overridesFileAccess } from './capable.ts';

const open = `open(${tunDevicePath})`;
const setIff = 'ioctl(TUNSETIFF)';

const nodeExists = nodeGate('device-node-exists', (node) =>
  node === null
    ? refuses('device-node-exists', open, 'ENOENT', {
        kind: 'node',
        path: tunDevicePath,
        detail: 'it is not there',
      })
    : passes('device-node-exists', open, { kind: 'node', path: node.path, detail: 'it is there' }),
);

const nodeMount = nodeGate('device-node-mount', (node) => {
  if (node === null) return null;
  const { mount, path } = node;
  return mount.nodev
    ? refuses('device-node-mount', open, 'EACCES', {
        kind: 'node',
        path,
        detail: `${mount.mountPoint} is mounted nodev`,
      })
    : null;
});

const nodePermission = nodeGate('device-node-permission', (node, { credentials, tun }) => {
  if (node === null) return null;
  const detail = `mode ${node.mode.toString(8).padStart(4, '0')}, owner ${String(node.uid)}, group ${String(node.gid)}`;
  const looked = { kind: 'node', path: node.path, detail } as const;
  const byMode = allows(credentials, node, 0o6);
  if (!byMode && !overridesFileAccess(credentials, node)) {
    return refuses('device-node-permission', open, 'EACCES', looked);
  }
  // An access control list or an LSM can refuse what the mode allows: the attempt tells.
  const { attempt } = tun;
  return byMode &&
    attempt.kind === 'known' &&
    attempt.value.errno === 'EACCES' &&
    attempt.value.uid === credentials.uid.effective &&
    attempt.value.groups.includes(node.gid) === isInGroup(credentials, node.gid)
    ? refuses('device-node-permission', open, 'EACCES', {
        kind: 'attempt',
        path: node.path,
        errno: 'EACCES',
      })
    : passes('device-node-permission', open, looked);
});

/**
 * Neither the rules of a device cgroup nor an LSM's policy can be read without privilege; what can
 * be done is to open the node at the same vantage. EPERM there, past the mode, is the cgroup's answer.
 */
const deviceCgroup: Gate = {
  id: 'device-cgroup',
  check: ({ tun: { attempt } }) => {
    if (attempt.kind === 'unknown') return cannotTell('device-cgroup', open, attempt.reason);
    const { errno } = attempt.value;
    const looked = { kind: 'attempt', path: tunDevicePath, errno } as const;
    if (errno === 'EPERM') return refuses('device-cgroup', open, 'EPERM', looked);
    if (errno === 'EACCES') {
      return cannotTell(
        'device-cgroup',
        open,
        'the rules of the device cgroup: the node could not be opened to try',
      );
    }
    return passes('device-cgroup', open, looked);
  },
};

const deviceDriver: Gate = {
  id: 'device-driver',
  check: ({ tun: { node, attempt } }) => {
    if (node.kind === 'known' && node.value !== null && !isTunNode(node.value)) {
      const { path, type, major, minor } = node.value;
      const detail =
        type === 'other'
          ? 'it is not a character device'
          : `its number is ${String(major)}:${String(minor)}, not ${String(tunDeviceNumber.major)}:${String(tunDeviceNumber.minor)}`;
      return type === 'other'
        ? refuses('device-driver', setIff, 'ENOTTY', { kind: 'node', path, detail })
        : cannotTell('device-driver', open, `what the driver of ${path} does: ${detail}`);
    }
    const errno = attempt.kind === 'known' ? attempt.value.errno : null;
    return errno === 'ENODEV' || errno === 'ENXIO'
      ? refuses('device-driver', open, errno, { kind: 'attempt', path: tunDevicePath, errno })
      : null;
  },
};

/** `tun_set_iff()` asks for the kind before it asks for any right. */
const kindMatches: Gate = {
  id: 'tun-kind-matches',
  check: (context) => {
    const { tun, request } = context;
    const device = requestedDevice(context);
    const refusal = (looked: GateObservation) =>
      refuses('tun-kind-matches', setIff, 'EINVAL', looked);
    if (device !== null) {
      return device.layer === request.tunLayer
        ? null
        : refusal(deviceObservation(device, `it is a ${device.layer.toUpperCase()} device`));
    }
    const { tunDevice: name } = request;
    const { devices, interfaces } = tun;
    const isOther =
      name !== null &&
      devices.kind === 'known' &&
      interfaces.kind === 'known' &&
      interfaces.value.includes(name);
    return isOther
      ? refusal({ kind: 'request', detail: `“${name}” exists, and is no TUN or TAP device` })
      : null;
  },
};

const queuesMatch = existingDeviceGate('tun-queues-match', (device) =>
  device.multiQueue
    ? refuses(
        'tun-queues-match',
        setIff,
        'EINVAL',
        deviceObservation(device, 'it has several queues, and IFF_MULTI_QUEUE was not asked for'),
      )
    : null,
);

/** `tun_not_capable()`: owner and group must both match where both are set. */
const ownerMatches = existingDeviceGate('tun-owner', (device, context) => {
  const { credentials, kernel } = context;
  const capable = capabilityObservation(context, CAP_NET_ADMIN);
  if (capable.held) return passes('tun-owner', setIff, capable);
  const ownerless = device.owner === null && device.group === null;
  if (ownerless) {
    const looked = deviceObservation(device, 'it has no owner and no group');
    if (kernel.ownerlessTunNeedsNetAdmin === null) {
      return cannotTell(
        'tun-owner',
        setIff,
        'whether this kernel lets anyone attach to a device without an owner',
      );
    }
    return kernel.ownerlessTunNeedsNetAdmin
      ? refuses('tun-owner', setIff, 'EPERM', looked)
      : passes('tun-owner', setIff, looked);
  }
  const ownerFits = device.owner === null || device.owner === credentials.uid.effective;
  const groupFits = device.group === null || isInGroup(credentials, device.group);
  const looked = deviceObservation(device, ownershipDetail(ownerFits, groupFits));
  return ownerFits && groupFits
    ? passes('tun-owner', setIff, looked)
    : refuses('tun-owner', setIff, 'EPERM', looked);
});

const notBusy = existingDeviceGate('tun-not-busy', (device) => {
  if (device.attached === null)
    return cannotTell('tun-not-busy', setIff, `whether a process holds ${device.name}`);
  return device.attached
    ? refuses('tun-not-busy', setIff, 'EBUSY', deviceObservation(device, 'a process holds it'))
    : null;
});

const netAdmin = newDeviceGate(
  networkCapabilityGate('tun-net-admin', setIff, CAP_NET_ADMIN, 'EPERM'),
);

const validName = newDeviceGate({
  id: 'tun-name',
  check: ({ request }) =>
    request.tunDevice === null || isValidDeviceName(request.tunDevice)
      ? null
      : refuses('tun-name', setIff, 'EINVAL', {
          kind: 'request',
          detail: `“${request.tunDevice}” is not a name that a network device can have`,
        }),
});

/**
 * From open(2) of the node to TUNSETIFF, in the order of `tun_chr_open()` and `tun_set_iff()`.
 * A name that exists attaches, any other creates: the kernel has one call for both.
 */
export const tunGates: readonly Gate[] = [
  nodeExists,
  nodeMount,
  nodePermission,
  deviceCgroup,
  deviceDriver,
  kindMatches,
  queuesMatch,
  ownerMatches,
  notBusy,
  netAdmin,
  validName,
];

function nodeGate(
  id: GateId,
  check: (node: DeviceNode | null, context: GateContext) => GateReason | null,
): Gate {
  return {
    id,
    check: (context) => {
      const { node } = context.tun;
      return node.kind === 'unknown'
        ? cannotTell(id, open, node.reason)
        : check(node.value, context);
    },
  };
}

function existingDeviceGate(
  id: GateId,
  check: (device: TunDevice, context: GateContext) => GateReason | null,
): Gate {
  return {
    id,
    check: (context) => {
      const device = requestedDevice(context);
      return device === null ? null : check(device, context);
    },
  };
}

function newDeviceGate(gate: Gate): Gate {
  return {
    id: gate.id,
    check: (context) => {
      const { devices } = context.tun;
      if (context.request.tunDevice !== null && devices.kind === 'unknown') {
        return cannotTell(
          gate.id,
          setIff,
          `whether ${context.request.tunDevice} exists: ${devices.reason}`,
        );
      }
      return requestedDevice(context) === null ? gate.check(context) : null;
    },
  };
}

function requestedDevice({ tun: { devices }, request }: GateContext): TunDevice | null {
  if (request.tunDevice === null || devices.kind === 'unknown') return null;
  return devices.value.find((device) => device.name === request.tunDevice) ?? null;
}

function deviceObservation({ name, owner, group }: TunDevice, detail: string) {
  return { kind: 'tun-device', name, owner, group, detail } as const;
}

function ownershipDetail(ownerFits: boolean, groupFits: boolean): string {
  if (ownerFits && groupFits) return 'its owner and group fit';
  if (ownerFits) return 'its group is none of the process’s';
  return groupFits ? 'its owner is another user' : 'neither its owner nor its group fits';
}
