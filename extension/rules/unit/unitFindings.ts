import { applyUnitFix, type UnitFix } from '../../fixes/unitFix.ts';
import { toHex } from '../../model/capabilitySet.ts';
import type { CommandJudgement, UnitJudgement } from '../../model/unit/judgeUnit.ts';
import type { Directive } from '../../model/unit/directives.ts';
import { spanOf, type Span } from '../../model/unit/piece.ts';
import { readUnit, type Origin } from '../../model/unit/unit.ts';
import { insertAfter, removeLine } from '../../model/unit/unitEdit.ts';
import { fileAt } from '../../model/unit/unitSources.ts';
import { wantsAreGuessed } from '../../model/unit/unitWants.ts';
import type { StartRefusal, UnitReason } from '../../model/unit/unitReason.ts';
import type { Reason } from '../../model/reason.ts';
import { judgeForRules } from './judgeForRules.ts';
import type { JudgedUnit, UnitDenial, UnitFinding, UnitRule } from './unitRule.ts';

type About = Pick<UnitRule, 'id' | 'severity'>;

/**
 * A finding on what the unit wants, where all that shows it is a list that limits: information, with a word of
 * doubt.
 */
export function asFarAsSeen(
  { unit, reading, system }: JudgedUnit,
  finding: UnitFinding,
): UnitFinding {
  if (!wantsAreGuessed(unit, reading, system)) return finding;
  const message = `${finding.message} Whether the program does so cannot be seen.`;
  return { ...finding, message, severity: 'information', confidence: 'likely' };
}

interface Place {
  readonly path: string;
  readonly span: Span;
}

type Detail = Partial<
  Pick<UnitFinding, 'severity' | 'confidence' | 'fixes' | 'related' | 'reasons'>
>;

/** A finding on the value of a line, or on its end where it has none. */
export function findingOn(
  rule: About,
  { path, value }: Origin,
  message: string,
  detail: Detail = {},
): UnitFinding {
  return findingAt(rule, { path, span: spanOf(value) }, message, detail);
}

export function findingAt(
  { id, severity }: About,
  { path, span }: Place,
  message: string,
  { fixes: offered = [], ...detail }: Detail = {},
): UnitFinding {
  const first = offered.find(({ preferred }) => preferred === true);
  const fixes = offered.map((fix) => (fix === first ? fix : { ...fix, preferred: false }));
  return { rule: id, severity, confidence: 'proven', file: path, span, message, fixes, ...detail };
}

/** The last line that has a part in a setting; null where none was written. */
export function lastOrigin({ reading }: JudgedUnit, directive: Directive): Origin | null {
  return reading.settings[directive]?.origins.at(-1) ?? null;
}

/** The steps of one kind in what becomes of a unit’s commands, each with its command. */
export function stepsOf<K extends Reason['rule']>(
  { judgement }: JudgedUnit,
  rule: K,
): readonly {
  readonly command: CommandJudgement;
  readonly reason: Extract<Reason, { rule: K }>;
}[] {
  return judgement.commands.flatMap((command) =>
    command.reasons
      .filter((reason): reason is Extract<Reason, { rule: K }> => reason.rule === rule)
      .map((reason) => ({ command, reason })),
  );
}

/**
 * The refusal of a start for one of these causes, where the lines of a setting are to blame.
 * @param through causes that systemd lays to another setting, which cannot be had beside this one
 */
export function refusedStart(
  judged: JudgedUnit,
  causes: readonly StartRefusal[],
  directive: Directive,
  through: readonly StartRefusal[] = [],
): {
  readonly origin: Origin;
  readonly reason: UnitReason & { rule: 'unit-start-refused' };
} | null {
  for (const { reason } of stepsOf(judged, 'unit-start-refused')) {
    const origin = lastOrigin(judged, directive);
    if (origin === null) continue;
    const own = reason.setting?.directive === directive && causes.includes(reason.cause);
    if (own || through.includes(reason.cause)) return { origin, reason };
  }
  return null;
}

