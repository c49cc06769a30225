/**
 *     node test/systemd/main.ts [--release R] [--cases N] [--seed S] [--record FILE]     (as root)
 *
 * Boots the systemd of a release of Debian (bookworm, trixie, sid), has it start the units whose
 * outcome is settled and N random ones. `--record` writes those down, a JSON line for each with its
 * files and what was observed.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { installPrograms } from './execution/programs.ts';
import { samples, type Sample } from './execution/sample.ts';
import { findUnsettled } from './execution/settled.ts';
import { Lab } from './lab/lab.ts';
import { releases } from './lab/tree.ts';

const { values } = parseArgs({
  options: {
    release: { type: 'string', default: 'bookworm' },
    cases: { type: 'string', default: '1500' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 30) },
    record: { type: 'string' },
  },
});
const release = releases.find((each) => each === values.release);
if (release === undefined) fail(`--release takes one of ${releases.join(', ')}`);
const cases = wholeNumber('cases');
const seed = wholeNumber('seed');

let since = performance.now();
const lab = await Lab.boot(release);
try {
  tell(`systemd ${lab.version} has booted`);
  await installPrograms(lab);
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
  if (values.record !== undefined) {
    const lines = drawn.map((sample) => JSON.stringify({ version: lab.version, ...sample }));
    await writeFile(values.record, `${lines.join('\n')}\n`);
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
