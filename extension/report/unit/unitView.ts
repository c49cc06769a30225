import type { FixStep } from '../../fixes/fix.ts';
import type { NewFile, UnitFix } from '../../fixes/unitFix.ts';
import { formatUnitName } from '../../model/unit/unitName.ts';
import {
  allNamed,
  emptySet,
  names,
  without,
  type CapabilitySet,
} from '../../model/capabilitySet.ts';
import type { Reason } from '../../model/reason.ts';
import type { OperationVerdict } from '../../model/judge.ts';
import type { OperationId } from '../../model/operations.ts';
import { directiveOf, type Directive } from '../../model/unit/directives.ts';
import type { CommandJudgement } from '../../model/unit/judgeUnit.ts';
import { ignoreComment, ignorePlace } from '../../model/unit/ignoreComment.ts';
import { spanOf, type Span } from '../../model/unit/piece.ts';
import type { Origin, Setting, Settings } from '../../model/unit/unit.ts';
import { filesOf, type SourceFile } from '../../model/unit/unitSources.ts';
import type { UnitFinding } from '../../rules/unit/unitRule.ts';
import { systemUnitRepair } from '../../rules/unit/userServiceRepairs.ts';
import {
  lineStarts,
  placeAt,
  type LintedUnit,
  type Place,
  type UnreadFile,
} from '../lint/lintReport.ts';
import { describeReason } from '../reasonText.ts';
import { verdictWord } from '../verdictText.ts';

/** What an editor shows of a unit, or why it shows nothing. */
export type UnitReading =
  | { readonly kind: 'view'; readonly view: UnitView }
  | { readonly kind: 'unjudged'; readonly why: string };

export interface UnitView {
  /** `vpn.service, system manager, systemd 257`. */
  readonly title: string;
  readonly name: string;
  /** The unit’s own file. */
  readonly path: string;
  /** Those that systemd applies, in their order. */
  readonly dropIns: readonly string[];
  readonly unread: readonly UnreadFile[];
  readonly findings: readonly FindingView[];
  readonly commands: readonly CommandView[];
  /** What is assigned, by directive. */
  readonly settings: readonly SettingView[];
  /** What a file of systemd-networkd assigns, in a section each; null for a unit. */
  readonly networkd: readonly KeyView[] | null;
  /** A user unit as one of the system manager; null where it would not do there what it wants. */
  readonly asSystemUnit: FixView | null;
}

export interface PlaceView {
  readonly file: string;
  readonly start: Place;
  readonly end: Place;
}

export interface FindingView extends Omit<UnitFinding, 'file' | 'span' | 'fixes' | 'related'> {
  readonly place: PlaceView;
  /** Other places that have a part in it. */
  readonly related: readonly { readonly place: PlaceView; readonly text: string }[];
  readonly fixes: readonly FixView[];
  /** The comment that ignores it but for the reason, and where a line for it begins. */
  readonly ignoring: { readonly place: PlaceView; readonly comment: string };
}

export interface FixView {
  readonly title: string;
  /** What it brings and what it costs; empty where the edits say it. */
  readonly remark: string;
  readonly safe: boolean;
  readonly preferred: boolean;
  readonly edits: readonly { readonly place: PlaceView; readonly replacement: string }[];
  readonly creates: readonly NewFile[];
  /** Run after the edits are made and the files are there. */
  readonly steps: readonly FixStep[];
  /** Take back what the steps and the created files changed. */
  readonly inverse: readonly FixStep[];
}

export interface CommandView {
  readonly place: PlaceView;
  /** `ExecStart=/usr/bin/vpn`. */
  readonly line: string;
  /** `starts · tun.create EPERM · socket.raw allowed`: of what the unit wants, or of all if that is unknown. */
  readonly outcome: string;
  /** Whether it starts and gets what the unit wants. */
  readonly prospect: 'good' | 'bad' | 'unknown';
  /** Why: the steps of systemd, then those of each operation. */
  readonly chapters: readonly Chapter[];
}

export interface Chapter {
  readonly title: string;
  readonly steps: readonly { readonly text: string; readonly places: readonly PlaceView[] }[];
}

export interface SettingView {
  readonly directive: Directive;
  readonly value: string;
  readonly origins: readonly { readonly place: PlaceView; readonly text: string }[];
}

export interface KeyView extends Omit<SettingView, 'directive'> {
  readonly section: string;
  readonly key: string;
}

/** What is to be shown of a unit. */
export function unitReading(linted: Exclude<LintedUnit, { kind: 'networkd' }>): UnitReading {
  if (linted.kind === 'judged') return { kind: 'view', view: unitView(linted) };
  const { path } = linted;
  if (linted.kind === 'unread') return { kind: 'unjudged', why: linted.why };
  return {
    kind: 'unjudged',
    why: `The unit is masked, so that systemd starts nothing of it: ${path} is empty or leads to /dev/null.`,
  };
}

function unitView({ judged, findings, unread }: Judged): UnitView {
  const { unit, reading, system, judgement, wanted } = judged;
  const viewer = placesOf(filesOf(unit));
  return {
    title: `${formatUnitName(unit.names[0])}, ${system.manager.scope} manager, systemd ${String(system.rules.version)}`,
    name: formatUnitName(unit.names[0]),
    path: unit.fragment.path,
    dropIns: unit.dropIns.map(({ path }) => path),
    unread,
    findings: findings.map((finding) =>
      findingView(finding, filesOf(unit), originsOf(reading.settings), viewer),
    ),
    commands: judgement.commands.map((command) => commandView(command, wanted, viewer)),
    asSystemUnit: systemUnitRepair(judged).map((fix) => fixView(fix, viewer))[0] ?? null,
    settings: settingsOf(reading.settings).map(([directive, setting]) => ({
      directive,
      value: settingText(setting),
      origins: setting.origins.map((origin) => originView(origin, viewer)),
    })),
    networkd: null,
  };
}

