import { capabilityName, parseCapability } from '../model/capability.ts';
import { allNamed, names } from '../model/capabilitySet.ts';
import type { UnitMessage } from '../model/unit/problem.ts';
import type { UnitFix } from './unitFix.ts';

/**
 * Writes the capabilities that a word means which systemd passes over: without its prefix, several in
 * one pair of quotes or with commas, or a keystroke away from one; null where none can be made out.
 */
export function capabilityWordFix({ path, span, subject }: UnitMessage): UnitFix | null {
  const [, , quoted] = /^(["'])(.*)\1$/s.exec(subject) ?? [];
  const spelled = (quoted ?? subject).split(/[\s,|;]+/).filter((part) => part !== '');
  // What is written so is to be taken away, and not to be given.
  if (spelled.some((part) => part.startsWith('~'))) return null;
  const plain = spelled.map((part) =>
    /^(?:cap_)?[a-z_]+(?:[+=][eip]+)?$/i.test(part)
      ? parseCapability(part.replace(/[+=].*/, ''))
      : null,
  );
  const near = spelled.map((part, index) => plain[index] ?? nearest(part));
  const found = near.filter((each) => each !== null);
  if (found.length === 0 || found.length < near.length) return null;
  const replacement = found.map((each) => capabilityName(each).toUpperCase()).join(' ');
  return {
    title: `Write ${replacement}`,
    applicability: plain.includes(null) ? 'review' : 'safe',
    preferred: true,
    edits: [{ file: path, span, replacement }],
  };
}

/** The only capability one keystroke away. */
function nearest(part: string): number | null {
  const word = part.toLowerCase();
  const close = names(allNamed).filter((name) => isKeystrokeAway(word, name));
  return close.length === 1 && close[0] !== undefined ? parseCapability(close[0]) : null;
}

/** Whether one letter more, less or other makes the one of the other, or two in each other’s place. */
function isKeystrokeAway(one: string, other: string): boolean {
  let from = 0;
  while (from < one.length && one.charAt(from) === other.charAt(from)) from += 1;
  const [rest, wanted] = [one.slice(from), other.slice(from)];
  return (
    rest.slice(1) === wanted ||
    rest === wanted.slice(1) ||
    rest.slice(1) === wanted.slice(1) ||
    (rest.slice(2) === wanted.slice(2) && rest.slice(0, 2) === wanted.charAt(1) + wanted.charAt(0))
  );
}
