import type { SystemdRules } from '../unit/systemdRules.ts';
import type { Origin, Setting } from '../unit/unit.ts';
import { isCondition, meetsConditions, withCondition } from './conditions.ts';
import type { Machine } from './machine.ts';
import { isMatchName } from './interfaceName.ts';
import { matchKeys, networkdKeyStatus } from './networkdKeys.ts';
import {
  messageOn,
  readSections,
  type NetworkdMessage,
  type SectionLine,
} from './networkdSections.ts';
import type { FoundNetworkdFile } from './networkdSources.ts';
import type { TunKind } from './netdev.ts';
import { globMatches } from './glob.ts';

/** What systemd-networkd reads of [Match] in a .network file; the other sections are not looked at. */
export interface Network {
  readonly file: FoundNetworkdFile;
  readonly names: Patterns | null;
  readonly types: Patterns | null;
  readonly kinds: Patterns | null;
  /** What else the device has to be; whether it is, is not known. */
  readonly others: readonly SectionLine[];
  /** Whether the machine is one that the file is for; null where that is not known. */
  readonly isForMachine: boolean | null;
  /** Without anything to match by, and without a condition, the file is passed over. */
  readonly isEmpty: boolean;
  readonly messages: readonly NetworkdMessage[];
  readonly broken: NetworkdMessage | null;
}

/** Words of all assignments together; `!` before a word turns it round. */
export type Patterns = Setting<readonly string[]>;

/** As far as a .network file can tell devices apart. */
export interface MatchedDevice {
  readonly name: string;
  readonly kind: TunKind;
}

/** Reads it as `network_load_one()` does. Never throws. */
export function readNetwork(
  file: FoundNetworkdFile,
  machine: Machine,
  rules: SystemdRules,
): Network {
  const sections = readSections(file, rules, (section) =>
    section === 'Match' ? 'read' : 'passed-over',
  );
  const messages = sections.messages.slice();
  let lists: Pick<Network, 'names' | 'types' | 'kinds'> = { names: null, types: null, kinds: null };
  let others: readonly SectionLine[] = [];
  let conditions: readonly SectionLine[] = [];
  for (const line of sections.lines) {
    const { key, value } = line.line;
    if (key.text.startsWith('X-')) continue;
    const list = listKeys[key.text];
    if (networkdKeyStatus(matchKeys, key.text, rules.version) !== 'known') {
      messages.push(messageOn(line, 'unknown-key', key));
    } else if (isCondition(key.text)) {
      conditions = withCondition(conditions, line);
    } else if (list === undefined) {
      const kept = others.filter((each) => each.line.key.text !== key.text);
      others = value.text === '' ? kept : [...others, line];
    } else {
      const words = wordsOf(value.text);
      const good = list === 'names' ? words.filter(({ word }) => isMatchName(word)) : words;
      if (good.length < words.length) {
        messages.push(messageOn(line, 'invalid-interface-name', value));
      }
      const added = good.map(({ inverted, word }) => `${inverted ? '!' : ''}${word}`);
      if (value.text === '') lists = { ...lists, [list]: null };
      else if (added.length > 0) lists = { ...lists, [list]: joined(lists[list], added, line) };
    }
  }
  const { names, types, kinds } = lists;
  const isEmpty =
    [names, types, kinds].every((patterns) => patterns === null) &&
    others.length + conditions.length === 0;
  const isForMachine = meetsConditions(conditions, machine);
  return { file, ...lists, others, isForMachine, isEmpty, messages, broken: sections.broken };
}

const listKeys: Readonly<Record<string, 'names' | 'types' | 'kinds'>> = {
  ...{ Name: 'names', Type: 'types', Kind: 'kinds' },
};

/** `config_parse_match_ifnames()`: one `!` before the whole value turns each word round. */
function wordsOf(text: string): readonly { readonly inverted: boolean; readonly word: string }[] {
  const inverted = text.startsWith('!');
  const words = text.slice(inverted ? 1 : 0).split(/\s+/);
  return words.filter((word) => word !== '').map((word) => ({ inverted, word }));
}

function joined(
  before: Patterns | null,
  words: readonly string[],
  { path, line }: SectionLine,
): Patterns {
  const origin: Origin = { path, span: line.span, value: line.value };
  return {
    value: [...(before?.value ?? []), ...words],
    origins: [...(before?.origins ?? []), origin],
  };
}

/**
 * Whether a device that systemd-networkd makes is one that the file is for (`net_match_config()`). The kernel calls
 * both kinds `tun`; their types are `none` and `ether`.
 */
export function matches(network: Network, { name, kind }: MatchedDevice): 'yes' | 'no' | 'maybe' {
  const { names, types, kinds, others, isForMachine, isEmpty, broken, file } = network;
  if (isEmpty || broken !== null || file.fragment.text === '') return 'no';
  const answers = [
    patternsMatch(names, name),
    unquoted(types) ? patternsMatch(types, kind === 'tun' ? 'none' : 'ether') : null,
    unquoted(kinds) ? patternsMatch(kinds, 'tun') : null,
  ];
  if (answers.includes(false) || isForMachine === false) return 'no';
  return others.length > 0 || isForMachine === null || answers.includes(null) ? 'maybe' : 'yes';
}

/** Names are taken as they are written; of other words quotes and escapes are read, which is not done here. */
function unquoted(patterns: Patterns | null): boolean {
  return patterns?.value.every((word) => !/["'\\]/.test(word)) ?? true;
}

/** `net_condition_test_strv()`; null for a pattern that is not understood here. */
function patternsMatch(patterns: Patterns | null, text: string): boolean | null {
  if (patterns === null) return true;
  let isMatched = !patterns.value.some((pattern) => !pattern.startsWith('!'));
  for (const pattern of patterns.value) {
    const inverted = pattern.startsWith('!');
    const found = globMatches(inverted ? pattern.slice(1) : pattern, text);
    if (found === null) return null;
    if (found && inverted) return false;
    if (found) isMatched = true;
  }
  return isMatched;
}
