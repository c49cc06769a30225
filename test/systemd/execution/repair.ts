/** Fixes that the rules offer, made in a lab: edits written, files created, commands run, the unit started again. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { FixStep } from '../../../extension/fixes/fix.ts';
import type { UnitFix } from '../../../extension/fixes/unitFix.ts';
import { lineChange } from '../../../extension/model/lineChange.ts';
import { applyEdits } from '../../../extension/model/unit/unitEdit.ts';
import { evaluateUnit } from '../../../extension/rules/unit/evaluateUnit.ts';
import { judgedAfter } from '../../../extension/rules/unit/unitFindings.ts';
import type { JudgedUnit, UnitFinding } from '../../../extension/rules/unit/unitRule.ts';
import type { Lab, LabFile } from '../lab/lab.ts';
import { differences, stateOf } from '../lab/labState.ts';
import { newComplaints, type Complaint } from '../reading/observation.ts';
import { observe, reportOf, type Observation, type UnitUnderTest } from './observe.ts';
import type { judgedBy } from './prediction.ts';

/** A unit of which there can be several at once, by names that hold `unique`. */
export type Subject = (unique: string) => UnitUnderTest;

/** That of a template which is started. */
export const instance = 'one';

/** A fix of a finding, on a copy of the unit of its own. */
export interface Repair {
  readonly finding: UnitFinding;
  readonly fix: UnitFix;
  readonly unit: UnitUnderTest;
  readonly judged: JudgedUnit;
  readonly judgedAfter: JudgedUnit;
}

/** What was seen of the unit without and with the fix. */
export interface Made extends Repair {
  readonly before: Observation;
  readonly after: Observation;
  /** What the manager said of lines of its files, read without and with the fix. */
  readonly complaints: { readonly before: readonly string[]; readonly after: readonly string[] };
}

export interface Repaired {
  readonly made: readonly Made[];
  /** A line for each that could not be made, or whose inverse left something else than was there. */
  readonly failed: readonly string[];
}

/** One for each fix of each finding. A copy has the same findings as any other. */
export function repairsOf(
  judge: ReturnType<typeof judgedBy>,
  subjects: readonly Subject[],
): readonly Repair[] {
  return subjects.flatMap((subject, index) => {
    const unique = `r${String(index)}n`;
    return fixesOf(judge(subject(unique))).flatMap((_, number) => {
      const unit = subject(`${unique}${String(number)}`);
      const judged = judge(unit);
      const offered = fixesOf(judged)[number];
      if ('load' in judged || offered === undefined) return [];
      const { fix } = offered;
      const after = moved(fix)
        ? judge({ ...unit, manager: 'system', files: createdFiles(fix) })
        : judgedAfter(judged, fix);
      if (after === null || 'load' in after) throw new Error(`${fix.title} makes no unit`);
      return [{ ...offered, unit, judged, judgedAfter: after }];
    });
  });
}

function fixesOf(judged: JudgedUnit | { readonly load: string }) {
  if ('load' in judged) return [];
  return evaluateUnit(judged).flatMap((finding) => finding.fixes.map((fix) => ({ finding, fix })));
}

/**
 * Starts each unit as it is, makes the fix, and starts it again. What runs commands takes its turn, and
 * is undone.
 * @param spoil makes something else of the fixes than was judged, to see that it is noticed
 */
export async function repairAll(
  lab: Lab,
  repairs: readonly Repair[],
  spoil: (fix: UnitFix) => UnitFix = (fix) => fix,
): Promise<Repaired> {
  await newComplaints(lab);
  const before = await observeAll(
    lab,
    repairs.map(({ unit, fix }) => started(asking(unit, fix))),
  );
  const complaintsBefore = await newComplaints(lab);
  const edited = repairs.filter((repair) => !takesTurn(repair));
  const observations = await observeAll(
    lab,
    edited.map(({ unit, fix }) =>
      started(asking({ ...unit, files: editedFiles(unit.files, spoil(fix)) }, fix)),
    ),
  );
  const complaintsAfter = await newComplaints(lab);
  const after = new Map(edited.map((repair, index) => [repair, observations[index]]));
  const failed: string[] = [];
  for (const repair of repairs.filter(takesTurn)) {
    try {
      const { observation, left } = await makeInTurn(lab, repair, spoil(repair.fix));
      after.set(repair, observation);
      failed.push(...left.map((line) => `${titleOf(repair)}: undone, but ${line}`));
    } catch (error) {
      failed.push(`${titleOf(repair)}: ${String(error)}`);
    }
  }
  const made = repairs.flatMap((repair, index): readonly Made[] => {
    const [one, other] = [before[index], after.get(repair)];
    if (one === undefined || other === undefined) return [];
    const complaints = {
      before: about(repair, complaintsBefore),
      after: about(repair, complaintsAfter),
    };
    return [{ ...repair, before: one, after: other, complaints }];
  });
  return { made, failed };
}

