import { CAP_NET_ADMIN, CAP_NET_BIND_SERVICE, CAP_SYS_ADMIN } from '../model/capability.ts';
import {
  emptySet,
  has,
  members,
  setOf,
  without,
  type CapabilitySet,
} from '../model/capabilitySet.ts';
import { capabilityConstant } from '../model/gate.ts';
import type { TunEvidence } from '../model/system.ts';
import { isValidDeviceName, type TunDevice } from '../model/tunDevice.ts';
import { networkdEnabled } from '../model/unit/namedPaths.ts';
import { pathText } from '../model/unit/sandbox.ts';
import { valueOf, type Origin } from '../model/unit/unit.ts';
import { insertAfter, removeLine } from '../model/unit/unitEdit.ts';
import { fileAt } from '../model/unit/unitSources.ts';
import type { UnitSystem } from '../model/unit/unitSystem.ts';
import { setFileCapabilities } from './fileCapabilityFixes.ts';
import type { Fix, FixStep } from './fix.ts';
import { removeFolder, systemUnits, type UserUnit } from './systemUnit.ts';
import type { FileEdit, UnitFix, UnitFixEffect } from './unitFix.ts';

/** The ways of a user service to what needs a capability, least privilege first; none was judged yet. */
export interface UserServiceFixes {
  /** A device that is the user's: for a program that attaches to it by its name. */
  readonly ownDevice: readonly UnitFix[];
  /** Those after which it may do all that it wants. */
  readonly others: readonly UnitFix[];
}

export function userServiceFixes(user: UserUnit, system: UnitSystem): UserServiceFixes {
  const readAgain = (fix: UnitFix): UnitFix => reloading(user, fix);
  // They take out all that it asks for.
  const needsOnly = (capability: number): boolean => user.needed === setOf(capability);
  return {
    ownDevice: needsOnly(CAP_NET_ADMIN) ? ownDevice(user, system).map(readAgain) : [],
    others: [
      ...(needsOnly(CAP_NET_BIND_SERVICE) ? [readAgain(lowPorts(user, system))] : []),
      ...systemUnits(user),
      ...fileCapabilities(user, system).map(readAgain),
      ...ofManager(user),
      sandbox(user),
    ],
  };
}

/** Where the manager has read the unit, it reads it again: otherwise it would start what it was before. */
function reloading({ state }: UserUnit, fix: UnitFix): UnitFix {
  if (!state.installed || fix.edits.length === 0) return fix;
  const reload: FixStep = { kind: 'command', argv: ['systemctl', '--user', 'daemon-reload'] };
  const { steps = [], inverse = [] } = fix;
  return { ...fix, steps: [...steps, reload], inverse: [...inverse, reload] };
}

/** Made at each boot by systemd-networkd, where it runs anyway, or by ip(8). */
function ownDevice(user: UserUnit, { tun, request, paths }: UnitSystem): readonly UnitFix[] {
  const owner = user.manager;
  const asked = request.tunDevice ?? '';
  const name = asked !== '' && !asked.includes('%') && isValidDeviceName(asked) ? asked : free(tun);
  const device: TunDevice = {
    ...{ name, layer: 'tun', owner: owner.uid, group: null },
    ...{ persistent: true, multiQueue: false, attached: false },
  };
  const shared = {
    applicability: 'review',
    needs: 'root',
    edits: withoutCapabilities(user),
    effects: [{ kind: 'tun-device', device }],
  } as const;
  const remark = `root once · no capability: the program attaches to ${name} (tun.attach) and cannot create another`;
  const netdev = `/etc/systemd/network/50-${name}.netdev`;
  const unit = `${name}-device.service`;
  // Enabled for this alone, it would keep the boot waiting for a network that another manages.
  const networkd = paths.get(networkdEnabled)?.kind !== 'missing';
  const byNetworkd: UnitFix = {
    ...shared,
    title: `Have systemd-networkd make ${name} for ${owner.user}`,
    remark: `${remark} · its address goes into a .network file`,
    creates: [
      {
        path: netdev,
        mode: 0o644,
        text: lines('[NetDev]', `Name=${name}`, 'Kind=tun', '', '[Tun]', `User=${owner.user}`),
      },
    ],
    steps: [sudo('networkctl', 'reload')],
    inverse: [
      sudo('rm', '--', netdev),
      sudo('networkctl', 'reload'),
      sudo('ip', 'link', 'delete', 'dev', name),
    ],
  };
  return [
    ...(networkd ? [byNetworkd] : []),
    {
      ...shared,
      title: `Have a system unit make ${name} for ${owner.user}`,
      remark: `${remark} · its address is set there too`,
      creates: [
        {
          path: `/etc/systemd/system/${unit}`,
          mode: 0o644,
          text: lines(
            ...['[Unit]', `Description=TUN device ${name} of ${owner.user}`, ''],
            ...['[Service]', 'Type=oneshot', 'RemainAfterExit=yes'],
            `ExecStart=ip tuntap add mode tun name ${name} user ${String(owner.uid)}`,
            `ExecStart=ip link set dev ${name} up`,
            `ExecStop=ip tuntap del mode tun name ${name}`,
            ...['', '[Install]', 'WantedBy=multi-user.target'],
          ),
        },
      ],
      steps: [sudo('systemctl', 'daemon-reload'), sudo('systemctl', 'enable', '--now', '--', unit)],
      inverse: [
        sudo('systemctl', 'disable', '--now', '--', unit),
        sudo('rm', '--', `/etc/systemd/system/${unit}`),
        sudo('systemctl', 'daemon-reload'),
      ],
    },
  ];
}

