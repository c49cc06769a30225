import { CAP_NET_ADMIN } from '../capability.ts';
import { overridesFileAccess } from '../capable.ts';
import { isInGroup, type Credentials } from '../credentials.ts';
import {
  cannotTell,
  capabilityObservation,
  inInitial,
  inNetwork,
  passes,
  refuses,
  type Gate,
  type GateAnswer,
  type GateContext,
} from '../gate.ts';
import { allows } from '../programFile.ts';
import { isUnconfined } from '../securityLabel.ts';
import {
  isTunNode,
  isValidDeviceName,
  tunDeviceNumber,
  tunDevicePath,
  type DeviceNode,
  type TunDevice,
} from '../tunDevice.ts';

const open = `open(${tunDevicePath})`;
const setIff = 'ioctl(TUNSETIFF)';

const nodeExists = nodeGate({
  id: 'device-node-exists',
  source: 'open(2)',
  check: (node) =>
    node === null
      ? refuses(open, 'ENOENT', nodeObservation(tunDevicePath, 'it is not there'))
      : passes(open, nodeObservation(node.path, 'it is there')),
});

const nodeMount = nodeGate({
  id: 'device-node-mount',
  source: 'may_open_dev() in fs/namei.c',
  check: (node) => {
    if (node === null) return null;
    const { mount, path } = node;
    return mount.nodev
      ? refuses(open, 'EACCES', nodeObservation(path, `${mount.mountPoint} is mounted nodev`))
      : passes(open, nodeObservation(path, `${mount.mountPoint} is mounted without nodev`));
  },
});

const nodePermission = nodeGate({
  id: 'device-node-permission',
  source: 'generic_permission() in fs/namei.c',
  check: (node, { credentials, tun }) => {
    if (node === null) return null;
    const detail = `mode ${node.mode.toString(8).padStart(4, '0')}, owner ${String(node.uid)}, group ${String(node.gid)}`;
    const looked = nodeObservation(node.path, detail);
    const byMode = allows(credentials, node, 0o6);
    if (!byMode && !overridesFileAccess(credentials, node)) return refuses(open, 'EACCES', looked);
    // An access control list or an LSM can refuse what the mode allows: the attempt tells.
    const { attempt } = tun;
    return byMode &&
      attempt.kind === 'known' &&
      attempt.value.errno === 'EACCES' &&
      attempt.value.uid === credentials.uid.effective &&
      attempt.value.groups.includes(node.gid) === isInGroup(credentials, node.gid)
      ? refuses(open, 'EACCES', { kind: 'attempt', path: node.path, errno: 'EACCES' })
      : passes(open, looked);
  },
});

/**
 * Neither the rules of a device cgroup nor an LSM's policy can be read without privilege; what can
 * be done is to open the node at the same vantage. EPERM there, past the mode, is the cgroup's answer.
 */
const deviceCgroup: Gate = {
  id: 'device-cgroup',
  source: 'devcgroup_inode_permission() in include/linux/device_cgroup.h',
  check: ({ tun: { attempt } }) => {
    if (attempt.kind === 'unknown') return cannotTell(open, attempt.reason);
    const { errno } = attempt.value;
    const looked = { kind: 'attempt', path: tunDevicePath, errno } as const;
    if (errno === 'EPERM') return refuses(open, 'EPERM', looked);
    if (errno === 'EACCES') {
      return cannotTell(
        open,
        'the rules of the device cgroup: the node could not be opened to try',
      );
    }
    return passes(open, looked);
  },
};

const deviceDriver: Gate = {
  id: 'device-driver',
  source: 'misc_open() in drivers/char/misc.c',
  check: ({ tun: { node, attempt } }) => {
    if (node.kind === 'known' && node.value !== null && !isTunNode(node.value)) {
      const { path, type, major, minor } = node.value;
      const detail =
        type === 'other'
          ? 'it is not a character device'
          : `its number is ${String(major)}:${String(minor)}, not ${String(tunDeviceNumber.major)}:${String(tunDeviceNumber.minor)}`;
      return type === 'other'
        ? refuses(setIff, 'ENOTTY', nodeObservation(path, detail))
        : cannotTell(open, `what the driver of ${path} does: ${detail}`);
    }
    const errno = attempt.kind === 'known' ? attempt.value.errno : null;
    return errno === 'ENODEV' || errno === 'ENXIO'
      ? refuses(open, errno, { kind: 'attempt', path: tunDevicePath, errno })
      : null;
  },
};

