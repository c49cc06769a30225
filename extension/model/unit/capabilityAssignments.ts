import { parseCapability } from '../capability.ts';
import { allNamed, emptySet, setOf, without, type CapabilitySet } from '../capabilitySet.ts';
import {
  merged,
  replaced,
  type AssignmentContext,
  type AssignmentRule,
} from './assignmentRules.ts';
import { parseInteger } from './integer.ts';
import { slicePiece, type Piece } from './piece.ts';
import { quotedWords, splitWords } from './words.ts';

/** CapabilityBoundingSet=; null where nothing has set it, so that it stays the manager’s. */
export const boundingSet: AssignmentRule<CapabilitySet | null> = {
  initial: null,
  assign: (before, value, context) => {
    const line = readCapabilities(value, context);
    const { fullBoundingSetIsUnset, unboundedSet } = context.rules;
    const unset = before === null || (fullBoundingSetIsUnset && before === unboundedSet);
    return unset ? replaced(line.alone) : combined(before, line);
  },
};

/** AmbientCapabilities=. As long as it is empty, `~` grants all but what it names. */
export const ambientSet: AssignmentRule<CapabilitySet> = {
  initial: emptySet,
  assign: (before, value, context) => {
    const line = readCapabilities(value, context);
    return before === emptySet ? replaced(line.alone) : combined(before, line);
  },
};

/**
 * `config_parse_capability_set()`: a line that names no capability that exists takes the place of
 * all before it.
 */
function combined(before: CapabilitySet, { named, inverted, alone }: CapabilityLine) {
  if (named === emptySet) return replaced(alone);
  return merged(inverted ? without(before, named) : before | named);
}

interface CapabilityLine {
  readonly named: CapabilitySet;
  /** Whether it begins with `~`. */
  readonly inverted: boolean;
  /** What it gives without anything before it. */
  readonly alone: CapabilitySet;
}

/** `capability_set_from_string()`: what it does not know it passes over without a word. */
function readCapabilities(value: Piece, { report, rules }: AssignmentContext): CapabilityLine {
  const inverted = value.text.startsWith('~');
  const { words, invalid } = splitWords(inverted ? slicePiece(value, 1) : value, {
    ...quotedWords,
    relaxed: rules.unclosedCapabilityCounts,
  });
  let named = emptySet;
  for (const { text, piece } of words) {
    const found = capabilityOf(text, rules.greatestCapability);
    if (found === null) report('unknown-capability', piece);
    else named |= setOf(found);
  }
  if (invalid !== null) report('unbalanced-quote-in-list', value);
  const all = rules.invertsWithinKernel ? allNamed : rules.unboundedSet;
  return { named, inverted, alone: inverted ? without(all, named) : named };
}

/** `capability_from_name()`: the name with `CAP_`, in any case, or a number. */
function capabilityOf(word: string, greatest: number): number | null {
  const number = parseInteger(word);
  if (number !== null) return number >= 0 && number <= greatest ? number : null;
  return /^cap_/i.test(word) ? parseCapability(word) : null;
}
