import { spanOf, type Piece, type Span } from '../unit/piece.ts';
import type { SystemdRules } from '../unit/systemdRules.ts';
import type { Origin, Setting } from '../unit/unit.ts';
import { endsFile, linesOf, type Assignment, type Fault } from '../unit/unitFile.ts';
import { filesOf } from '../unit/unitSources.ts';
import type { FoundNetworkdFile } from './networkdSources.ts';

/** What systemd-networkd passes over, and says so in its journal. */
export interface NetworkdMessage {
  readonly path: string;
  readonly span: Span;
  readonly problem: NetworkdProblem;
  /** The word, key, name or value that is meant. */
  readonly subject: string;
  /** Where it stands; empty before the first section. */
  readonly section: string;
  /** The line, where it is an assignment. */
  readonly line: Assignment | null;
}

export type NetworkdProblem =
  | Fault
  | 'unknown-section'
  | 'assignment-outside-section'
  | 'unknown-key'
  | 'invalid-boolean'
  | 'unsafe-text'
  | 'invalid-interface-name'
  | 'unknown-kind'
  | 'second-kind';

/** An assignment in a section that is read. */
export interface SectionLine {
  readonly path: string;
  readonly section: string;
  readonly line: Assignment;
}

export interface ReadSections {
  readonly lines: readonly SectionLine[];
  readonly messages: readonly NetworkdMessage[];
  /**
   * Where reading ended before the end. Other than a unit’s, a broken drop-in costs the whole file
   * (`config_parse_many()`).
   */
  readonly broken: NetworkdMessage | null;
}

export type SectionStatus = 'read' | 'passed-over' | 'unknown';

/** Reads the file and then its drop-ins, as `config_parse_many()` does. */
export function readSections(
  file: FoundNetworkdFile,
  rules: SystemdRules,
  statusOf: (section: string) => SectionStatus,
): ReadSections {
  const lines: SectionLine[] = [];
  const messages: NetworkdMessage[] = [];
  for (const source of filesOf(file)) {
    const { path } = source;
    let section: string | null = null;
    let skipping = false;
    const message = (
      problem: NetworkdProblem,
      piece: Piece,
      line: Assignment | null = null,
    ): NetworkdMessage => ({
      ...{ path, span: spanOf(piece), problem, subject: piece.text, section: section ?? '', line },
    });
    for (const line of linesOf(source)) {
      if (line.kind === 'section') {
        const { text } = line.name;
        if (text === '' && rules.emptySectionIsInvalid) {
          return { lines, messages, broken: message('bad-section-header', line.name) };
        }
        const status = text.startsWith('X-') ? 'passed-over' : statusOf(text);
        if (status === 'unknown') messages.push(message('unknown-section', line.name));
        section = status === 'read' ? text : null;
        skipping = status !== 'read';
      } else if (line.kind === 'broken') {
        const found = message(
          section === null ? 'assignment-outside-section' : line.fault,
          line.piece,
        );
        if (endsFile(line.fault))
          return { lines, messages, broken: { ...found, problem: line.fault } };
        if (!skipping) messages.push(found);
      } else if (line.kind === 'assignment') {
        if (section !== null) lines.push({ path, section, line });
        else if (!skipping) messages.push(message('assignment-outside-section', line.key, line));
      }
    }
  }
  return { lines, messages, broken: null };
}

/** A message about a part of an assignment. */
export function messageOn(
  { path, section, line }: SectionLine,
  problem: NetworkdProblem,
  piece: Piece,
): NetworkdMessage {
  return { path, span: spanOf(piece), problem, subject: piece.text, section, line };
}

export function settingOf<T>(value: T, { path, line }: SectionLine): Setting<T> {
  const origin: Origin = { path, span: line.span, value: line.value };
  return { value, origins: [origin] };
}