/** The wanted operations that are denied for want of a capability that the process does not hold. */
export function capabilityDenials(judged: JudgedUnit): readonly UnitDenial[] {
  return judged.denials.filter(
    ({ verdict: { refusal } }) =>
      refusal.rule === 'gate' &&
      refusal.looked.kind === 'capability' &&
      !refusal.looked.held &&
      refusal.looked.namespace === refusal.looked.ownNamespace,
  );
}

/** `ioctl(TUNSETIFF) and socket(AF_PACKET) answer EPERM`. */
export function answersOf(denials: readonly UnitDenial[]): string {
  const errnos = [...new Set(denials.map(({ verdict }) => verdict.errno))];
  return errnos
    .map((errno) => {
      const those = denials.filter(({ verdict }) => verdict.errno === errno);
      const calls = [...new Set(those.map(({ verdict }) => verdict.call))];
      return `${calls.join(' and ')} ${calls.length === 1 ? 'answers' : 'answer'} ${errno}`;
    })
    .join('; ');
}

/** The fix, where the unit judged again after it passes, and what was started is started still. */
export function ifHelpful(
  judged: JudgedUnit,
  fix: UnitFix,
  helps: (after: JudgedUnit) => boolean,
): readonly UnitFix[] {
  const after = judgedAfter(judged, fix);
  return after !== null && helps(after) && startsStill(judged, after) ? [fix] : [];
}

function startsStill(before: JudgedUnit, after: JudgedUnit): boolean {
  const { commands } = after.judgement;
  return before.judgement.commands.every(
    ({ start }, index) => start !== 'ok' || commands[index]?.start === 'ok',
  );
}

/** Whether systemd takes the unit, and every command starts. */
export function starts({ judgement }: JudgedUnit): boolean {
  return judgement.refusal === null && judgement.commands.every(({ start }) => start === 'ok');
}

/** Whether every command starts as before, holds the same capabilities and may do the same. */
export function outcomeStays({ judgement }: JudgedUnit): (after: JudgedUnit) => boolean {
  const before = outcomesOf(judgement);
  return (after) => outcomesOf(after.judgement) === before;
}

function outcomesOf({ commands }: UnitJudgement): string {
  return JSON.stringify(
    commands.map(({ start, credentials, verdicts }) => [
      start,
      credentials === null ? null : toHex(credentials.effective),
      verdicts?.map(({ verdict }) => (verdict.kind === 'denied' ? verdict.errno : verdict.kind)),
    ]),
  );
}

/** The unit as it would be read and judged after the fix; null where the edits do not go together. */
export function judgedAfter(judged: JudgedUnit, fix: UnitFix): JudgedUnit | null {
  const after = applyUnitFix(judged.unit, judged.system, fix);
  if (after === null) return null;
  const { unit, system } = after;
  const reading = readUnit(unit, system.manager, system.rules);
  return judgeForRules(unit, reading, system, judged.operations);
}

export function removing(origins: readonly Origin[], title: string): UnitFix {
  const edits = origins.map((origin) => ({ file: origin.path, ...removeLine(origin) }));
  return { title, applicability: 'review', edits };
}

export function writing({ path, value }: Origin, replacement: string): UnitFix {
  return replacing({ path, span: spanOf(value) }, replacement, 'review');
}

/** Something else in a place, such as that of a message. */
export function replacing(
  { path, span }: Place,
  replacement: string,
  applicability: UnitFix['applicability'],
): UnitFix {
  const edits = [{ file: path, span, replacement }];
  return { title: `Write ${replacement}`, applicability, preferred: true, edits };
}

/** A line of its own after the one that is to blame: in the same file and section. */
export function adding(
  { unit }: JudgedUnit,
  origin: Origin,
  line: string,
  applicability: UnitFix['applicability'] = 'review',
): UnitFix {
  const text = fileAt(unit, origin.path)?.text ?? '';
  const edits = [{ file: origin.path, ...insertAfter(origin, text, `${line}\n`) }];
  return { title: `Add ${line}`, applicability, preferred: true, edits };
}
