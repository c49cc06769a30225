import type { OperationVerdict } from '../model/judge.ts';
import type { CommandJudgement } from '../model/unit/judgeUnit.ts';
import type { Reason } from '../model/reason.ts';
import { spanOf, type Span } from '../model/unit/piece.ts';
import { formatUnitName } from '../model/unit/unitName.ts';
import { filesOf } from '../model/unit/unitSources.ts';
import type { UnitFinding } from '../rules/unit/unitRule.ts';
import { credentialsJson } from './json.ts';
import { lineStarts, placeAt, type LintedUnit, type Place } from './lintReport.ts';
import { reasonRecord } from './reasonRecord.ts';
import { describeReason } from './reasonText.ts';
import { verdictWord } from './verdictText.ts';

/** The report of `capwright lint --json`; `schema` changes when a field changes its meaning. */
export function lintJson(version: number, units: readonly LintedUnit[]): object {
  return { schema: 'capwright.lint/1', systemd: version, units: units.map(unitJson) };
}

function unitJson(linted: LintedUnit): object {
  if (linted.kind === 'masked') {
    const { asked, scope, path } = linted;
    return {
      asked,
      path,
      manager: scope,
      loadState: 'masked',
      findings: [],
      ignored: [],
      outcome: [],
    };
  }
  if (linted.kind === 'unread') {
    const { asked, path, why } = linted;
    return { asked, path, loadState: 'unread', why, findings: [], ignored: [], outcome: [] };
  }
  const { asked, judged, findings, ignored, unread } = linted;
  const { unit, system, judgement } = judged;
  const starts = new Map(filesOf(unit).map(({ path, text }) => [path, lineStarts(text)]));
  const range = (path: string, span: Span) => rangeOf(span, starts.get(path) ?? [0]);
  return {
    asked,
    name: formatUnitName(unit.names[0]),
    path: unit.fragment.path,
    dropIns: unit.dropIns.map(({ path }) => path),
    unread,
    manager: system.manager.scope,
    loadState: judgement.refusal?.status ?? 'loaded',
    findings: findings.map((finding) => findingJson(finding, range)),
    ignored: ignored.map(({ finding, reason, comment }) => ({
      ...findingJson(finding, range),
      ignored: { reason, range: range(finding.file, comment) },
    })),
    outcome: judgement.commands.map((command) => commandJson(command, starts)),
  };
}

type Range = { readonly start: Place; readonly end: Place };

function findingJson(
  { span, fixes, related = [], reasons = [], ...finding }: UnitFinding,
  range: (path: string, span: Span) => Range,
): object {
  return {
    ...finding,
    range: range(finding.file, span),
    related: related.map(({ span: place, ...rest }) => ({
      ...rest,
      range: range(rest.file, place),
    })),
    reasons: reasons.map(reasonJson),
    fixes: fixes.map((fix) => ({
      title: fix.title,
      remark: fix.remark ?? null,
      applicability: fix.applicability,
      preferred: fix.preferred ?? false,
      needs: fix.needs ?? 'nothing',
      edits: fix.edits.map(({ file, span: place, replacement }) => ({
        file,
        range: range(file, place),
        replacement,
      })),
      creates: fix.creates ?? [],
      steps: fix.steps ?? [],
      inverse: fix.inverse ?? [],
    })),
  };
}

function reasonJson(reason: Reason): object {
  return { ...reasonRecord(reason), text: describeReason(reason) };
}

function commandJson(
  { execution, start, credentials, verdicts, reasons }: CommandJudgement,
  starts: ReadonlyMap<string, readonly number[]>,
): object {
  const { directive, command, origin, assumptions, unseen } = execution;
  const { piece } = command;
  return {
    directive,
    command: piece.text,
    file: origin,
    range: rangeOf(spanOf(piece), starts.get(origin) ?? [0]),
    start,
    credentials: credentials === null ? null : credentialsJson(credentials),
    verdicts: verdictsJson(verdicts),
    assumptions,
    unseen,
    reasons: reasons.map(reasonJson),
  };
}

/** By operation; null where the program does not run at all. */
function verdictsJson(verdicts: readonly OperationVerdict[] | null): object | null {
  if (verdicts === null) return null;
  return Object.fromEntries(
    verdicts.map(({ operation, verdict }) => [operation, verdictWord(verdict)]),
  );
}

function rangeOf({ start, end }: Span, starts: readonly number[]): Range {
  return { start: placeAt(start, starts), end: placeAt(end, starts) };
}
