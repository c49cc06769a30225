import type { UnitFix } from '../../fixes/unitFix.ts';
import { spanOf, type Span } from '../../model/unit/piece.ts';
import type { SourceFile } from '../../model/unit/unitSources.ts';
import type { IgnoredFinding } from '../../rules/unit/ignoredBy.ts';
import type { Severity } from '../../rules/finding.ts';
import { findNetworkdRule } from '../../rules/networkd/index.ts';
import type { JudgedNetworkd } from '../../rules/networkd/networkdRule.ts';
import type { RulePage } from '../../rules/rule.ts';
import { findUnitRule } from '../../rules/unit/index.ts';
import type { JudgedUnit, UnitFinding } from '../../rules/unit/unitRule.ts';
import { fingerprint } from './fingerprint.ts';
import {
  filesOfLinted,
  isLinted,
  lineStarts,
  nameOfLinted,
  placeAt,
  type LintedFiles,
  type LintedUnit,
} from './lintReport.ts';
import { networkdOutcome } from '../unit/networkdText.ts';
import { manualUrl } from '../manualPage.ts';
import { describeReason } from '../reasonText.ts';
import { ruleMarkdown } from '../ruleText.ts';

/** What a log tells besides the findings. */
export interface SarifRun {
  /** Of Capwright. */
  readonly version: string;
  /** The release of systemd. */
  readonly systemd: number;
  /** The absolute path to which the paths of files below it are told. */
  readonly base: string;
  readonly exitStatus: number;
}

/**
 * The report of `capwright lint --sarif`: SARIF 2.1.0. What is ignored is a suppressed result; what could not be read,
 * and a start that fails, are notifications.
 */
export function lintSarif(run: SarifRun, units: readonly LintedUnit[]): object {
  const judged = units.filter(isLinted);
  const rules = rulesOf(judged);
  return {
    $schema:
      'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'Capwright', version: run.version, rules: rules.map(ruleDescriptor) },
        },
        originalUriBaseIds: { [sourceRoot]: { uri: `file://${encoded(`${run.base}/`)}` } },
        columnKind: 'utf16CodeUnits',
        newlineSequences: ['\r\n', '\n', '\r'],
        defaultEncoding: 'utf-8',
        invocations: [
          {
            executionSuccessful: units.every(({ kind }) => kind !== 'unread'),
            exitCode: run.exitStatus,
            toolExecutionNotifications: units.flatMap((unit) => notifications(unit, run.base)),
          },
        ],
        results: judged.flatMap((unit) => resultsOf(unit, rules, run.base)),
        properties: { systemd: run.systemd },
      },
    ],
  };
}

const sourceRoot = '%SRCROOT%';

/** Those that have a result, in the order of their ids. */
function rulesOf(units: readonly LintedFiles[]): readonly RulePage[] {
  const found = units.flatMap(({ findings, ignored }) => [
    ...findings,
    ...ignored.map(({ finding }) => finding),
  ]);
  return [...new Set(found.map(({ rule }) => rule))]
    .toSorted()
    .flatMap((id) => findUnitRule(id) ?? findNetworkdRule(id) ?? []);
}

function ruleDescriptor(rule: RulePage): object {
  const { id, category, severity, summary, explanation, citations } = rule;
  const url = citations.map(manualUrl).find((each) => each !== null);
  return {
    id,
    shortDescription: { text: `${summary}.` },
    fullDescription: { text: `${summary}.` },
    help: { text: explanation.trim(), markdown: ruleMarkdown(rule) },
    ...(url === undefined ? {} : { helpUri: url }),
    defaultConfiguration: { level: levelOf(severity) },
    properties: { tags: [category] },
  };
}

function levelOf(severity: Severity): 'error' | 'warning' | 'note' {
  return severity === 'information' ? 'note' : severity;
}

function resultsOf(unit: LintedFiles, rules: readonly RulePage[], base: string): readonly object[] {
  const { root, findings, ignored } = unit;
  const sources: Sources = { files: filesOfLinted(unit), root, base };
  const alike = new Map<string, number>();
  const told = (finding: UnitFinding, by: IgnoredFinding | null): object => {
    const line = lineAt(sources, finding);
    const key = [finding.rule, nameOfLinted(unit), line].join('\n');
    const before = alike.get(key) ?? 0;
    alike.set(key, before + 1);
    return {
      ruleId: finding.rule,
      ruleIndex: rules.findIndex(({ id }) => id === finding.rule),
      level: levelOf(finding.severity),
      message: { text: finding.message },
      locations: [location(sources, finding.file, finding.span)],
      relatedLocations: (finding.related ?? []).map(({ file, span, text }, id) => ({
        id,
        ...location(sources, file, span),
        message: { text },
      })),
      fixes: finding.fixes.filter(isOfEdits).map((fix) => fixOf(sources, fix)),
      partialFingerprints: { 'ruleOnLine/v1': fingerprint(`${key}\n${String(before)}`) },
      suppressions: by === null ? [] : [suppression(sources, by)],
      properties: { confidence: finding.confidence },
    };
  };
  return [
    ...findings.map((finding) => told(finding, null)),
    ...ignored.map((each) => told(each.finding, each)),
  ];
}

