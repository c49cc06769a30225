/** Fixes that the rules offer, made in a lab: edits written, files created, commands run, the unit started again. */
import { existsSync } from 'node:fs';
import type { FixStep } from '../../../extension/fixes/fix.ts';
import type { UnitFix, UnitFixEffect } from '../../../extension/fixes/unitFix.ts';
import { applyEdits } from '../../../extension/model/unit/unitEdit.ts';
import { evaluateUnit } from '../../../extension/rules/unit/evaluateUnit.ts';
import { judgedAfter } from '../../../extension/rules/unit/unitFindings.ts';
import type { JudgedUnit } from '../../../extension/rules/unit/unitRule.ts';
import type { Lab, LabFile } from '../lab/lab.ts';
import { observe, type Observation, type UnitUnderTest } from './observe.ts';
import { programs } from './programs.ts';
import { disagreements, predictionOf, type judgedBy, type Prediction } from './prediction.ts';

/** A unit of which there can be several at once, by names that hold `unique`. */
export type Subject = (unique: string) => UnitUnderTest;

/** A fix on a copy of the unit of its own. */
interface Repair {
  readonly title: string;
  readonly unit: UnitUnderTest;
  readonly before: Prediction;
  readonly fix: UnitFix;
  readonly after: Prediction;
}

/** What came of the fixes. */
export interface Repaired {
  /** By title, how many were made. */
  readonly made: ReadonlyMap<string, number>;
  /** Operations and starts that were refused before and are allowed after, as observed. */
  readonly gained: number;
  /** A line for each that was not as foretold. */
  readonly wrong: readonly string[];
}

export interface RepairLimits {
  /** How many at most are made of those that run commands: each takes its turn. */
  readonly withCommands: number;
  /** Makes something else of the fixes than was judged, to see that it is noticed. */
  readonly spoil?: (fix: UnitFix) => UnitFix;
}

/** Makes every fix that is offered for the subjects, and compares what becomes of their units with the prediction. */
export async function repairAll(
  lab: Lab,
  judge: ReturnType<typeof judgedBy>,
  subjects: readonly Subject[],
  { withCommands, spoil = (fix) => fix }: RepairLimits,
): Promise<Repaired> {
  const repairs = subjects.flatMap((subject, index) => repairsOf(judge, subject, `r${index}n`));
  const edited = repairs.filter(({ fix: { steps = [] } }) => steps.length === 0);
  const run = repairs.filter(({ fix: { steps = [] } }) => steps.length > 0).slice(0, withCommands);
  const observations = await observe(
    lab,
    edited.map(({ unit, fix }) => ({ ...unit, files: editedFiles(unit.files, spoil(fix)) })),
  );
  const seen: { repair: Repair; observation: Observation }[] = [];
  const wrong: string[] = [];
  for (const [index, repair] of edited.entries()) {
    const observation = observations[index];
    if (observation === undefined) wrong.push(`${repair.title}: it was not observed`);
    else seen.push({ repair, observation });
  }
  for (const repair of run) {
    try {
      seen.push({ repair, observation: await makeInTurn(lab, repair) });
    } catch (error) {
      wrong.push(`${repair.title}: ${String(error)}`);
    }
  }
  const made = new Map<string, number>();
  let gained = 0;
  for (const { repair, observation } of seen) {
    const { title, before, after } = repair;
    made.set(title, (made.get(title) ?? 0) + 1);
    gained += gain(before, observation);
    wrong.push(...disagreements(after, observation).map((line) => `${title}: ${line}`));
  }
  return { made, gained, wrong };
}

/** One for each fix of each finding. A copy has the same findings as any other. */
function repairsOf(
  judge: ReturnType<typeof judgedBy>,
  subject: Subject,
  unique: string,
): readonly Repair[] {
  return fixesOf(judge(subject(unique))).flatMap((_, index) => {
    const unit = subject(`${unique}${index}`);
    const judged = judge(unit);
    const found = fixesOf(judged)[index];
    if ('load' in judged || found === undefined) return [];
    const { title, fix } = found;
    const after = moved(fix)
      ? judge({ ...unit, manager: 'system', files: createdFiles(fix) })
      : judgedAfter(judged, fix);
    if (after === null || 'load' in after) throw new Error(`${title} makes no unit`);
    return [{ title, unit, fix, before: predictionOf(judged), after: predictionOf(after) }];
  });
}