function about({ unit: { files } }: Repair, complaints: readonly Complaint[]): readonly string[] {
  const paths = new Set(files.map(({ path }) => path));
  const own = complaints.filter(({ path }) => paths.has(path));
  // systemd says them as often as it reads the file, which is again where it had let go of the unit.
  return [...new Set(own.map(({ path, line, text }) => `${path}:${String(line)}: ${text}`))];
}

export function titleOf({ finding, fix }: Repair): string {
  return `${finding.rule}: ${fix.title}`;
}

export type RepairKind =
  | 'edits'
  | 'network of its own'
  | 'device of networkd'
  | 'device of a system unit'
  | 'file capabilities'
  | 'sysctl'
  | 'user manager'
  | 'system unit';

/** By which way a fix gives the unit what it lacks. */
export function kindOf({ fix: { title, creates = [], effects = [] } }: Repair): RepairKind {
  switch (effects[0]?.kind) {
    case 'tun-device':
      return creates.some(({ path }) => path.endsWith('.netdev'))
        ? 'device of networkd'
        : 'device of a system unit';
    case 'program':
      return 'file capabilities';
    case 'limit':
      return 'sysctl';
    case 'manager-holds':
      return 'user manager';
    case 'system-manager':
      return 'system unit';
    case undefined:
      return title === 'Give it a network of its own' ? 'network of its own' : 'edits';
  }
}

/**
 * All that are edits, and of those that take their turns so many, as many of each kind as there are, with the first
 * of each rule.
 */
export function sampled(repairs: readonly Repair[], inTurn: number): readonly Repair[] {
  const turns = repairs.filter(takesTurn);
  const ofKind = Map.groupBy(turns, kindOf);
  const rank = (repair: Repair): number => ofKind.get(kindOf(repair))?.indexOf(repair) ?? 0;
  const chosen = new Set(turns.toSorted((one, other) => rank(one) - rank(other)).slice(0, inTurn));
  const ofRule = Map.groupBy(turns, ({ finding }) => finding.rule);
  const firstOfRule = new Set([...ofRule.values()].map(([first]) => first));
  return repairs.filter(
    (repair) => !takesTurn(repair) || chosen.has(repair) || firstOfRule.has(repair),
  );
}

function takesTurn({ fix: { steps = [] } }: Repair): boolean {
  return steps.length > 0;
}

/** How many units are started at once. */
const batchSize = 250;

async function observeAll(
  lab: Lab,
  units: readonly UnitUnderTest[],
): Promise<readonly Observation[]> {
  const observations: Observation[] = [];
  for (let start = 0; start < units.length; start += batchSize) {
    observations.push(...(await observe(lab, units.slice(start, start + batchSize))));
  }
  return observations;
}

