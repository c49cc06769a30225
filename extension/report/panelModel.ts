import { applyFix, type Fix, type FixStep } from '../fixes/fix.ts';
import { repairsFor } from '../fixes/repairs.ts';
import { judgePath, type OperationVerdict, type PathJudgement } from '../model/judge.ts';
import { launchPaths, type LaunchPath } from '../model/launchPath.ts';
import type { Operation, OperationId } from '../model/operations.ts';
import { reasonSource, type Reason } from '../model/reason.ts';
import type { System } from '../model/system.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Severity } from '../rules/finding.ts';
import type { CheckReport } from './checkReport.ts';
import { asksForRight } from './decidingGate.ts';
import { drawPicture, type Picture } from './picture/picture.ts';
import { programView, type FileView } from './programView.ts';
import { describeReason, reasonEffect } from './reasonText.ts';
import { particulars } from './launcherText.ts';
import { isRunnable } from './runnable.ts';
import { shellWords } from './shellWords.ts';
import { stageOf, type Stage } from './picture/stage.ts';
import { inEnglish, type Translate } from './translate.ts';
import { verdictHeadline, verdictWord } from './verdictText.ts';
import { launchPathPhrase, launchPathTitle } from './words.ts';

/** What the report panel, the tree and the status bar show: words and states, nothing to judge. */
export interface PanelModel {
  readonly program: PanelProgram;
  /** Whose view it is: `bash (pid 4121), in the integrated terminal`. */
  readonly vantage: string;
  /** What was assumed or could not be seen. */
  readonly notes: readonly string[];
  readonly paths: readonly PanelPath[];
}

export interface PanelProgram extends FileView {
  readonly name: string;
}

export interface PanelPath {
  readonly path: LaunchPath;
  readonly title: string;
  /** In a sentence: `from the terminal`. */
  readonly phrase: string;
  readonly operations: readonly PanelOperation[];
}

export interface PanelOperation {
  readonly operation: OperationId;
  readonly title: string;
  readonly verdict: Verdict['kind'];
  /** `EPERM`, `allowed`, `unknown`. */
  readonly word: string;
  readonly headline: string;
  /** The fact that decides, as a sentence. */
  readonly because: string;
  /** What the deciding gate looked at. */
  readonly gate: string;
  readonly picture: Picture;
  readonly reasons: readonly PanelReason[];
  readonly findings: readonly PanelFinding[];
  readonly repairs: readonly PanelRepair[];
}

export interface PanelReason {
  readonly stage: Stage;
  readonly text: string;
  readonly source: string;
  readonly effect: ReturnType<typeof reasonEffect>;
}

export interface PanelFinding {
  readonly rule: string;
  readonly severity: Severity;
}

export interface PanelRepair {
  /** For `findRepair`. */
  readonly key: string;
  readonly title: string;
  readonly remark: string;
  /** False where it is a template that the user fills in. */
  readonly runnable: boolean;
  /** Each step as text to read: a command, advice, or lines of code. */
  readonly steps: readonly PanelStep[];
  /** What the ways of starting the program come to after it, by the model. */
  readonly after: readonly PanelProspect[];
}

export interface PanelProspect {
  readonly title: string;
  readonly verdict: Verdict['kind'];
  readonly word: string;
}

export interface PanelStep {
  readonly kind: FixStep['kind'];
  readonly text: string;
}

/** The argument vector with which a step is really run: `sudo` may be `pkexec`, or not needed. */
export type Elevate = (argv: readonly string[]) => readonly string[];

/** @param translate for what this says in words of its own; reasons and repairs are English */
export function panelModel(
  report: CheckReport,
  elevate: Elevate,
  translate: Translate = inEnglish,
): PanelModel {
  const { system, judgement } = report;
  return {
    program: panelProgram(system, translate),
    vantage: [vantageText(system, translate), ...particulars(system.launcher, report)].join(' · '),
    notes: [
      ...system.program.assumptions,
      ...(system.launcher.seccomp === 0
        ? []
        : [
            `${system.launcher.vantage.name} runs under seccomp. A filter may refuse more than is foreseen here; it cannot be read.`,
          ]),
    ],
    paths: judgement.paths.map((judged) => ({
      path: judged.path,
      title: translate(launchPathTitle[judged.path]),
      phrase: translate(launchPathPhrase[judged.path]),
      operations: judged.verdicts.flatMap((each) =>
        panelOperation(report, judged, each, elevate, translate),
      ),
    })),
  };
}

/** The repair that a `PanelRepair` was made of; null for a key that this report does not have. */
export function findRepair(report: CheckReport, key: string): Fix | null {
  const [path, operation, index] = key.split(' ');
  const launchPath = launchPaths.find((each) => each === path);
  const asked = report.operations.find(({ id }) => id === operation);
  if (launchPath === undefined || asked === undefined) return null;
  return repairsFor(report.system, [asked], launchPath)[Number(index)] ?? null;
}