/** Also after the next boot, since a service starts by itself. */
function lowPorts(user: UserUnit, { request, portStart: before }: UnitSystem): UnitFix {
  const key = 'net.ipv4.ip_unprivileged_port_start';
  const path = '/etc/sysctl.d/50-low-ports.conf';
  return {
    title: `Let everyone bind from port ${String(request.port)} upwards`,
    remark: 'root once · no capability · for every program of the machine’s network',
    ...{ applicability: 'review', needs: 'root', edits: withoutCapabilities(user) },
    creates: [{ path, mode: 0o644, text: lines(`${key}=${String(request.port)}`) }],
    steps: [sudo('sysctl', '-p', path)],
    inverse: [
      sudo('rm', '--', path),
      before.kind === 'known'
        ? sudo('sysctl', '-w', `${key}=${String(before.value)}`)
        : { kind: 'advice', text: `${key} stays as it is until the next boot.` },
    ],
    effects: [{ kind: 'limit', name: 'unprivilegedPortStart', value: request.port }],
  };
}

/** setcap(8) for each program of ExecStart=. */
function fileCapabilities(user: UserUnit, system: UnitSystem): readonly UnitFix[] {
  return valueOf(user.reading.settings, 'ExecStart').flatMap(({ program }) => {
    const path = pathText(program) ?? '';
    const found = system.programs.get(path);
    if (found?.kind !== 'file') return [];
    const fix = setFileCapabilities(
      { program: { file: found.file, capabilityStorage: 'possible' } },
      user.needed,
    );
    if (fix === null) return [];
    const effects = fix.effects.flatMap((effect) =>
      effect.kind === 'program' ? [{ ...effect, path }] : [],
    );
    const given = { ...fix, applicability: 'review', title: `${fix.title} of ${path}` } as const;
    const remark = 'root once · lost at the next rebuild · for everyone who may run the file';
    return [{ ...asUnitFix(given, withoutCapabilities(user), effects), remark }];
  });
}

/**
 * Since 254 or so a user manager may pass on what it was given itself. Not CAP_SYS_ADMIN: whatever the user runs
 * could become root by it, and a manager that holds it sets up namespaces itself, which it may not: 226/NAMESPACE.
 */
function ofManager(user: UserUnit): readonly UnitFix[] {
  const { manager, needed } = user;
  if (has(needed, CAP_SYS_ADMIN)) return [];
  const service = `user@${String(manager.uid)}.service`;
  const folder = `/etc/systemd/system/${service}.d`;
  const path = `${folder}/ambient-capabilities.conf`;
  return [
    {
      title: `Give ${manager.user}’s user manager the capabilities`,
      remark: `root once · every service of ${manager.user} may ask for them · the manager and all that it runs start anew`,
      ...{ applicability: 'review', needs: 'restart' },
      edits: ambientLine(user, []),
      creates: [
        { path, mode: 0o644, text: lines('[Service]', `AmbientCapabilities=${list(needed)}`) },
      ],
      steps: [sudo('systemctl', 'daemon-reload'), sudo('systemctl', 'restart', '--', service)],
      inverse: [
        sudo('rm', '--', path),
        removeFolder(folder),
        sudo('systemctl', 'daemon-reload'),
        sudo('systemctl', 'restart', '--', service),
      ],
      effects: [{ kind: 'manager-holds', capabilities: needed }],
    },
  ];
}

/** systemd.exec(5), PrivateNetwork=: what a user namespace owns, its root may change. */
function sandbox(user: UserUnit): UnitFix {
  return {
    title: 'Give it a network of its own',
    remark:
      'no privilege · it may do anything there and reaches nothing: neither the host’s network nor the outside',
    ...{ applicability: 'review', needs: 'nothing' },
    edits: ambientLine(user, ['PrivateUsers=yes', 'PrivateNetwork=yes']),
  };
}

function asUnitFix(
  { title, remark, applicability, needs, steps, inverse }: Fix,
  edits: readonly FileEdit[],
  effects: readonly UnitFixEffect[],
): UnitFix {
  const reviewed = applicability === 'safe' ? applicability : 'review';
  return { title, remark, applicability: reviewed, needs, steps, inverse, edits, effects };
}

/** A user manager that was given none refuses what asks for capabilities. */
function withoutCapabilities({ reading: { settings } }: UserUnit): readonly FileEdit[] {
  const origins = [
    ...(settings.AmbientCapabilities?.origins ?? []),
    ...(settings.CapabilityBoundingSet?.origins ?? []),
  ];
  return origins.map((origin) => ({ file: origin.path, ...removeLine(origin) }));
}

/** Lines after the last of ExecStart=, with what it needs as ambient where it does not ask for that. */
function ambientLine(user: UserUnit, more: readonly string[]): readonly FileEdit[] {
  const { unit, reading, needed } = user;
  const { settings } = reading;
  const lacking = without(needed, valueOf(settings, 'AmbientCapabilities'));
  const added = [
    ...more,
    ...(lacking === emptySet ? [] : [`AmbientCapabilities=${list(lacking)}`]),
  ];
  const after: Origin | undefined = settings.ExecStart?.origins.at(-1);
  if (added.length === 0 || after === undefined) return [];
  const { text } = fileAt(unit, after.path) ?? unit.fragment;
  return [{ file: after.path, ...insertAfter(after, text, lines(...added)) }];
}

function free({ devices, interfaces }: TunEvidence): string {
  const taken = new Set([
    ...(devices.kind === 'known' ? devices.value.map(({ name }) => name) : []),
    ...(interfaces.kind === 'known' ? interfaces.value : []),
  ]);
  let number = 0;
  while (taken.has(`tun${String(number)}`)) number += 1;
  return `tun${String(number)}`;
}

function sudo(...argv: readonly string[]): FixStep {
  return { kind: 'command', argv: ['sudo', ...argv] };
}

function list(set: CapabilitySet): string {
  return members(set).map(capabilityConstant).join(' ');
}

function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
