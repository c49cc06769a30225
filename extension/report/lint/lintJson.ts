import type { OperationVerdict } from '../../model/judge.ts';
import type { CommandJudgement } from '../../model/unit/judgeUnit.ts';
import type { Reason } from '../../model/reason.ts';
import { spanOf, type Span } from '../../model/unit/piece.ts';
import type { JudgedNetworkd } from '../../rules/networkd/networkdRule.ts';
import type { JudgedUnit, UnitFinding } from '../../rules/unit/unitRule.ts';
import { credentialsJson } from '../json.ts';
import {
  filesOfLinted,
  lineStarts,
  nameOfLinted,
  placeAt,
  type LintedUnit,
  type Place,
} from './lintReport.ts';
import { networkdOutcome } from '../unit/networkdText.ts';
import { reasonRecord } from '../reasonRecord.ts';
import { describeReason } from '../reasonText.ts';
import { verdictWord } from '../verdictText.ts';

/** The report of `capwright lint --json`; `schema` changes when a field changes its meaning. */
export function lintJson(version: number, units: readonly LintedUnit[]): object {
  return { schema: 'capwright.lint/1', systemd: version, units: units.map(unitJson) };
}

function unitJson(linted: LintedUnit): object {
  if (linted.kind === 'masked') {
    const { asked, scope, path } = linted;
    return { asked, path, manager: scope, loadState: 'masked', ...nothing };
  }
  if (linted.kind === 'unread') {
    const { asked, path, why } = linted;
    return { asked, path, loadState: 'unread', why, ...nothing };
  }
  const starts = new Map(filesOfLinted(linted).map(({ path, text }) => [path, lineStarts(text)]));
  const range = (path: string, span: Span) => rangeOf(span, starts.get(path) ?? [0]);
  const { asked, findings, ignored, unread } = linted;
  const { fragment, dropIns } = linted.kind === 'judged' ? linted.judged.unit : linted.judged.file;
  return {
    asked,
    name: nameOfLinted(linted),
    path: fragment.path,
    dropIns: dropIns.map(({ path }) => path),
    unread,
    ...(linted.kind === 'judged' ? ofUnit(linted.judged, starts) : ofNetworkd(linted.judged)),
    findings: findings.map((finding) => findingJson(finding, range)),
    ignored: ignored.map(({ finding, reason, comment }) => ({
      ...findingJson(finding, range),
      ignored: { reason, range: range(finding.file, comment) },
    })),
  };
}

type Starts = ReadonlyMap<string, readonly number[]>;

function ofUnit({ system, judgement }: JudgedUnit, starts: Starts): object {
  return {
    manager: system.manager.scope,
    loadState: judgement.refusal?.status ?? 'loaded',
    outcome: judgement.commands.map((command) => commandJson(command, starts)),
  };
}

/** `device` is what a .netdev file makes, with the ids of owner and group; null where it makes none. */
function ofNetworkd(judged: JudgedNetworkd): object {
  const { subject } = judged;
  const { text } = networkdOutcome(judged);
  const shared = { manager: 'networkd', does: text, outcome: [] };
  if (subject.type === 'network') {
    const { isEmpty, broken } = subject.network;
    return { ...shared, loadState: isEmpty || broken !== null ? 'not-used' : 'loaded' };
  }
  const { outcome } = subject;
  const loadState = outcome.kind === 'not-made' ? outcome.why.cause : outcome.kind;
  if (outcome.kind !== 'made') return { ...shared, loadState, device: null };
  const { name, layer, owner, group, multiQueue } = outcome.device;
  const device = { name, kind: layer, owner, group, multiQueue, keptOpen: outcome.kept };
  return { ...shared, loadState, device };
}

/** The lists of a unit of which nothing is read. */
const nothing = { dropIns: [], unread: [], findings: [], ignored: [], outcome: [] };

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
  starts: Starts,
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