function originsOf(settings: Settings): readonly (readonly Origin[])[] {
  return settingsOf(settings).map(([, { origins }]) => origins);
}

type Judged = Extract<LintedUnit, { kind: 'judged' }>;

type Viewer = (file: string, span: Span) => PlaceView;

export function placesOf(files: readonly SourceFile[]): Viewer {
  const starts = new Map(files.map(({ path, text }) => [path, lineStarts(text)]));
  return (file, { start, end }) => {
    const lines = starts.get(file) ?? [0];
    return { file, start: placeAt(start, lines), end: placeAt(end, lines) };
  };
}

/** @param settings where each setting comes from */
export function findingView(
  { file, span, fixes, related = [], ...finding }: UnitFinding,
  files: readonly SourceFile[],
  settings: readonly (readonly Origin[])[],
  place: Viewer,
): FindingView {
  const source = files.find(({ path }) => path === file);
  const above = source === undefined ? span.start : ignorePlace(source, span.start);
  const touched = settings.filter((origins) => origins.some((origin) => isAt(origin, file, span)));
  const others = touched.flat().filter((origin) => !isAt(origin, file, span));
  return {
    ...finding,
    place: place(file, span),
    related: [
      ...related.map((each) => ({ place: place(each.file, each.span), text: each.text })),
      ...others.map((origin) => originView(origin, place)),
    ],
    fixes: fixes.map((fix) => fixView(fix, place)),
    ignoring: {
      place: place(file, { start: above, end: above }),
      comment: ignoreComment(finding.rule),
    },
  };
}

function fixView(fix: UnitFix, place: Viewer): FixView {
  return {
    title: fix.title,
    remark: fix.remark ?? '',
    safe: fix.applicability === 'safe',
    preferred: fix.preferred ?? false,
    creates: fix.creates ?? [],
    steps: fix.steps ?? [],
    inverse: fix.inverse ?? [],
    edits: fix.edits.map((edit) => ({
      place: place(edit.file, edit.span),
      replacement: edit.replacement,
    })),
  };
}

function isAt(origin: Origin, file: string, span: Span): boolean {
  return origin.path === file && origin.span.start <= span.start && span.end <= origin.span.end;
}

export function originView({ path, value }: Origin, place: Viewer) {
  return { place: place(path, spanOf(value)), text: value.text };
}

function commandView(
  { execution, start, verdicts, reasons }: CommandJudgement,
  wanted: ReadonlySet<OperationId>,
  place: Viewer,
): CommandView {
  const { directive, command, origin, assumptions } = execution;
  const judged = verdicts ?? [];
  const meant = judged.filter(({ operation }) => wanted.has(operation));
  const told = meant.length === 0 ? judged : meant;
  const words = told.map(({ operation, verdict }) => `${operation} ${verdictWord(verdict)}`);
  return {
    place: place(origin, spanOf(command.piece)),
    line: `${directive}=${command.piece.text}`,
    outcome: [startText(start), ...words].join(' · '),
    prospect: prospectOf(start, meant),
    chapters: [
      {
        title: startText(start),
        steps: [
          ...reasons.map((reason) => stepView(reason, place)),
          ...assumptions.map((text) => ({ text: `supposed: ${text}`, places: [] })),
        ],
      },
      ...judged.map(({ operation, verdict }) => ({
        title: `${operation} ${verdictWord(verdict)}`,
        steps:
          verdict.kind === 'unknown'
            ? verdict.unseen.map((text) => ({ text: `not seen: ${text}`, places: [] }))
            : verdict.reasons
                .filter((reason) => !reasons.includes(reason))
                .map((reason) => stepView(reason, place)),
      })),
    ],
  };
}

function prospectOf(
  start: CommandJudgement['start'],
  meant: readonly OperationVerdict[],
): CommandView['prospect'] {
  if (start === 'unknown') return 'unknown';
  const isDenied = meant.some(({ verdict }) => verdict.kind === 'denied');
  return (start === 'ok' || start === 'skipped') && !isDenied ? 'good' : 'bad';
}

function startText(start: CommandJudgement['start']): string {
  switch (start) {
    case 'ok':
      return 'starts';
    case 'skipped':
      return 'is passed over';
    case 'unknown':
      return 'start unknown';
    default:
      return `does not start: ${start}`;
  }
}

function stepView(reason: Reason, place: Viewer): Chapter['steps'][number] {
  const setting = 'setting' in reason ? reason.setting : null;
  const origins = setting?.origins ?? [];
  return {
    text: describeReason(reason),
    places: origins.map(({ path, value }) => place(path, spanOf(value))),
  };
}

function settingsOf(settings: Settings): readonly (readonly [Directive, Setting<unknown>])[] {
  return Object.entries(settings).flatMap(([key, setting]) => {
    const directive = directiveOf(key);
    return directive === null ? [] : [[directive, setting] as const];
  });
}

/** The value in effect where a word says it, else what it was made of. */
function settingText({ value, origins }: Setting<unknown>): string {
  if (value === null) return 'not set';
  if (typeof value === 'bigint') return capabilitiesText(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  const written = origins.map((origin) => origin.value.text).filter((text) => text !== '');
  return written.length === 0 ? 'nothing' : written.join(' ');
}

function capabilitiesText(set: CapabilitySet): string {
  const missing = without(allNamed, set);
  if (set === emptySet) return 'no capability';
  if (missing === emptySet) return 'all capabilities';
  const upper = (each: CapabilitySet) => names(each).join(' ').toUpperCase();
  return names(missing).length < names(set).length ? `all but ${upper(missing)}` : upper(set);
}