function panelOperation(
  report: CheckReport,
  judged: PathJudgement,
  { operation: id, verdict }: OperationVerdict,
  elevate: Elevate,
  translate: Translate,
): readonly PanelOperation[] {
  const operation = report.operations.find((each) => each.id === id);
  if (operation === undefined) return [];
  const findings = report.findings.filter(
    ({ subject }) =>
      subject.launchPaths.includes(judged.path) && subject.operations.includes(operation.id),
  );
  return [
    {
      operation: operation.id,
      title: translate(operation.title),
      verdict: verdict.kind,
      word: translate(verdictWord(verdict)),
      headline: verdictHeadline(operation, judged.path, verdict, translate),
      because: becauseOf(verdict),
      gate: decidingText(verdict),
      picture: drawPicture(report, judged, operation, verdict, translate),
      reasons: telling(verdict).map((reason) => ({
        stage: stageOf(reason),
        text: describeReason(reason),
        source: reasonSource(reason),
        effect: reasonEffect(reason),
      })),
      findings: findings.map(({ rule, severity }) => ({ rule, severity })),
      repairs:
        verdict.kind === 'denied'
          ? panelRepairs(report.system, operation, judged.path, elevate, translate)
          : [],
    },
  ];
}

/** Where a gate refuses, those before it that let it pass explain nothing. */
function telling({ kind, reasons }: Verdict): readonly Reason[] {
  return kind === 'denied'
    ? reasons.filter((reason) => reason.rule !== 'gate' || reason.outcome !== 'passes')
    : reasons;
}

function panelRepairs(
  system: System,
  operation: Operation,
  path: LaunchPath,
  elevate: Elevate,
  translate: Translate,
): readonly PanelRepair[] {
  return repairsFor(system, [operation], path).map((fix, index) => ({
    key: [path, operation.id, index].join(' '),
    title: fix.title,
    remark: fix.remark,
    runnable: isRunnable(fix),
    steps: fix.steps.map((step) =>
      step.kind === 'command'
        ? { kind: step.kind, text: shellWords(elevate(step.argv)) }
        : { kind: step.kind, text: step.text },
    ),
    after: prospects(system, operation, fix, translate),
  }));
}

/** Of a repair that is another way to start the program, that way alone: the others stay as they are. */
function prospects(
  system: System,
  operation: Operation,
  fix: Fix,
  translate: Translate,
): readonly PanelProspect[] {
  const starts = fix.effects.flatMap((effect) =>
    effect.kind === 'start-with' ? [effect.path] : [],
  );
  const repaired = applyFix(system, fix);
  return (starts.length === 0 ? launchPaths : starts).flatMap((path) =>
    judgePath(path, repaired, [operation]).verdicts.map(({ verdict }) => ({
      title: translate(launchPathTitle[path]),
      verdict: verdict.kind,
      word: translate(verdictWord(verdict)),
    })),
  );
}

/** The fact that decides, as a sentence: what withheld the capability, before the gate that missed it. */
export function becauseOf(verdict: Verdict): string {
  const withheld =
    verdict.kind === 'denied'
      ? verdict.reasons.findLast((reason) => reasonEffect(reason) === 'withholds')
      : undefined;
  return asSentence(withheld === undefined ? decidingText(verdict) : describeReason(withheld));
}

function decidingText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'denied':
      return describeReason(verdict.refusal);
    case 'unknown':
      return `not seen: ${verdict.unseen.join('; ')}`;
    case 'allowed': {
      const decisive =
        verdict.reasons.findLast(asksForRight) ??
        verdict.reasons.findLast((reason) => reasonEffect(reason) === 'grants') ??
        verdict.reasons.at(-1);
      return decisive === undefined ? 'nothing refuses it' : describeReason(decisive);
    }
  }
}

function panelProgram({ program, launcher }: System, translate: Translate): PanelProgram {
  const user = launcher.credentials.kind === 'known' ? launcher.credentials.value.uid.real : null;
  const { path, capability, owner, mode, mount } = programView(program, user);
  return { name: program.name, path, capability, owner: translate(owner), mode, mount };
}

/** What is known of the process that starts the program, by how it came to be that one. */
export const vantages = {
  terminal: '{0}, in the integrated terminal',
  'extension-host': '{0}, since no terminal is open',
  'command-line': '{0}, on the command line',
  'named-process': '{0}, the process that was named',
  example: '{0}, an example',
} as const;

function vantageText({ launcher: { vantage } }: System, translate: Translate): string {
  const pid = vantage.pid === null ? '' : ` (pid ${vantage.pid})`;
  return translate(vantages[vantage.process], `${vantage.name}${pid}`);
}

/** A capital where the first word is a word and no name, and a full stop. */
function asSentence(text: string): string {
  const begun = /^[a-z]+ /.test(text) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
  return begun.endsWith('.') ? begun : `${begun}.`;
}
