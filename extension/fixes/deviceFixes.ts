import type { System } from '../model/system.ts';
import {
  isTunNode,
  isValidDeviceName,
  tunDeviceNumber,
  tunDevicePath,
} from '../model/tunDevice.ts';
import type { Fix, FixStep } from './fix.ts';

/** A persistent device of the user, whose effective id the driver asks for: attaching needs no capability. */
export function ownTunDevice(system: System): Fix | null {
  const { credentials } = system.launcher;
  const { devices, interfaces } = system.tun;
  if (credentials.kind === 'unknown') return null;
  const { request } = system;
  const taken = new Set([
    ...(devices.kind === 'known' ? devices.value.map(({ name }) => name) : []),
    ...(interfaces.kind === 'known' ? interfaces.value : []),
  ]);
  const name = deviceName(system, taken);
  const owner = credentials.value.uid.effective;
  return {
    id: 'own-tun-device',
    title: 'Give yourself the device',
    remark:
      'root once · then no capability is needed, under a debugger or anywhere · the program asks for it by name',
    applicability: 'review',
    needs: 'root',
    steps: [
      {
        kind: 'command',
        argv: [
          'sudo',
          'ip',
          'tuntap',
          'add',
          'mode',
          request.tunLayer,
          'name',
          name,
          'user',
          String(owner),
        ],
      },
      {
        kind: 'advice',
        text: `Set the address and bring ${name} up as root too: whoever attaches to it may not.`,
      },
    ],
    inverse: [
      {
        kind: 'command',
        argv: ['sudo', 'ip', 'tuntap', 'del', 'mode', request.tunLayer, 'name', name],
      },
    ],
    effects: [
      {
        kind: 'tun-device',
        device: {
          name,
          layer: request.tunLayer,
          owner,
          group: null,
          persistent: true,
          multiQueue: false,
          attached: false,
        },
      },
    ],
  };
}

/** The process that holds the device has to let go of it. */
export function releaseTunDevice(system: System): Fix | null {
  const { devices } = system.tun;
  const held =
    devices.kind === 'known'
      ? devices.value.find(({ name }) => name === system.request.tunDevice)
      : undefined;
  if (held === undefined || held.attached === false) return null;
  return {
    id: 'release-tun-device',
    title: `Stop the process that holds ${held.name}`,
    remark: 'a device with one queue serves one process',
    applicability: 'template',
    needs: 'restart',
    steps: [
      { kind: 'command', argv: ['sudo', 'fuser', '--verbose', tunDevicePath] },
      {
        kind: 'advice',
        text: `Stop the process that holds ${held.name}, or ask for another name.`,
      },
    ],
    inverse: [],
    effects: [{ kind: 'tun-device', device: { ...held, attached: false } }],
  };
}

/** Where nothing is there, or something else is. */
export function createDeviceNode({ tun: { node } }: System): Fix | null {
  if (node.kind === 'unknown' || (node.value !== null && isTunNode(node.value))) return null;
  const before = `${tunDevicePath}.before`;
  const { major, minor } = tunDeviceNumber;
  const make = ['mknod', '-m', '0666', tunDevicePath, 'c', String(major), String(minor)];
  return {
    id: 'create-device-node',
    title: `Create ${tunDevicePath}`,
    remark: 'root once per boot · in a container, pass --device /dev/net/tun instead',
    applicability: 'review',
    needs: 'root',
    steps: [
      node.value === null
        ? { kind: 'command', argv: ['sudo', 'mkdir', '-p', '/dev/net'] }
        : { kind: 'command', argv: ['sudo', 'mv', tunDevicePath, before] },
      { kind: 'command', argv: ['sudo', ...make] },
    ],
    inverse: [
      node.value === null
        ? { kind: 'command', argv: ['sudo', 'rm', tunDevicePath] }
        : { kind: 'command', argv: ['sudo', 'mv', before, tunDevicePath] },
    ],
    effects: [{ kind: 'device-node' }],
  };
}

/** The mode that udev gives it; the capability is asked at TUNSETIFF, not at open. */
export function openDeviceNode({ tun: { node } }: System): Fix | null {
  if (node.kind === 'unknown' || node.value === null || (node.value.mode & 0o006) === 0o006) {
    return null;
  }
  const mode = node.value.mode.toString(8).padStart(4, '0');
  return {
    id: 'open-device-node',
    title: `Let everyone open ${tunDevicePath}`,
    remark:
      'root once per boot · the mode that udev gives it; creating a device still needs CAP_NET_ADMIN',
    applicability: 'review',
    needs: 'root',
    steps: [{ kind: 'command', argv: ['sudo', 'chmod', '0666', tunDevicePath] }],
    inverse: [{ kind: 'command', argv: ['sudo', 'chmod', mode, tunDevicePath] }],
    effects: [{ kind: 'device-node' }],
  };
}

/** `nodev` makes every device node of the mount a closed door. */
export function honourDeviceNodes({ tun: { node } }: System): Fix | null {
  if (node.kind === 'unknown' || !node.value?.mount.nodev) return null;
  const { mountPoint } = node.value.mount;
  return {
    id: 'honour-device-nodes',
    title: `Remount ${mountPoint} without nodev`,
    remark: 'root once per boot · every device node on that mount counts then',
    applicability: 'review',
    needs: 'root',
    steps: [remount('dev', mountPoint)],
    inverse: [remount('nodev', mountPoint)],
    effects: [{ kind: 'device-node' }],
  };
}

/** The node is there, and no driver behind it. */
export function loadTunDriver({ tun: { attempt } }: System): Fix | null {
  if (attempt.kind === 'unknown') return null;
  const { errno } = attempt.value;
  if (errno !== 'ENODEV' && errno !== 'ENXIO') return null;
  return {
    id: 'load-tun-driver',
    title: 'Load the TUN driver',
    remark: 'root once per boot · fails where the kernel was built without it',
    applicability: 'review',
    needs: 'root',
    steps: [{ kind: 'command', argv: ['sudo', 'modprobe', 'tun'] }],
    inverse: [{ kind: 'command', argv: ['sudo', 'modprobe', '-r', 'tun'] }],
    effects: [{ kind: 'device-node' }],
  };
}

export function allowDeviceInCgroup({ tun: { attempt } }: System): Fix | null {
  if (attempt.kind === 'unknown' || attempt.value.errno !== 'EPERM') return null;
  return {
    id: 'allow-device-in-cgroup',
    title: 'Allow the device where the process runs',
    remark: 'a restart of the container or unit with the device allowed',
    applicability: 'template',
    needs: 'restart',
    steps: [
      {
        kind: 'advice',
        text: 'Container: start it with --device /dev/net/tun. systemd unit: DeviceAllow=/dev/net/tun rw.',
      },
    ],
    inverse: [],
    effects: [{ kind: 'device-node' }],
  };
}

function remount(option: 'dev' | 'nodev', mountPoint: string): FixStep {
  const argv = ['sudo', 'mount', '-o', `remount,bind,${option}`, '--', mountPoint];
  return { kind: 'command', argv };
}

/** The name that the program asks for, where it is one and can be had. */
function deviceName({ request }: System, taken: ReadonlySet<string>): string {
  const asked = request.tunDevice ?? '';
  const chosenByKernel = asked === '' || asked.includes('%');
  return chosenByKernel || taken.has(asked) || !isValidDeviceName(asked)
    ? freeName(request.tunLayer, taken)
    : asked;
}

function freeName(layer: 'tun' | 'tap', taken: ReadonlySet<string>): string {
  let number = 0;
  while (taken.has(`${layer}${String(number)}`)) number += 1;
  return `${layer}${String(number)}`;
}
