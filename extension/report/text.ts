import type { PathJudgement } from '../model/judge.ts';
import type { Operation } from '../model/operations.ts';
import { reasonSource, type Reason } from '../model/reason.ts';
import type { Launcher } from '../model/system.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Fix, FixStep } from '../fixes/fix.ts';
import type { CheckReport } from './checkReport.ts';
import { launcherSentences } from './launcherText.ts';
import { printable } from './printable.ts';
import { describeReason, reasonEffect } from './reasonText.ts';
import { shellWords } from './shellWords.ts';
import { programSummary } from './subject.ts';

/** How a piece of text is to look; a plain style leaves it as it is. */
export interface TextStyle {
  readonly strong: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly faint: (text: string) => string;
  /** Columns. */
  readonly width: number;
}

/** The report for a terminal, ending in a line feed. */
export function checkText(report: CheckReport, style: TextStyle): string {
  const { system, operations, judgement, findings } = report;
  const fixes = uniqueFixes(findings.flatMap((finding) => finding.fixes));
  const blocks = [
    [
      ...headLines(
        printable(system.program.name),
        printable(programSummary(system.program)),
        style,
      ),
      ...launcherSentences(report).flatMap((each) =>
        fill(printable(each), style.width - 2).map((line) => `  ${style.faint(line)}`),
      ),
    ],
    operations.map((operation) => verdictRow(operation, operations, judgement.paths, style)),
    ...operations.flatMap((operation) =>
      explanations(operation, judgement.paths, system.launcher, style),
    ),
    system.program.assumptions.map(
      (assumption) => `${style.faint('note')}  ${printable(assumption)}`,
    ),
    repairLines(fixes, style),
    ruleLines(
      findings.map(({ rule }) => rule),
      style,
    ),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** `✓` allowed, `✕` denied, `?` unknown. */
function verdictMark(verdict: Verdict): string {
  return { allowed: '✓', denied: '✕', unknown: '?' }[verdict.kind];
}

function headLines(name: string, summary: string, style: TextStyle): readonly string[] {
  return name.length + 3 + summary.length <= style.width
    ? [`${style.strong(name)}   ${style.faint(summary)}`]
    : [
        style.strong(name),
        ...fill(summary, style.width - 2).map((line) => `  ${style.faint(line)}`),
      ];
}

function verdictRow(
  operation: Operation,
  operations: readonly Operation[],
  paths: readonly PathJudgement[],
  style: TextStyle,
): string {
  const width = Math.max(...operations.map(({ id }) => id.length));
  const cells = paths.map(({ path, verdicts }) => {
    const verdict = verdictOf(verdicts, operation);
    return `${mark(verdict, style)} ${path}`;
  });
  return `  ${operation.id.padEnd(width)}   ${cells.join('   ')}`;
}

export function mark(verdict: Verdict, style: TextStyle): string {
  const sign = verdictMark(verdict);
  if (verdict.kind === 'allowed') return style.good(sign);
  return verdict.kind === 'denied' ? style.bad(sign) : style.strong(sign);
}

/** One block for the launch paths that share an outcome and a chain; none for those that are allowed. */
function explanations(
  operation: Operation,
  paths: readonly PathJudgement[],
  launcher: Launcher,
  style: TextStyle,
): readonly (readonly string[])[] {
  const blocks = new Map<
    string,
    { verdict: NotAllowed; names: string[]; lines: readonly string[] }
  >();
  for (const { path, verdicts } of paths) {
    const verdict = verdictOf(verdicts, operation);
    if (verdict.kind === 'allowed') continue;
    const lines = chainLines(verdict, launcher, style);
    const key = [outcome(verdict), ...lines].join('\n');
    const block = blocks.get(key) ?? { verdict, names: [], lines };
    block.names.push(path);
    blocks.set(key, block);
  }
  return [...blocks.values()].map(({ verdict, names, lines }) => [
    `${mark(verdict, style)} ${style.strong(names.join(', '))}: ${outcome(verdict)}`,
    ...lines,
  ]);
}

type NotAllowed = Exclude<Verdict, { kind: 'allowed' }>;

export function outcome(verdict: NotAllowed): string {
  return verdict.kind === 'denied'
    ? `${verdict.call} will answer ${verdict.errno}`
    : 'cannot be told';
}

/** The steps that matter to a reader: gates that pass are left out, and who starts it where that is the usual one. */
function chainLines(verdict: Verdict, usual: Launcher, style: TextStyle): readonly string[] {
  if (verdict.kind === 'unknown' && verdict.reasons.length === 0) {
    return verdict.unseen.flatMap((what) =>
      fill(`could not be seen: ${printable(what)}`, style.width - 7).map(
        (line) => `${' '.repeat(7)}${line}`,
      ),
    );
  }
  return verdict.reasons
    .filter((reason) => !isPassedGate(reason) && !isStartFrom(reason, usual))
    .flatMap((reason, index) => {
      const effect = reasonEffect(reason);
      const cut = effect === 'refuses' || effect === 'withholds';
      const lead = `  ${String(index + 1)} ${cut ? style.bad('✕') : ' '}  `;
      return twoColumns(lead, printable(describeReason(reason)), reasonSource(reason), style);
    });
}

/** Started by the process that the report is about, as most launch paths are. */
function isStartFrom(reason: Reason, { vantage: { pid } }: Launcher): boolean {
  return reason.rule === 'launched-by' && reason.pid === pid;
}

function isPassedGate(reason: Reason): boolean {
  return reason.rule === 'gate' && reason.outcome === 'passes';
}

function repairLines(fixes: readonly Fix[], style: TextStyle): readonly string[] {
  if (fixes.length === 0) return [];
  const indent = 5;
  return [
    style.strong('Repairs, least privilege first'),
    ...fixes.flatMap((fix, index) => [
      `  ${String.fromCharCode(97 + (index % 26))}  ${fix.title}`,
      ...fill(fix.remark, style.width - indent).map(
        (line) => `${' '.repeat(indent)}${style.faint(line)}`,
      ),
      ...fix.steps
        .flatMap((step) => stepLines(step, style.width - indent))
        .map((line) => `${' '.repeat(indent)}${line}`.trimEnd()),
    ]),
  ];
}

/** Commands and code are never broken: they are copied whole. */
function stepLines(step: FixStep, width: number): readonly string[] {
  switch (step.kind) {
    case 'command':
      return [`$ ${shellWords(step.argv)}`];
    case 'code':
      return step.text.split('\n');
    case 'advice':
      return fill(step.text, width);
  }
}

function ruleLines(rules: readonly string[], style: TextStyle): readonly string[] {
  return [...new Set(rules)].map((rule) => style.faint(`capwright explain ${rule}`));
}

const sourceColumn = 44;
const narrow = 100;

/** The text, and its source faintly: beside it where the terminal is wide, else behind it. */
export function twoColumns(
  lead: string,
  text: string,
  source: string,
  style: TextStyle,
): readonly string[] {
  const indent = 7;
  if (style.width < narrow) {
    const lines = fill(text, style.width - indent);
    const sources = fill(source, style.width - indent).map((line) => style.faint(line));
    return [...lines, ...sources].map(
      (line, index) => `${index === 0 ? lead : ' '.repeat(indent)}${line}`,
    );
  }
  const room = style.width - indent - sourceColumn - 2;
  const lines = fill(text, room);
  const sources = fill(source, sourceColumn);
  return Array.from({ length: Math.max(lines.length, sources.length) }, (_, index) => {
    const left = `${index === 0 ? lead : ' '.repeat(indent)}${(lines[index] ?? '').padEnd(room)}`;
    const right = sources[index];
    return right === undefined ? left.trimEnd() : `${left}  ${style.faint(right)}`;
  });
}

/** Lines of at most `width` columns; a longer word stands alone. */
export function fill(text: string, width: number): readonly string[] {
  const room = Math.max(24, width);
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > room) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function verdictOf(verdicts: PathJudgement['verdicts'], { id }: Operation): Verdict {
  const found = verdicts.find(({ operation }) => operation === id);
  if (found === undefined) throw new RangeError(`${id} was not judged`);
  return found.verdict;
}

function uniqueFixes(fixes: readonly Fix[]): readonly Fix[] {
  return [...new Map(fixes.map((fix) => [JSON.stringify(fix.steps), fix] as const)).values()];
}
