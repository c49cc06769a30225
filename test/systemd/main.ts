/**
 *     node test/systemd/main.ts [--release R] [--cases N] [--seed S] [--record FILE] [--repairs]     (as root)
 *
 * Boots the systemd of a release of Debian (bookworm, trixie, sid), has it start the units whose
 * outcome is settled and N random ones, and compares with what the model foretells of them. `--record`
 * writes those down, a JSON line for each with its files and what was observed. `--repairs` makes every
 * fix that is offered for the rules’ examples and for the random units, undoes those that run commands,
 * and tells of each that does not what it promised.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { exampleProgramsOfLab, exampleSubjects } from './execution/exampleSubjects.ts';
import { disagreements, factsOf, judgedBy, judgeOf } from './execution/prediction.ts';
import { installPrograms } from './execution/programs.ts';
import { kindOf, repairAll, repairsOf, titleOf } from './execution/repair.ts';
import { gainedBy, wrongOf } from './execution/repairClaim.ts';
import { repairSubjects, runNetworkd } from './execution/repairSubjects.ts';
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
  const starts = drawn.map(
    ({ observation: { load, commands } }) =>
      commands.map(({ start }) => String(start)).at(-1) ?? load,
  );
  for (const [start, count] of countsOf(starts)) {
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
    await runNetworkd(lab);
    const judgedHere = judgedBy(await factsOf(lab), exampleProgramsOfLab);
    const ofOneFault = [...exampleSubjects.map(({ subject }) => subject), ...repairSubjects];
    const random = drawn.map((sample) => (unique: string) => unitOf(sample.drawn, unique));
    const ofRules = await repairAll(lab, repairsOf(judgedHere, ofOneFault));
    tell(`${ofRules.made.length} fixes of the rules’ examples made`);
    const ofRandom = await repairAll(lab, repairsOf(judgedHere, random));
    const made = [...ofRules.made, ...ofRandom.made];
    for (const [title, count] of countsOf(made.map(titleOf))) {
      console.log(`${String(count).padStart(8)} ${title}`);
    }
    for (const [kind, count] of countsOf(made.map(kindOf))) {
      console.log(`${String(count).padStart(8)} by ${kind}`);
    }
    const broken = [...wrongOf(ofRules, true), ...wrongOf(ofRandom)];
    for (const each of broken) console.log(each);
    if (broken.length > 0) process.exitCode = 1;
    const gained = made.flatMap((each) => gainedBy(each)).length;
    tell(
      `repairs: ${made.length} made, ${gained} operations and starts gained, ${broken.length} not as promised`,
    );
  }
} finally {
  await lab.dispose();
}

function countsOf(names: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort();
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