/** `tun_set_iff()` asks this before anything else, and of the whole machine. */
const napiFrags = inInitial({
  call: setIff,
  capability: CAP_NET_ADMIN,
  source: 'tun_set_iff() in drivers/net/tun.c, IFF_NAPI_FRAGS',
});

/** `tun_set_iff()` asks for the kind before it asks for any right. */
const kindMatches: Gate = {
  id: 'tun-kind-matches',
  source: 'tun_set_iff() in drivers/net/tun.c',
  check: (context) => {
    const { tun, request } = context;
    const device = requestedDevice(context);
    if (device !== null) {
      const looked = deviceObservation(
        device,
        context,
        `it is a ${device.layer.toUpperCase()} device`,
      );
      return device.layer === request.tunLayer
        ? passes(setIff, looked)
        : refuses(setIff, 'EINVAL', looked);
    }
    const { tunDevice: name } = request;
    const { devices, interfaces } = tun;
    const isOther =
      name !== null &&
      devices.kind === 'known' &&
      interfaces.kind === 'known' &&
      interfaces.value.includes(name);
    return isOther
      ? refuses(setIff, 'EINVAL', {
          kind: 'request',
          detail: `“${name}” exists, and is no TUN or TAP device`,
        })
      : null;
  },
};

const queuesMatch = existingDeviceGate({
  id: 'tun-queues-match',
  source: 'tun_set_iff() in drivers/net/tun.c',
  check: (device, context) => {
    const asked = context.request.multiQueue;
    const detail = device.multiQueue
      ? `it has several queues, and IFF_MULTI_QUEUE was ${asked ? '' : 'not '}asked for`
      : `it has one queue, and IFF_MULTI_QUEUE was ${asked ? '' : 'not '}asked for`;
    const looked = deviceObservation(device, context, detail);
    return device.multiQueue === asked ? passes(setIff, looked) : refuses(setIff, 'EINVAL', looked);
  },
});

/** `tun_not_capable()`: owner and group must both match where both are set; CAP_NET_ADMIN overrides both. */
const ownerMatches = existingDeviceGate({
  id: 'tun-owner',
  source: 'tun_not_capable() in drivers/net/tun.c',
  check: (device, context) => {
    const { credentials, kernel } = context;
    const capable = capabilityObservation(context, 'network', CAP_NET_ADMIN).held;
    const look = (detail: string) => deviceObservation(device, context, detail);
    const overrides = 'CAP_NET_ADMIN opens it to the process all the same';
    if (device.owner === null && device.group === null) {
      const detail = 'it has no owner and no group';
      if (capable) return passes(setIff, look(`${detail}; ${overrides}`));
      if (kernel.ownerlessTunNeedsNetAdmin === null) {
        return cannotTell(
          setIff,
          'whether this kernel lets anyone attach to a device without an owner',
        );
      }
      return kernel.ownerlessTunNeedsNetAdmin
        ? refuses(setIff, 'EPERM', look(detail))
        : passes(setIff, look(detail));
    }
    const ownerFits = device.owner === null || device.owner === credentials.uid.effective;
    const groupFits = device.group === null || isInGroup(credentials, device.group);
    const detail = ownershipDetail(ownerFits, groupFits);
    if (ownerFits && groupFits) return passes(setIff, look(detail));
    return capable
      ? passes(setIff, look(`${detail}; ${overrides}`))
      : refuses(setIff, 'EPERM', look(detail));
  },
});

const notBusy = existingDeviceGate({
  id: 'tun-not-busy',
  source: 'tun_attach() in drivers/net/tun.c',
  check: (device, context) => {
    const look = (detail: string) => deviceObservation(device, context, detail);
    if (device.multiQueue) return passes(setIff, look('it takes several queues'));
    if (device.attached === null) {
      return cannotTell(setIff, `whether a process holds ${device.name}`);
    }
    return device.attached
      ? refuses(setIff, 'EBUSY', look('a process holds it'))
      : passes(setIff, look('no process holds it'));
  },
});

const netAdmin = newDeviceGate({
  ...inNetwork({
    call: setIff,
    capability: CAP_NET_ADMIN,
    source: 'tun_set_iff() in drivers/net/tun.c',
  }),
  id: 'tun-net-admin',
});

