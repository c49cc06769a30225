/**
 *     node test/systemd/main.ts [--release R] [--cases N] [--seed S] [--record FILE] [--repairs]     (as root)
 *
 * Boots the systemd of a release of Debian (bookworm, trixie, sid), has it start the units whose
 * outcome is settled and N random ones, and compares with what the model foretells of them. `--record`
 * writes those down, a JSON line for each with its files and what was observed. `--repairs` makes every fix that is offered for the rules’ examples and
 * for the random units, and tells of each that does not what it promised.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { exampleProgramsOfLab, exampleSubjects } from './execution/exampleSubjects.ts';
import { disagreements, factsOf, judgedBy, judgeOf } from './execution/prediction.ts';
import { installPrograms } from './execution/programs.ts';
import { repairAll } from './execution/repair.ts';
import { samples, type Sample } from './execution/sample.ts';
import { findUnsettled } from './execution/settled.ts';
import { describe, leastOf } from './execution/shrink.ts';
import { unitOf } from './execution/unitCase.ts';
import { Lab } from './lab/lab.ts';
import { releases } from './lab/tree.ts';

const { values } = parseArgs({
  options: {
    release: { type: 'string', default: 'bookworm' },
    cases: { type: 'string', default: '1500' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 30) },
    record: { type: 'string' },
    repairs: { type: 'boolean', default: false },
  },
});
const release = releases.find((each) => each === values.release);
if (release === undefined) fail(`--release takes one of ${releases.join(', ')}`);
const cases = wholeNumber('cases');
const seed = wholeNumber('seed');

/** How many disagreements are shrunk. */
const greatestReport = 8;

let since = performance.now();
const lab = await Lab.boot(release);
try {
  tell(`systemd ${lab.version} has booted`);
  await installPrograms(lab, exampleProgramsOfLab);
  const unsettled = await findUnsettled(lab);
  for (const each of unsettled) console.log(each);
  if (unsettled.length > 0) process.exitCode = 1;
  tell(`settled units: ${unsettled.length} are not as they should be`);

  const drawn: Sample[] = [];
  for await (const sample of samples(lab, cases, seed)) drawn.push(sample);
  tell(`${drawn.length} random units, seed ${seed}`);
  const starts = new Map<string, number>();
  for (const { observation } of drawn) {
    const [first = observation.load] = observation.commands
      .map(({ start }) => String(start))
      .reverse();
    starts.set(first, (starts.get(first) ?? 0) + 1);
  }
  for (const [start, count] of [...starts].sort()) {
    console.log(`${String(count).padStart(8)} ${start}`);
  }
  const facts = await factsOf(lab);
  const judge = judgeOf(facts);
  const foretold = drawn.map((sample) => ({ ...sample, prediction: judge(sample.unit) }));
  const all = foretold.flatMap(({ prediction }) => prediction.commands);
  const untold = all.filter(({ start }) => start === 'unknown').length;
  const wrong = foretold.filter(
    ({ prediction, observation }) => disagreements(prediction, observation).length > 0,
  );
  for (const { drawn: each } of wrong.slice(0, greatestReport)) {
    const least = await leastOf(lab, judge, each);
    console.log(least === null ? 'it was otherwise when it was started again' : describe(least));
  }
  if (wrong.length > 0) process.exitCode = 1;
  tell(`${wrong.length} disagreements; of ${all.length} commands ${untold} cannot be told`);
  if (values.record !== undefined) {
    const lines = drawn.map((sample) => JSON.stringify({ version: lab.version, ...sample }));
    await writeFile(values.record, `${lines.join('\n')}\n`);
  }
  if (values.repairs) {
    const subjects = [
      ...exampleSubjects.map(({ subject }) => subject),
      ...drawn.map((sample) => (unique: string) => unitOf(sample.drawn, unique)),
    ];
    const repaired = await repairAll(lab, judgedBy(facts, exampleProgramsOfLab), subjects, {
      withCommands: Infinity,
    });
    const { made, gained } = repaired;
    for (const [title, count] of [...made].sort()) {
      console.log(`${String(count).padStart(8)} ${title}`);
    }
    for (const each of repaired.wrong) console.log(each);
    if (repaired.wrong.length > 0) process.exitCode = 1;
    tell(
      `repairs: ${gained} operations and starts gained, ${repaired.wrong.length} not as promised`,
    );
  }
} finally {
  await lab.dispose();
}

function tell(what: string): void {
  const now = performance.now();
  console.log(`${((now - since) / 1000).toFixed(1).padStart(8)} s  ${what}`);
  since = now;
}

function wholeNumber(name: 'cases' | 'seed'): number {
  const text = values[name];
  return /^\d{1,10}$/.test(text) ? Number(text) : fail(`--${name} takes a whole number`);
}

function fail(why: string): never {
  console.error(why);
  process.exit(2);
}