/** Makes the fix as an editor does, starts the unit, and takes the fix back as an editor does. */
async function makeInTurn(
  lab: Lab,
  repair: Repair,
  fix: UnitFix,
): Promise<{ readonly observation: Observation; readonly left: readonly string[] }> {
  const { creates = [], steps = [], inverse = [] } = fix;
  const unit = asking(repair.unit, repair.fix);
  const edited = asking({ ...unit, files: editedFiles(repair.unit.files, fix) }, repair.fix).files;
  const there = creates.find(({ path }) => existsSync(lab.outside(path)));
  if (there !== undefined) throw new Error(`${there.path} is there already`);
  await lab.place(unit.files);
  // What alice is to disable has to be hers.
  if (unit.manager === 'user') await lab.mustRun(['chown', '--recursive', 'alice:', '/home/alice']);
  try {
    const before = await stateOf(lab);
    await lab.place(edited.filter(({ kind }) => kind === 'file'));
    for (const { path, mode, text } of creates) {
      const source = '/tmp/created';
      await lab.place([{ path: source, kind: 'file', text }]);
      await lab.mustRun(['install', '-D', '-m', mode.toString(8), '--', source, path]);
      await lab.remove([source]);
    }
    await runSteps(lab, steps, unit.name);
    const manager = moved(fix) ? 'system' : unit.manager;
    // What the steps have started would not be started again, and systemd forgets how it ended.
    const systemctl = ['systemctl', ...(manager === 'user' ? ['--user'] : [])];
    await lab.run([...systemctl, 'stop', '--', started(unit).name], { manager });
    await lab.remove([reportOf(started(unit).name)]);
    const [observation] = await observe(lab, [{ ...started(unit), manager, files: [] }]);
    if (observation === undefined) throw new Error('it was not observed');
    await takeBack(lab, edited, unit.files);
    await runSteps(lab, inverse, unit.name);
    return { observation, left: differences(before, await stateOf(lab)) };
  } finally {
    await lab.remove([...unit.files, ...creates].map(({ path }) => path));
  }
}

/** The lines that were changed, in what lies there now. */
async function takeBack(
  lab: Lab,
  edited: readonly LabFile[],
  files: readonly LabFile[],
): Promise<void> {
  for (const [index, file] of files.entries()) {
    const left = edited[index];
    if (left?.kind !== 'file' || file.kind !== 'file') continue;
    const now = await readFile(lab.outside(file.path), 'utf8');
    const text = applyEdits(now, [lineChange(String(left.text), String(file.text))]);
    if (text === null) throw new Error('one edit cannot overlap');
    await lab.place([{ ...file, text }]);
  }
}

/** Of a template an instance. */
function started(unit: UnitUnderTest): UnitUnderTest {
  return { ...unit, name: unit.name.replace('@.', `@${instance}.`) };
}

/** The system manager of the lab is the one to say what it makes of the files. */
function moved({ effects = [] }: UnitFix): boolean {
  return effects.some(({ kind }) => kind === 'system-manager');
}

function createdFiles({ creates = [] }: UnitFix): readonly LabFile[] {
  return creates.map(({ path, text }) => ({ path, kind: 'file', text }));
}

/**
 * The lab’s root needs no sudo; what is for the user’s manager is run by her. That the unit itself is
 * started may fail, where a filter kills the witness at what the unit does not want.
 */
async function runSteps(lab: Lab, steps: readonly FixStep[], unit: string): Promise<void> {
  for (const step of steps) {
    if (step.kind !== 'command') continue;
    const [first, ...rest] = step.argv;
    const starts = rest.at(-1) === unit && (rest.includes('start') || rest.includes('enable'));
    if (first === 'sudo' && starts) await lab.run(rest);
    else if (first === 'sudo') await lab.mustRun(rest);
    else await lab.mustRun(step.argv, { manager: 'user' });
  }
}

/** The witness has to ask for the device by its name, and for the port that is meant. */
function asking(unit: UnitUnderTest, { edits, effects = [] }: UnitFix): UnitUnderTest {
  const allowed = edits.flatMap(
    ({ replacement }) => /SocketBindAllow=tcp:(\d+)$/m.exec(replacement)?.[1] ?? [],
  );
  const own = effects.flatMap((effect) => {
    if (effect.kind === 'tun-device') return [`Environment=WITNESS_TUN=${effect.device.name}`];
    return effect.kind === 'limit' ? [`Environment=WITNESS_PORT=${String(effect.value)}`] : [];
  });
  const asked = [...own, ...allowed.map((port) => `Environment=WITNESS_PORT=${port}`)];
  if (asked.length === 0) return unit;
  const files = unit.files.map((file): LabFile =>
    file.kind === 'link' || typeof file.text !== 'string'
      ? file
      : { ...file, text: file.text.replace('[Service]', ['[Service]', ...asked].join('\n')) },
  );
  return { ...unit, files };
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