function fixesOf(judged: JudgedUnit | { readonly load: string }) {
  if ('load' in judged) return [];
  return evaluateUnit(judged).flatMap(({ rule, fixes }) =>
    fixes
      .filter(({ title }) => !startsInShell.test(title))
      .map((fix) => ({ title: `${rule}: ${fix.title}`, fix })),
  );
}

/** The model judges the shell; what has capabilities of its own is something else than its shell. */
const startsInShell = new RegExp(`^Write /bin/sh -c '(?!${programs.plain.path} )`);

/** Makes the fix, starts the unit, and takes the fix back. */
async function makeInTurn(lab: Lab, { unit, fix }: Repair): Promise<Observation> {
  const { creates = [], steps = [], inverse = [], effects = [] } = fix;
  const files = editedFiles(unit.files, fix).map((file) => asking(file, effects));
  const there = creates.find(({ path }) => existsSync(lab.outside(path)));
  if (there !== undefined) throw new Error(`${there.path} is there already`);
  await lab.place(files);
  await lab.place(createdFiles(fix));
  try {
    await runSteps(lab, steps);
    const manager = moved(fix) ? 'system' : unit.manager;
    const [observation] = await observe(lab, [{ ...unit, manager, files: [] }]);
    if (observation === undefined) throw new Error('it was not observed');
    await runSteps(lab, inverse);
    const left = creates.find(({ path }) => existsSync(lab.outside(path)));
    if (left !== undefined) throw new Error(`${left.path} is left behind`);
    return observation;
  } finally {
    await lab.remove([...files, ...creates].map(({ path }) => path));
  }
}

/** The system manager of the lab is the one to say what it makes of the files. */
function moved({ effects = [] }: UnitFix): boolean {
  return effects.some(({ kind }) => kind === 'system-manager');
}

function createdFiles({ creates = [] }: UnitFix): readonly LabFile[] {
  return creates.map(({ path, text }) => ({ path, kind: 'file', text }));
}

/** The lab’s root needs no sudo; what is for the user’s manager is run by her. */
async function runSteps(lab: Lab, steps: readonly FixStep[]): Promise<void> {
  for (const step of steps) {
    if (step.kind !== 'command') continue;
    const [first, ...rest] = step.argv;
    if (first === 'sudo') await lab.mustRun(rest);
    else await lab.mustRun(step.argv, { manager: 'user' });
  }
}

/** The witness has to ask for the device by its name, and for the port that is meant. */
function asking(file: LabFile, effects: readonly UnitFixEffect[]): LabFile {
  if (file.kind === 'link' || typeof file.text !== 'string') return file;
  const asked = effects.flatMap((effect) => {
    if (effect.kind === 'tun-device') return [`Environment=WITNESS_TUN=${effect.device.name}`];
    return effect.kind === 'limit' ? [`Environment=WITNESS_PORT=${String(effect.value)}`] : [];
  });
  return { ...file, text: file.text.replace('[Service]', ['[Service]', ...asked].join('\n')) };
}

function editedFiles(files: readonly LabFile[], { edits }: UnitFix): readonly LabFile[] {
  return files.map((file) => {
    if (file.kind === 'link' || typeof file.text !== 'string') return file;
    const own = edits.filter((edit) => edit.file === file.path);
    const text = applyEdits(file.text, own);
    if (text === null) throw new Error(`the edits of ${file.path} do not go together`);
    return { ...file, text };
  });
}

/** What was refused before and is allowed now. */
function gain(before: Prediction, { commands }: Observation): number {
  const counts = commands.map(({ start, verdicts }, index) => {
    const old = before.commands[index];
    const operations = Object.entries(verdicts).filter(
      ([operation, verdict]) => verdict === 'allowed' && old?.verdicts[operation] !== 'allowed',
    );
    return operations.length + (start === 'ok' && old?.start !== 'ok' ? 1 : 0);
  });
  return counts.reduce((one, other) => one + other, 0);
}