/** Where the files of a unit lie, and what they say. */
interface Sources {
  readonly files: readonly SourceFile[];
  readonly root: string;
  readonly base: string;
}

/** It stays the same when lines come and go before it. */
function lineAt({ files }: Sources, { file, span }: UnitFinding): string {
  const text = files.find(({ path }) => path === file)?.text ?? '';
  const { line } = placeAt(span.start, lineStarts(text));
  return (text.split(/\r\n|\n|\r/)[line] ?? '').trim();
}

function suppression(sources: Sources, { finding, reason, comment }: IgnoredFinding): object {
  return {
    kind: 'inSource',
    justification: reason,
    location: location(sources, finding.file, comment),
  };
}

/** SARIF knows edits of files that are there, and neither new files nor commands. */
function isOfEdits({ edits, creates = [], steps = [] }: UnitFix): boolean {
  return edits.length > 0 && creates.length === 0 && steps.length === 0;
}

function fixOf(sources: Sources, { title, remark = '', edits }: UnitFix): object {
  const files = [...new Set(edits.map(({ file }) => file))];
  return {
    description: { text: remark === '' ? title : `${title}. ${remark}` },
    artifactChanges: files.map((file) => ({
      artifactLocation: artifactLocation(sources, file),
      replacements: edits
        .filter((edit) => edit.file === file)
        .map(({ span, replacement }) => ({
          deletedRegion: region(sources, file, span),
          insertedContent: { text: replacement },
        })),
    })),
  };
}

function location(sources: Sources, file: string, span: Span): object {
  return {
    physicalLocation: {
      artifactLocation: artifactLocation(sources, file),
      region: region(sources, file, span),
    },
  };
}

/** Lines and columns from one, the end excluded. */
function region({ files }: Sources, file: string, { start, end }: Span): object {
  const starts = lineStarts(files.find(({ path }) => path === file)?.text ?? '');
  const from = placeAt(start, starts);
  const to = placeAt(end, starts);
  return {
    startLine: from.line + 1,
    startColumn: from.character + 1,
    endLine: to.line + 1,
    endColumn: to.character + 1,
  };
}

function artifactLocation({ root, base }: Omit<Sources, 'files'>, file: string): object {
  const path = root === '/' ? file : `${root}${file}`;
  const folder = base === '/' ? '/' : `${base}/`;
  return path.startsWith(folder)
    ? { uri: encoded(path.slice(folder.length)), uriBaseId: sourceRoot }
    : { uri: `file://${encoded(path)}` };
}

function encoded(path: string): string {
  return path
    .replaceAll(/\/{2,}/g, '/')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

/** What is not known of a unit, and what systemd refuses of it. */
function notifications(unit: LintedUnit, base: string): readonly object[] {
  if (unit.kind === 'masked') return [];
  if (unit.kind === 'unread') return [unreadFile(unit, { root: '/', base })];
  const { root, unread } = unit;
  const sources: Sources = { files: filesOfLinted(unit), root, base };
  return [
    ...unread.map((each) => unreadFile(each, sources)),
    ...(unit.kind === 'judged'
      ? failingStarts(unit.judged, sources)
      : unmadeDevice(unit.judged, sources)),
  ];
}

function failingStarts({ unit, judgement }: JudgedUnit, sources: Sources): readonly object[] {
  const { refusal, commands } = judgement;
  if (refusal !== null) {
    const { path } = unit.fragment;
    return [
      {
        level: 'error',
        message: { text: `${refusal.status}: ${describeReason(refusal.reason)}` },
        locations: [{ physicalLocation: { artifactLocation: artifactLocation(sources, path) } }],
      },
    ];
  }
  return commands
    .filter(({ start }) => start !== 'ok' && start !== 'skipped')
    .map(({ execution: { directive, command, origin }, start, reasons }) => ({
      level: start === 'unknown' ? 'note' : 'error',
      message: {
        text: [`${directive}=${command.piece.text}: ${start}`, ...reasons.map(describeReason)].join(
          '. ',
        ),
      },
      locations: [location(sources, origin, spanOf(command.piece))],
    }));
}

/** A file of systemd-networkd of which nothing comes. */
function unmadeDevice(judged: JudgedNetworkd, sources: Sources): readonly object[] {
  const { text, prospect } = networkdOutcome(judged);
  if (prospect !== 'bad') return [];
  const { path } = judged.file.fragment;
  return [
    {
      level: 'error',
      message: { text: `${judged.file.name} ${text}` },
      locations: [{ physicalLocation: { artifactLocation: artifactLocation(sources, path) } }],
    },
  ];
}

function unreadFile(
  { path, why }: { readonly path: string; readonly why: string },
  sources: Omit<Sources, 'files'>,
): object {
  return {
    level: 'error',
    message: { text: `Not read: ${why}` },
    locations: [{ physicalLocation: { artifactLocation: artifactLocation(sources, path) } }],
  };
}
