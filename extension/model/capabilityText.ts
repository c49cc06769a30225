import { parseCapability } from './capability.ts';
import type { FileCapability } from './fileCapability.ts';
import {
  allNamed,
  emptySet,
  members,
  names,
  setOf,
  without,
  type CapabilitySet,
} from './capabilitySet.ts';

/** The three sets that the textual form of cap_from_text(3) describes. */
export interface TextSets {
  readonly effective: CapabilitySet;
  readonly inheritable: CapabilitySet;
  readonly permitted: CapabilitySet;
}

export type ParsedText =
  | { readonly kind: 'sets'; readonly sets: TextSets }
  | { readonly kind: 'error'; readonly message: string };

const clausePattern = /^([a-z0-9_,]*)((?:=[eip]*|[+-][eip]+)(?:[+-][eip]+)*)$/;

/**
 * Parses the textual form of cap_from_text(3): clauses separated by white space, each a comma
 * list of capabilities (or `all`, or nothing, which with `=` means all) and one or more actions
 * of an operator (`=`, `+`, `-`) and flags (`e`, `i`, `p`). `=` comes first or not at all, and only
 * it may stand without flags. Never throws; an error names the clause.
 */
export function parseCapabilityText(text: string): ParsedText {
  const clauses = text
    .trim()
    .toLowerCase()
    .split(/\s+/)
    .filter((clause) => clause !== '');
  let sets: TextSets = { effective: emptySet, inheritable: emptySet, permitted: emptySet };
  for (const clause of clauses) {
    const match = clausePattern.exec(clause);
    if (match === null)
      return { kind: 'error', message: `“${clause}” is not a clause such as cap_net_admin=ep` };
    const [, list = '', actions = ''] = match;
    const selected = parseList(list);
    if (selected === null)
      return { kind: 'error', message: `“${list}” names a capability that does not exist` };
    const change = /[+-]/.exec(actions);
    if (list === '' && change !== null) {
      return { kind: 'error', message: `“${clause}” needs a capability for ${change[0]}` };
    }
    for (const [, operator = '', flags = ''] of actions.matchAll(/([=+-])([eip]*)/g)) {
      sets = applyAction(sets, selected, operator, flags);
    }
  }
  return { kind: 'sets', sets };
}

/**
 * The shortest textual form in libcap's style, `cap_net_admin,cap_net_raw=eip`; `=` for three
 * empty sets. Capabilities with the same flags share a clause, in ascending order of the lowest.
 */
export function formatCapabilityText(sets: TextSets): string {
  const groups = new Map<string, CapabilitySet>();
  for (const each of members(sets.effective | sets.inheritable | sets.permitted)) {
    const bit = setOf(each);
    const flags = `${flag(sets.effective, bit, 'e')}${flag(sets.inheritable, bit, 'i')}${flag(sets.permitted, bit, 'p')}`;
    groups.set(flags, (groups.get(flags) ?? emptySet) | bit);
  }
  if (groups.size === 0) return '=';
  return [...groups].map(([flags, set]) => `${names(set).join(',')}=${flags}`).join(' ');
}

/** A file's capabilities as getcap(8) prints them, but for the root's id. */
export function formatFileCapability({
  permitted,
  inheritable,
  effective,
}: Pick<FileCapability, 'permitted' | 'inheritable' | 'effective'>): string {
  return formatCapabilityText({
    permitted,
    inheritable,
    effective: effective ? permitted | inheritable : emptySet,
  });
}

function parseList(list: string): CapabilitySet | null {
  if (list === '') return allNamed;
  let set = emptySet;
  for (const name of list.split(',')) {
    const parsed = parseCapability(name);
    if (name !== 'all' && parsed === null) return null;
    set |= parsed === null ? allNamed : setOf(parsed);
  }
  return set;
}

function applyAction(
  sets: TextSets,
  selected: CapabilitySet,
  operator: string,
  flags: string,
): TextSets {
  const change = (set: CapabilitySet, letter: string): CapabilitySet => {
    const named = flags.includes(letter);
    if (operator === '+') return named ? set | selected : set;
    if (operator === '-') return named ? without(set, selected) : set;
    return named ? set | selected : without(set, selected);
  };
  return {
    effective: change(sets.effective, 'e'),
    inheritable: change(sets.inheritable, 'i'),
    permitted: change(sets.permitted, 'p'),
  };
}

function flag(set: CapabilitySet, bit: CapabilitySet, letter: string): string {
  return (set & bit) === emptySet ? '' : letter;
}
