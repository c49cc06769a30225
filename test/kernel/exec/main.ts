/**
 *     node test/kernel/exec/main.ts [--cases N] [--seed S] [--workers W] [--record]     (as root)
 *
 * Compares the model with this kernel in N random scenarios of every dimension, and in a share of
 * that from each of the special generators. `--record` then writes the vectors of
 * test/fixtures/vectors anew.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { predict } from '../../../extension/app/predict.ts';
import { build } from './build.ts';
import { casesOf, describeDisagreement, findDisagreement, type Judged } from './differential.ts';
import { recordVectors } from './record.ts';
import { generators } from './scenario.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 30) },
    workers: { type: 'string', default: String(availableParallelism()) },
    record: { type: 'boolean', default: false },
  },
});
const cases = wholeNumber('cases');
const seed = wholeNumber('seed');
const workers = wholeNumber('workers');

const drawn = generators.map((generator) => casesOf(generator, cases));
const total = drawn.reduce((sum, each) => sum + each, 0);
console.log(`${total} scenarios, seed ${seed}, ${workers} workers`);
generators.forEach(({ name }, index) => {
  console.log(`${String(drawn[index]).padStart(8)} ${name}`);
});
const rules = new Map<string, number>();
const recorded: Judged[] = [];
const started = performance.now();
const disagreement = await findDisagreement({
  cases,
  seed,
  workers,
  build: await build(),
  predict,
  onJudged: (judged) => {
    const { kernel, model } = judged;
    for (const rule of [`exec ${kernel.exec}`, ...model.reasons.map((reason) => reason.rule)]) {
      rules.set(rule, (rules.get(rule) ?? 0) + 1);
    }
    if (values.record) recorded.push(judged);
  },
});
for (const [rule, count] of [...rules].sort()) console.log(`${String(count).padStart(8)} ${rule}`);
if (disagreement === null) {
  const seconds = (performance.now() - started) / 1000;
  console.log(`no disagreement in ${seconds.toFixed(1)} s`);
  if (values.record) console.log(await recordVectors(recorded));
} else {
  console.log(describeDisagreement(disagreement));
  process.exitCode = 1;
}

function wholeNumber(name: 'cases' | 'seed' | 'workers'): number {
  const text = values[name];
  if (/^\d{1,10}$/.test(text)) return Number(text);
  console.error(`--${name} takes a whole number, not “${text}”`);
  process.exit(2);
}