const validName = newDeviceGate({
  id: 'tun-name',
  source: 'dev_alloc_name() in net/core/dev.c',
  check: ({ request: { tunDevice: name } }) => {
    if (name === null) {
      return passes(setIff, { kind: 'request', detail: 'the kernel chooses the name' });
    }
    return isValidDeviceName(name)
      ? passes(setIff, {
          kind: 'request',
          detail: `“${name}” is a name that a network device can have`,
        })
      : refuses(setIff, 'EINVAL', {
          kind: 'request',
          detail: `“${name}” is not a name that a network device can have`,
        });
  },
});

/**
 * Only SELinux has an opinion of TUN devices; its contexts have three or four parts, and who is
 * unconfined may do all.
 */
const lsmHook: Gate = {
  id: 'tun-lsm',
  source: 'security_tun_dev_create() and security_tun_dev_open() in security/security.c',
  check: ({ securityLabel: label }) => {
    const isSelinux = label !== null && label.split(':').length >= 3;
    return isSelinux && !isUnconfined(label)
      ? cannotTell(setIff, `what the SELinux policy allows ${label}`)
      : passes(setIff, { kind: 'security-label', label });
  },
};

const openNode: readonly Gate[] = [
  nodeExists,
  nodeMount,
  nodePermission,
  deviceCgroup,
  deviceDriver,
];

const attachOrCreate: readonly Gate[] = [
  kindMatches,
  queuesMatch,
  ownerMatches,
  notBusy,
  netAdmin,
  lsmHook,
  validName,
];

/**
 * From open(2) of the node to TUNSETIFF, in the order of `tun_chr_open()` and `tun_set_iff()`.
 * A name that exists attaches, any other creates: the kernel has one call for both.
 */
export const tunGates: readonly Gate[] = [...openNode, ...attachOrCreate];

/** The same with IFF_NAPI_FRAGS. */
export const napiFragsGates: readonly Gate[] = [...openNode, napiFrags, ...attachOrCreate];

/** Whoever holds the descriptor of a device may do the rest, its owner and its persistence included. */
export function attached(call: string): Gate {
  return {
    id: 'tun-attached',
    source: '__tun_chr_ioctl() in drivers/net/tun.c',
    check: () =>
      passes(call, {
        kind: 'request',
        detail: 'whoever is attached to the device may do it: no capability is asked',
      }),
  };
}

interface DeviceGate<T> extends Omit<Gate, 'check'> {
  readonly check: (subject: T, context: GateContext) => GateAnswer | null;
}

function nodeGate({ check, ...gate }: DeviceGate<DeviceNode | null>): Gate {
  return {
    ...gate,
    check: (context) => {
      const { node } = context.tun;
      return node.kind === 'unknown' ? cannotTell(open, node.reason) : check(node.value, context);
    },
  };
}

function existingDeviceGate({ check, ...gate }: DeviceGate<TunDevice>): Gate {
  return {
    ...gate,
    check: (context) => {
      const device = requestedDevice(context);
      return device === null ? null : check(device, context);
    },
  };
}

function newDeviceGate(gate: Gate): Gate {
  return {
    ...gate,
    check: (context) => {
      const { devices } = context.tun;
      if (context.request.tunDevice !== null && devices.kind === 'unknown') {
        return cannotTell(setIff, `whether ${context.request.tunDevice} exists: ${devices.reason}`);
      }
      return requestedDevice(context) === null ? gate.check(context) : null;
    },
  };
}

function requestedDevice({ tun: { devices }, request }: GateContext): TunDevice | null {
  if (request.tunDevice === null || devices.kind === 'unknown') return null;
  return devices.value.find((device) => device.name === request.tunDevice) ?? null;
}

function nodeObservation(path: string, detail: string) {
  return { kind: 'node', path, detail } as const;
}

function deviceObservation(
  { name, owner, group }: TunDevice,
  { credentials }: GateContext,
  detail: string,
) {
  return { kind: 'tun-device', name, owner, group, ...heldIds(credentials), detail } as const;
}

function heldIds({ uid, gid, groups }: Credentials) {
  return { uid: uid.effective, groups: [...new Set([gid.effective, ...groups])] } as const;
}

function ownershipDetail(ownerFits: boolean, groupFits: boolean): string {
  if (ownerFits && groupFits) return 'its owner and group fit';
  if (ownerFits) return 'its group is none of the process’s';
  return groupFits ? 'its owner is another user' : 'neither its owner nor its group fits';
}
