import { parseBoolean } from '../unit/choices.ts';
import type { SystemdRules } from '../unit/systemdRules.ts';
import type { Setting } from '../unit/unit.ts';
import { meetsConditions, withCondition } from './conditions.ts';
import { isInterfaceName } from './interfaceName.ts';
import type { Machine } from './machine.ts';
import { netdevKeys, networkdKeyStatus } from './networkdKeys.ts';
import {
  messageOn,
  readSections,
  settingOf,
  type NetworkdMessage,
  type NetworkdProblem,
  type SectionLine,
  type SectionStatus,
} from './networkdSections.ts';
import type { FoundNetworkdFile } from './networkdSources.ts';

/** What systemd-networkd reads of a .netdev file, as far as a TUN or TAP device is concerned. */
export interface Netdev {
  readonly file: FoundNetworkdFile;
  /** `other`: a device of another kind, of which nothing else is told. */
  readonly kind: Setting<TunKind | 'other'> | null;
  readonly name: Setting<string> | null;
  readonly tun: TunSettings;
  /** In [NetDev], where a TUN device does not have them. */
  readonly misplaced: readonly SectionLine[];
  /** Whether the machine is one that [Match] is for, without which nothing is made; null where that is not known. */
  readonly isForMachine: boolean | null;
  readonly messages: readonly NetworkdMessage[];
  /** Where reading ended; nothing is made of the file then. */
  readonly broken: NetworkdMessage | null;
}

export type TunKind = 'tun' | 'tap';

/** Of [Tun] or [Tap]; null where nothing is assigned. */
export interface TunSettings {
  readonly user: Setting<string> | null;
  readonly group: Setting<string> | null;
  readonly multiQueue: Setting<boolean> | null;
  readonly packetInfo: Setting<boolean> | null;
  readonly vnetHeader: Setting<boolean> | null;
  readonly keepCarrier: Setting<boolean> | null;
}

const nothing: TunSettings = {
  ...{ user: null, group: null, multiQueue: null },
  ...{ packetInfo: null, vnetHeader: null, keepCarrier: null },
};

/** The section that has the settings of a kind. */
export const sectionOfKind = { tun: 'Tun', tap: 'Tap' } as const satisfies Record<TunKind, string>;

/**
 * Reads it as `netdev_load_one()` does: once for the kind, with every section that some kind has, and once with those
 * of the kind. Never throws.
 */
export function readNetdev(file: FoundNetworkdFile, machine: Machine, rules: SystemdRules): Netdev {
  const first = readSections(file, rules, (section) =>
    section === 'NetDev' ? 'read' : 'passed-over',
  );
  const { kind, messages: ofKind } = readKind(first.lines);
  const nothingMore = { name: null, tun: nothing, misplaced: [] };
  if (kind?.value === 'other') {
    const rest = { messages: [], broken: first.broken };
    return { file, kind, ...nothingMore, isForMachine: null, ...rest };
  }
  const { lines, messages, broken } = readSections(file, rules, statusFor(kind?.value ?? null));
  const reading: Reading = {
    ...{ rules, messages: [...messages, ...ofKind], conditions: [] },
    ...nothingMore,
  };
  for (const line of lines) assign(line, reading);
  const { name, tun, misplaced } = reading;
  const isForMachine = meetsConditions(reading.conditions, machine);
  const inOrder = reading.messages.toSorted((one, other) =>
    one.path === other.path ? one.span.start - other.span.start : 0,
  );
  return { file, kind, name, tun, misplaced, isForMachine, messages: inOrder, broken };
}

/** Without a kind the settings of no kind are read, and none is unknown. */
function statusFor(kind: TunKind | null): (section: string) => SectionStatus {
  return (section) => {
    if (section === 'Match' || section === 'NetDev') return 'read';
    if (kind === null) return 'passed-over';
    return section === sectionOfKind[kind] ? 'read' : 'unknown';
  };
}

/** `config_parse_netdev_kind()`: the first one that is a kind stays. */
function readKind(lines: readonly SectionLine[]): Pick<Netdev, 'kind' | 'messages'> {
  let kind: Netdev['kind'] = null;
  const messages: NetworkdMessage[] = [];
  for (const line of lines) {
    const { key, value } = line.line;
    if (key.text !== 'Kind') continue;
    const found = kindOf(value.text);
    if (found === null) messages.push(messageOn(line, 'unknown-kind', value));
    else if (kind === null) kind = settingOf(found, line);
    else if (value.text !== kind.origins[0]?.value.text) {
      messages.push(messageOn(line, 'second-kind', value));
    }
  }
  return { kind, messages };
}

/** Of other kinds the names change from release to release: only what is meant for these two is known to be none. */
function kindOf(text: string): TunKind | 'other' | null {
  if (text === 'tun' || text === 'tap') return text;
  return /^\W*(?:tun|tap|tuntap|tun\/tap)?(?:\W.*)?$/i.test(text) ? null : 'other';
}

interface Reading extends Pick<Netdev, 'name' | 'tun' | 'misplaced' | 'messages'> {
  readonly rules: SystemdRules;
  name: Netdev['name'];
  tun: TunSettings;
  misplaced: readonly SectionLine[];
  conditions: readonly SectionLine[];
  readonly messages: NetworkdMessage[];
}

function assign(line: SectionLine, reading: Reading): void {
  const { section } = line;
  const { key, value } = line.line;
  const report = (problem: NetworkdProblem, piece = value): void => {
    reading.messages.push(messageOn(line, problem, piece));
  };
  if (key.text.startsWith('X-')) return;
  if (networkdKeyStatus(netdevKeys[section], key.text, reading.rules.version) !== 'known') {
    report('unknown-key', key);
    return;
  }
  if (section === 'Match') {
    reading.conditions = withCondition(reading.conditions, line);
  } else if (key.text === 'Name') {
    if (value.text === '') reading.name = null;
    else if (isInterfaceName(value.text)) reading.name = settingOf(value.text, line);
    else report('invalid-interface-name');
  } else if (key.text === 'MTUBytes' || key.text === 'MACAddress') {
    reading.misplaced = [...reading.misplaced, line];
  } else {
    assignTun(line, reading, report);
  }
}

/** The keys of [Tun] and [Tap]. */
function assignTun(
  line: SectionLine,
  reading: Reading,
  report: (problem: NetworkdProblem) => void,
): void {
  const { key, value } = line.line;
  const texts = { User: 'user', Group: 'group' } as const;
  const booleans = {
    ...{ MultiQueue: 'multiQueue', PacketInfo: 'packetInfo' },
    ...{ VNetHeader: 'vnetHeader', KeepCarrier: 'keepCarrier' },
  } as const;
  const text = Object.entries(texts).find(([name]) => name === key.text)?.[1];
  const boolean = Object.entries(booleans).find(([name]) => name === key.text)?.[1];
  if (text !== undefined) {
    // config_parse_string(): string_is_safe() takes neither quotes nor backslashes.
    // eslint-disable-next-line no-control-regex
    if (/[\u0001-\u001f"'\\\u007f]/.test(value.text)) report('unsafe-text');
    else {
      const setting = value.text === '' ? null : settingOf(value.text, line);
      reading.tun = { ...reading.tun, [text]: setting };
    }
  } else if (boolean !== undefined) {
    const parsed = parseBoolean(value.text);
    if (parsed === null) report('invalid-boolean');
    else reading.tun = { ...reading.tun, [boolean]: settingOf(parsed, line) };
  }
}
