import {
  CAP_NET_ADMIN,
  CAP_NET_BIND_SERVICE,
  CAP_NET_RAW,
  parseCapability,
} from '../capability.ts';
import { emptySet, has, setOf, type CapabilitySet } from '../capabilitySet.ts';
import { decodeFileCapability } from '../fileCapability.ts';
import { findOperation, type OperationId } from '../operations.ts';
import { tunDevicePath } from '../tunDevice.ts';
import { machinePath } from './mountView.ts';
import { pathText, rootOf } from './sandbox.ts';
import { valueOf, type Origin, type UnitReading } from './unit.ts';
import { linesOf } from './unitFile.ts';
import { filesOf, type FoundUnit } from './unitSources.ts';
import type { UnitSystem } from './unitSystem.ts';

/**
 * What a unit shows that it wants: by a comment `# capwright: wants tun.create`, by the devices that
 * it allows, by the capabilities that it or its program names, by a program that is known for it.
 */
export function wantedOperations(
  unit: FoundUnit,
  reading: UnitReading,
  system: UnitSystem,
): ReadonlySet<OperationId> {
  const capabilities = wantedCapabilities(unit, reading, system);
  return new Set([
    ...commentedWants(unit),
    ...(wantsTun(reading) ? ['tun.create' as const] : []),
    ...byCapability.flatMap(([capability, operations]) =>
      has(capabilities, capability) ? operations : [],
    ),
  ]);
}

/** The capabilities of the network that the unit asks for by name, whether or not systemd heeds it. */
function wantedCapabilities(
  unit: FoundUnit,
  reading: UnitReading,
  system: UnitSystem,
): CapabilitySet {
  let wanted = emptySet;
  for (const file of filesOf(unit)) {
    for (const line of linesOf(file)) {
      if (line.kind !== 'assignment' || !namingKeys.has(line.key.text)) continue;
      wanted |= namedCapabilities(line.value.text);
    }
  }
  return (wanted | programCapabilities(reading, system)) & ofTheNetwork;
}

/** What the files of its programs grant. */
function programCapabilities({ settings }: UnitReading, { programs }: UnitSystem): CapabilitySet {
  const root = rootOf(settings);
  let granted = emptySet;
  for (const { program } of valueOf(settings, 'ExecStart')) {
    const found = programs.get(machinePath(root, pathText(program) ?? ''));
    if (found?.kind !== 'file' || found.file.capability.kind !== 'bytes') continue;
    const decoded = decodeFileCapability(found.file.capability.bytes);
    if ('permitted' in decoded) granted |= decoded.permitted;
  }
  return granted;
}

const namingKeys: ReadonlySet<string> = new Set([
  'AmbientCapabilities',
  'CapabilityBoundingSet',
  'Capabilities',
]);

/** Those of a list that grants: also of one that is written wrongly. */
export function namedCapabilities(list: string): CapabilitySet {
  const [written = ''] = list.split('#');
  if (written.trimStart().startsWith('~')) return emptySet;
  const words = written.split(/[\s,|"'=+;]+/);
  const found = words.map((word) => (/[a-z]/i.test(word) ? parseCapability(word) : null));
  return setOf(...found.filter((each) => each !== null));
}

const ofTheNetwork = setOf(CAP_NET_ADMIN, CAP_NET_RAW, CAP_NET_BIND_SERVICE);

const byCapability: readonly (readonly [number, readonly OperationId[]])[] = [
  [CAP_NET_ADMIN, ['netlink.write']],
  [CAP_NET_RAW, ['socket.raw', 'socket.packet']],
  [CAP_NET_BIND_SERVICE, ['bind.low-port']],
];

/** Whether all that shows what a unit wants is a list that limits: it may name what the program does without. */
export function wantsAreGuessed(
  unit: FoundUnit,
  reading: UnitReading,
  system: UnitSystem,
): boolean {
  const { settings } = reading;
  const limits = settings.CapabilityBoundingSet !== undefined;
  const raises = settings.AmbientCapabilities !== undefined;
  const grants = (programCapabilities(reading, system) & ofTheNetwork) !== emptySet;
  const says = commentedWants(unit).length > 0 || wantsTun(reading);
  return limits && !raises && !grants && !says;
}

/** By the devices it allows or binds, or by a program that is known for it. */
function wantsTun({ settings }: UnitReading): boolean {
  const allowed = valueOf(settings, 'DeviceAllow').map(({ node }) => pathText(node));
  const bound = valueOf(settings, 'BindPaths').map(({ destination }) => pathText(destination));
  const names = valueOf(settings, 'ExecStart').map(({ program }) => pathText(program) ?? '');
  return (
    [...allowed, ...bound].includes(tunDevicePath) ||
    names.some((path) => tunPrograms.has(path.slice(path.lastIndexOf('/') + 1)))
  );
}

/**
 * Programs that do little else: each opens a TUN or TAP device in every mode of theirs, by default, or
 * where the kernel has no WireGuard.
 */
const tunPrograms: ReadonlySet<string> = new Set(
  'openvpn openconnect iodined mihomo nebula netbird tincd vpncloud yggdrasil'.split(' '),
);

/** What comments `# capwright: wants …` name. */
export function commentedWants(unit: FoundUnit): readonly OperationId[] {
  const comment = /^[ \t]*[#;][ \t]*capwright:[ \t]*wants[ \t]+(.+?)[ \t]*\r?$/gm;
  return filesOf(unit).flatMap(({ text }) =>
    [...text.matchAll(comment)].flatMap(([, list = '']) =>
      list.split(/[\s,]+/).flatMap((word) => findOperation(word)?.id ?? []),
    ),
  );
}

/** The lines of a section that assign to a key, also of one that is no directive here. */
export function assignmentsTo(unit: FoundUnit, section: string, key: string): readonly Origin[] {
  return filesOf(unit).flatMap((file) => {
    if (!file.text.includes(key)) return [];
    let current = '';
    return linesOf(file).flatMap((line): readonly Origin[] => {
      if (line.kind === 'section') current = line.name.text;
      const meant = line.kind === 'assignment' && current === section && line.key.text === key;
      return meant ? [{ path: file.path, span: line.span, value: line.value }] : [];
    });
  });
}
