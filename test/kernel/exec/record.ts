/**
 * Records what this kernel does as vectors that any machine can check the model against:
 *
 *     node test/kernel/exec/record.ts [--cases N] [--seed S]     (as root)
 *
 * Of the random scenarios it keeps those in which two rules or circumstances meet that have not met
 * before, so a few hundred lines cover every rule and every meeting of two.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { predict } from '../../../extension/app/predict.ts';
import type { Scenario } from '../../../extension/protocol/predict.ts';
import { build } from './build.ts';
import { describeDisagreement, findDisagreement, type Judged } from './differential.ts';
import { fileChain } from './scenario.ts';

const folder = join(import.meta.dirname, '../../fixtures/vectors');

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  },
});

const judged: Judged[] = [];
const disagreement = await findDisagreement({
  cases: Number(values.cases),
  seed: Number(values.seed),
  workers: availableParallelism(),
  build: await build(),
  predict,
  onJudged: (each) => judged.push(each),
});
if (disagreement !== null) {
  // The kernel's outcome would be recorded all the same; but someone should look first.
  console.error(describeDisagreement(disagreement));
  process.exit(1);
}

const kept = chooseVectors(judged);
const kernel = kept[0]?.scenario.kernel ?? 'unknown';
const file = join(folder, `exec-${kernel}.jsonl`);
await mkdir(folder, { recursive: true });
await writeFile(
  file,
  kept
    .map(({ scenario, kernel: outcome }) => `${JSON.stringify({ scenario, outcome })}\n`)
    .join(''),
);
console.log(`${kept.length} of ${judged.length} scenarios in ${file}`);

/** The simplest scenarios first: of two that show the same, the one that is easier to read stays. */
function chooseVectors(all: readonly Judged[]): readonly Judged[] {
  const seen = new Set<string>();
  return [...all]
    .sort((a, b) => size(a.scenario) - size(b.scenario))
    .filter((each) => {
      const before = seen.size;
      for (const meeting of meetings(each)) seen.add(meeting);
      return seen.size > before;
    });
}

function meetings(judged: Judged): readonly string[] {
  const features = featuresOf(judged);
  return features.flatMap((one, index) =>
    features.slice(index).map((other) => `${one} & ${other}`),
  );
}

function featuresOf({ scenario, kernel, model }: Judged): readonly string[] {
  const { caller, program } = scenario;
  const features = {
    exec: kernel.exec,
    namespace: caller.userNamespace !== null,
    rootUid: caller.uid.map((id) => id === 0),
    tracer: caller.tracer?.sysPtrace,
    noNewPrivs: caller.noNewPrivs,
    sharesFs: caller.sharesFs,
    files: fileChain(program).length,
    ...('dumpable' in kernel
      ? {
          secureExec: kernel.secureExec,
          dumpable: kernel.dumpable,
          gained: kernel.permitted !== '0x0',
        }
      : {}),
  };
  const circumstances = Object.entries(features).map(([name, value]) => `${name} ${String(value)}`);
  const rules = model.reasons.map(({ rule, cause }) => `${rule} ${String(cause)}`);
  return [...new Set([...circumstances, ...rules])].sort();
}

function size(scenario: Scenario): number {
  return JSON.stringify(scenario).length + 1000 * fileChain(scenario.program).length;
}
