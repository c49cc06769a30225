import { toHex } from '../../model/capabilitySet.ts';
import type { Credentials } from '../../model/credentials.ts';
import type { CommandJudgement } from '../../model/unit/judgeUnit.ts';
import { filesOf, type SourceFile } from '../../model/unit/unitSources.ts';
import type { IgnoredFinding } from '../../rules/unit/ignoredBy.ts';
import type { UnitFinding } from '../../rules/unit/unitRule.ts';
import { lineStarts, placeAt, type LintedUnit, type UnreadFile } from './lintReport.ts';
import { networkdOutcome } from '../unit/networkdText.ts';
import { printable } from '../printable.ts';
import { describeReason } from '../reasonText.ts';
import type { TextStyle } from '../text.ts';
import { unitFixLines } from '../unit/unitFixText.ts';
import { verdictWord } from '../verdictText.ts';

/** The findings of units and what becomes of their commands, for a terminal. */
export function lintText(units: readonly LintedUnit[], style: TextStyle): string {
  return `${units.map((unit) => unitLines(unit, style).join('\n')).join('\n\n')}\n`;
}

function unitLines(linted: LintedUnit, style: TextStyle): readonly string[] {
  if (linted.kind === 'masked') {
    return [`${style.strong(printable(linted.path))}   ${style.faint('masked: it cannot start')}`];
  }
  if (linted.kind === 'unread') {
    const { path, why } = linted;
    return [`${style.strong(printable(path))}   ${style.faint(`not read: ${printable(why)}`)}`];
  }
  if (linted.kind === 'networkd') return networkdLines(linted, style);
  const { judged, findings, ignored, unread } = linted;
  const { unit, system, judgement } = judged;
  const heading = `${style.strong(printable(unit.fragment.path))}   ${style.faint(
    `${system.manager.scope} manager, systemd ${String(system.rules.version)}`,
  )}`;
  return [
    heading,
    ...unreadLines(unread, style),
    ...findingLines(findings, filesOf(unit), style),
    ...ignoredLines(ignored, style),
    ...(judgement.refusal === null
      ? []
      : [`  ${style.bad('✕')} ${printable(describeReason(judgement.refusal.reason))}`]),
    ...judgement.commands.flatMap((command) => commandLines(command, style)),
  ];
}

function networkdLines(
  { judged, findings, ignored, unread }: Extract<LintedUnit, { kind: 'networkd' }>,
  style: TextStyle,
): readonly string[] {
  const { file, rules } = judged;
  const { text, prospect } = networkdOutcome(judged);
  const sign = { good: style.good('✓'), bad: style.bad('✕'), unknown: style.faint('·') }[prospect];
  const about = style.faint(`systemd-networkd ${String(rules.version)}`);
  return [
    `${style.strong(printable(file.fragment.path))}   ${about}`,
    ...unreadLines(unread, style),
    ...findingLines(findings, filesOf(file), style),
    ...ignoredLines(ignored, style),
    `  ${sign} ${printable(text)}`,
  ];
}

function unreadLines(unread: readonly UnreadFile[], style: TextStyle): readonly string[] {
  return unread.map(
    ({ path, why }) => `  ${style.faint(`not read: ${printable(path)}: ${printable(why)}`)}`,
  );
}

function findingLines(
  findings: readonly UnitFinding[],
  files: readonly SourceFile[],
  style: TextStyle,
): readonly string[] {
  return findings.flatMap((finding) => [
    findingLine(finding, files, style),
    ...finding.fixes.flatMap((fix) => unitFixLines(fix, files, style)),
  ]);
}

/** How many there are, and of which rules: the JSON has them whole. */
function ignoredLines(ignored: readonly IgnoredFinding[], style: TextStyle): readonly string[] {
  if (ignored.length === 0) return [];
  const rules = [...new Set(ignored.map(({ finding }) => finding.rule))];
  const count = `${String(ignored.length)} ${ignored.length === 1 ? 'finding' : 'findings'}`;
  return [`  ${style.faint(`${count} ignored: ${rules.join(', ')}`)}`];
}

function findingLine(
  { file, span, severity, message, rule }: UnitFinding,
  files: readonly SourceFile[],
  style: TextStyle,
): string {
  const source = files.find(({ path }) => path === file);
  const { line, character } = placeAt(span.start, lineStarts(source?.text ?? ''));
  const place = `${printable(file)}:${String(line + 1)}:${String(character + 1)}`;
  const word = severity === 'information' ? severity : style.bad(severity);
  return `${place}: ${word}: ${printable(message)} ${style.faint(`[${rule}]`)}`;
}

function commandLines(
  { execution, start, credentials, verdicts, reasons }: CommandJudgement,
  style: TextStyle,
): readonly string[] {
  const { directive, command, assumptions } = execution;
  const good = start === 'ok' || start === 'skipped';
  const head = `  ${good ? style.good('✓') : style.bad('✕')} ${directive}=${printable(command.piece.text)}`;
  const words = (verdicts ?? []).map(
    ({ operation, verdict }) => `${operation} ${verdictWord(verdict)}`,
  );
  return [
    start === 'ok' ? head : `${head}   ${style.strong(start)}`,
    ...(credentials === null ? [] : [`      ${credentialsLine(credentials)}`]),
    ...(words.length === 0 ? [] : [`      ${words.join(' · ')}`]),
    ...(good ? [] : reasons.map((reason) => `      ${printable(describeReason(reason))}`)),
    ...assumptions.map((text) => `      ${style.faint(`supposed: ${printable(text)}`)}`),
  ];
}

function credentialsLine({ uid, gid, effective, noNewPrivs, userNamespace }: Credentials): string {
  const parts = [
    `uid ${String(uid.effective)}`,
    `gid ${String(gid.effective)}`,
    `effective ${toHex(effective)}`,
    ...(noNewPrivs ? ['no_new_privs'] : []),
    ...(userNamespace.parent === null ? [] : ['a user namespace of its own']),
  ];
  return parts.join(', ');
}
