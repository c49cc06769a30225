import type { AssignmentContext } from './assignmentRules.ts';
import { directiveOf, directives, type Directive, type DirectiveValues } from './directives.ts';
import { spanOf, type Piece, type Span } from './piece.ts';
import { unitProblems, type UnitMessage } from './problem.ts';
import type { Manager, SpecifierContext } from './specifiers.ts';
import type { SystemdRules } from './systemdRules.ts';
import { endsFile, linesOf, type Assignment } from './unitFile.ts';
import { keyStatus, ownSection, sectionStatus } from './unitKeys.ts';
import type { UnitName, UnitType } from './unitName.ts';
import type { FoundUnit, SourceFile } from './unitSources.ts';

/** The value in effect, and the assignments that it is made of, in the order of their reading. */
export interface Setting<T> {
  readonly value: T;
  readonly origins: readonly Origin[];
}

export interface Origin {
  readonly path: string;
  /** Of the whole line. */
  readonly span: Span;
  readonly value: Piece;
}

/** What is assigned; a directive that is not here has its `initial` value. */
export type Settings = { readonly [D in Directive]?: Setting<DirectiveValues[D]> };

/** What systemd makes of a unit’s files, one after the other. */
export interface UnitReading {
  /** Under which systemd keeps the unit. */
  readonly name: UnitName;
  readonly settings: Settings;
  readonly messages: readonly UnitMessage[];
  /**
   * How reading the unit’s own file ended. `error`: not at its end. `bad-setting`: at a line that
   * is fatal; the drop-ins are then not read. Of a drop-in, systemd only leaves out the rest,
   * whatever is in it.
   */
  readonly loadState: 'loaded' | 'error' | 'bad-setting';
}

/**
 * Reads the unit’s own file and then its drop-ins. Never throws.
 *
 * In its own file the specifiers of a name are those of the name that was asked for; systemd learns
 * by which name it keeps the unit only afterwards (`merge_by_names()`).
 */
export function readUnit(
  { asked, names, fragment, dropIns }: FoundUnit,
  manager: Manager,
  rules: SystemdRules,
): UnitReading {
  const { path } = fragment;
  const reading: Reading = {
    type: asked.type,
    specifiers: { name: asked, fragment: path, manager, rules },
    ...{ rules, settings: {}, messages: [] },
  };
  const loadState = readFile(fragment, reading);
  if (loadState === 'loaded') {
    reading.specifiers = { name: names[0], fragment: path, manager, rules };
    for (const dropIn of dropIns) readFile(dropIn, reading);
  }
  const { settings, messages } = reading;
  return { name: names[0], settings, messages, loadState };
}

/** The value in effect, assigned or not. */
export function valueOf<D extends Directive>(settings: Settings, directive: D): DirectiveValues[D] {
  const setting: Setting<DirectiveValues[D]> | undefined = settings[directive];
  return setting === undefined ? directives[directive].initial : setting.value;
}

interface Reading {
  readonly type: UnitType;
  specifiers: SpecifierContext;
  readonly rules: SystemdRules;
  settings: Settings;
  readonly messages: UnitMessage[];
}

type Report = AssignmentContext['report'];

/** `config_parse()` and `parse_line()`, where lines have a meaning. */
function readFile(file: SourceFile, reading: Reading): UnitReading['loadState'] {
  const { path } = file;
  const { type, rules, messages } = reading;
  const report: Report = (problem, piece, loss = unitProblems[problem].loss) => {
    messages.push({ path, span: spanOf(piece), problem, subject: piece.text, loss });
  };
  let section: string | null = null;
  let skipping = false;
  for (const line of linesOf(file)) {
    switch (line.kind) {
      case 'blank':
      case 'comment':
        break;
      case 'section': {
        if (line.name.text === '' && rules.emptySectionIsInvalid) {
          report('bad-section-header', line.name);
          return 'error';
        }
        const status = sectionStatus(line.name.text, type);
        section = status === 'known' ? line.name.text : null;
        skipping = status !== 'known';
        if (status === 'unknown') report('unknown-section', line.name);
        break;
      }
      case 'broken':
        if (endsFile(line.fault)) {
          report(line.fault, line.piece);
          return 'error';
        }
        if (section !== null) report(line.fault, line.piece);
        else if (!skipping) report('assignment-outside-section', line.piece);
        break;
      case 'assignment': {
        if (section === null) {
          if (!skipping) report('assignment-outside-section', line.key);
          break;
        }
        const status = keyStatus(section, line.key.text, rules.version);
        if (status === 'unknown') report('unknown-key', line.key);
        if (status === 'removed') report('removed-key', line.key);
        const directive = directiveIn(type, section, line.key.text);
        if (status !== 'known' || directive === null) break;
        if (!assign(directive, line, path, reading, report)) return 'bad-setting';
      }
    }
  }
  return 'loaded';
}

/** In a mount, `Type=` is that of the file system. */
function directiveIn(type: UnitType, section: string, key: string): Directive | null {
  if (section === 'Unit') return directiveOf(key, section);
  const directive = section === ownSection(type) ? directiveOf(key) : null;
  return directive === 'Type' && type !== 'service' ? null : directive;
}

/** @returns whether systemd reads on */
// The compiler sees that a directive's rule and setting belong together by the type parameter only.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
function assign<D extends Directive>(
  directive: D,
  { span, key, value }: Assignment,
  path: string,
  reading: Reading,
  report: Report,
): boolean {
  const { settings, specifiers, rules } = reading;
  const before: Setting<DirectiveValues[D]> | undefined = settings[directive];
  const { initial, assign: change } = directives[directive];
  const context = { key: key.text, specifiers, rules, report };
  const changed = change(before === undefined ? initial : before.value, value, context);
  if (changed.kind !== 'ignored') {
    const others = changed.kind === 'set' && changed.alone ? [] : (before?.origins ?? []);
    const setting = { value: changed.value, origins: [...others, { path, span, value }] };
    reading.settings = { ...settings, [directive]: setting };
  }
  return changed.kind !== 'refused';
}
