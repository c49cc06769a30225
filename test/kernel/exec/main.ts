import { parseArgs } from 'node:util';
import { availableParallelism } from 'node:os';
import { predict } from '../../../extension/app/predict.ts';
import { build } from './build.ts';
import { describeDisagreement, findDisagreement } from './differential.ts';

// node test/kernel/exec/main.ts [--cases N] [--seed S] [--workers W], as root
const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '20000' },
    seed: { type: 'string', default: String(Date.now() % 0x40000000) },
    workers: { type: 'string', default: String(availableParallelism()) },
  },
});
const [cases, seed, workers] = [values.cases, values.seed, values.workers].map(Number);
if (cases === undefined || seed === undefined || workers === undefined) {
  throw new Error('--cases, --seed and --workers take numbers');
}

const rules = new Map<string, number>();
const started = performance.now();
console.log(`${cases} scenarios, seed ${seed}, ${workers} workers`);
const disagreement = await findDisagreement({
  cases,
  seed,
  workers,
  build: await build(),
  predict,
  onJudged: ({ kernel, model }) => {
    for (const rule of [`exec ${kernel.exec}`, ...model.reasons.map((reason) => reason.rule)]) {
      rules.set(rule, (rules.get(rule) ?? 0) + 1);
    }
  },
});
for (const [rule, count] of [...rules].sort()) console.log(`${String(count).padStart(8)} ${rule}`);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
if (disagreement === null) {
  console.log(`no disagreement in ${seconds} s`);
} else {
  console.log(describeDisagreement(disagreement));
  process.exitCode = 1;
}
