import { commentIn } from '../../fixes/commentFix.ts';
import { linesOf, type Assignment } from '../../model/unit/unitFile.ts';
import { fileAt } from '../../model/unit/unitSources.ts';
import type { UnitMessage, UnitProblem } from '../../model/unit/problem.ts';
import { directives, directiveOf } from '../../model/unit/directives.ts';
import { keyStatus } from '../../model/unit/unitKeys.ts';
import type { JudgedUnit } from './unitRule.ts';

/** A line of which systemd passes over something, with what is known of why. */
export interface UnreadLine {
  readonly message: UnitMessage;
  /** The name of the section; empty before the first. */
  readonly section: string;
  readonly line: Assignment;
  readonly cause: UnreadCause;
}

/** Each is told by a rule of its own. */
export type UnreadCause =
  | { readonly kind: 'comment'; readonly comment: string }
  | { readonly kind: 'device-rights'; readonly rights: string }
  | { readonly kind: 'empty'; readonly reset: string }
  | { readonly kind: 'misspelt-key'; readonly key: string }
  | { readonly kind: 'misplaced-key'; readonly section: string }
  | { readonly kind: 'newer-key' };

/** The line of a message whose cause is known; null for every other message. */
export function unreadLine(judged: JudgedUnit, message: UnitMessage): UnreadLine | null {
  const { unit, system } = judged;
  const file = fileAt(unit, message.path);
  let section = '';
  for (const line of file === null ? [] : linesOf(file)) {
    if (line.kind === 'section') section = line.name.text;
    if (line.span.end <= message.span.start) continue;
    if (line.kind !== 'assignment') return null;
    const cause = causeOf(message, section, line, system.rules.version);
    return cause === null ? null : { message, section, line, cause };
  }
  return null;
}

/** The lines of one cause, each once. */
export function unreadLines<K extends UnreadCause['kind']>(
  judged: JudgedUnit,
  kind: K,
): readonly (UnreadLine & { readonly cause: Extract<UnreadCause, { kind: K }> })[] {
  const seen = new Set<string>();
  return judged.reading.messages.flatMap((message) => {
    const found = unreadLine(judged, message);
    if (found === null || !isOf(found, kind)) return [];
    const place = `${message.path}:${String(found.line.span.start)}`;
    if (seen.has(place)) return [];
    seen.add(place);
    return [found];
  });
}

function isOf<K extends UnreadCause['kind']>(
  line: UnreadLine,
  kind: K,
): line is UnreadLine & { readonly cause: Extract<UnreadCause, { kind: K }> } {
  return line.cause.kind === kind;
}

function causeOf(
  { problem, subject }: UnitMessage,
  section: string,
  { key, value }: Assignment,
  version: number,
): UnreadCause | null {
  const written = wordProblems.includes(problem) ? commentIn(value.text) : null;
  if (written !== null) return { kind: 'comment', comment: written.comment };
  switch (problem) {
    case 'invalid-device-rights': {
      const rights = subject.toLowerCase().replaceAll(/[^a-z]/g, '');
      return /^[rwm]+$/.test(rights) ? { kind: 'device-rights', rights } : null;
    }
    case 'empty-value': {
      const directive = directiveOf(key.text);
      const initial: unknown = directive === null ? null : directives[directive].initial;
      if (initial === false) return { kind: 'empty', reset: 'no' };
      return typeof initial === 'string' ? { kind: 'empty', reset: initial } : null;
    }
    case 'unknown-key':
      return causeOfUnknownKey(section, key.text, version);
    default:
      return null;
  }
}

const wordProblems: readonly UnitProblem[] = [
  'invalid-value',
  'invalid-word',
  'invalid-device-rights',
  'invalid-name',
  'unknown-address-family',
  'unknown-system-call',
  'unknown-secure-bit',
];

function causeOfUnknownKey(section: string, key: string, version: number): UnreadCause | null {
  if (keyStatus(section, key, Infinity) === 'known') return { kind: 'newer-key' };
  const other = sections.find(
    (each) => each !== section && keyStatus(each, key, version) === 'known',
  );
  if (other !== undefined) return { kind: 'misplaced-key', section: other };
  if (section !== 'Service') return null;
  const meant =
    otherNames.get(key) ??
    Object.keys(directives).find(
      (name) => name.toLowerCase() === key.toLowerCase() && directiveOf(name) !== null,
    );
  return meant === undefined ? null : { kind: 'misspelt-key', key: meant };
}

const sections = ['Unit', 'Service', 'Install'] as const;

/** Names that are met in the wild and that no release has had. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['NetworkNamespace', 'NetworkNamespacePath'],
  ['AmbientCapability', 'AmbientCapabilities'],
  ['CapabilitiesBoundingSet', 'CapabilityBoundingSet'],
  ['CapabilityBounding', 'CapabilityBoundingSet'],
  ['NoNewPrivilege', 'NoNewPrivileges'],
  ['PrivateDevice', 'PrivateDevices'],
  ['DevicesAllow', 'DeviceAllow'],
  ['DeviceAllowed', 'DeviceAllow'],
  ['RestrictAddressFamily', 'RestrictAddressFamilies'],
]);
