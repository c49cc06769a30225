import { release } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import type { Answer, Scenario } from '../../../extension/protocol/predict.ts';
import type { Build } from './build.ts';
import { KernelRunner, runnerLine, type Measurement, type Outcome } from './runner.ts';
import { generators, scenarioOf, type Generator, type Setup } from './scenario.ts';

export type Predict = (scenario: Scenario) => Answer;

/** A scenario as it was measured, what the kernel did and what the model says. */
export interface Judged {
  readonly scenario: Scenario;
  readonly kernel: Outcome;
  readonly model: Answer;
}

export interface Disagreement extends Judged {
  readonly setup: Setup;
  readonly generator: string;
  /** Draws the case again: fast-check's seed and the index within it. */
  readonly seed: number;
  readonly path: string;
}

export interface Options {
  /** For the first generator; the others do their share of it. */
  readonly cases: number;
  readonly seed: number;
  /** Runner processes side by side. */
  readonly workers: number;
  readonly build: Build;
  readonly predict: Predict;
  readonly onJudged?: (judged: Judged) => void;
}

interface Source extends Options {
  readonly generator: Generator;
}

/** Bounds the memory of a long run. */
const chunkSize = 5000;

/** How many scenarios a generator draws where the first one draws `cases`. */
export function casesOf({ share }: Generator, cases: number): number {
  return Math.ceil(cases * share);
}

/**
 * Does random scenarios from every generator on this kernel and compares each with the model's
 * answer. Resolves to the first disagreement, made as small as it gets, or null.
 * @throws Error when a scenario cannot be done here at all, or none is asked for: no judgement is
 *   not agreement
 */
export async function findDisagreement(options: Options): Promise<Disagreement | null> {
  if (options.workers < 1 || options.cases < 1) throw new RangeError('nothing would be judged');
  const runners = Array.from({ length: options.workers }, () => new KernelRunner(options.build));
  try {
    for (const generator of generators) {
      const source = { ...options, generator, cases: casesOf(generator, options.cases) };
      const found = await findIn(source, runners);
      if (found !== null) return found;
    }
    return null;
  } finally {
    await Promise.all(runners.map((runner) => runner.dispose()));
  }
}

async function findIn(
  source: Source,
  runners: readonly KernelRunner[],
): Promise<Disagreement | null> {
  for (let done = 0, seed = source.seed; done < source.cases; done += chunkSize, seed += 1) {
    const count = Math.min(chunkSize, source.cases - done);
    const failed = await judgeChunk(source, runners, seed, count);
    if (failed !== null) return await shrink(source, runners, seed, failed);
  }
  return null;
}

export function describeDisagreement(found: Disagreement): string {
  const { scenario, kernel, model, setup, generator, seed, path } = found;
  const { reasons, ...answer } = model;
  return [
    'The model disagrees with the kernel. The scenario, for `capwright predict`:',
    JSON.stringify(scenario),
    `kernel: ${JSON.stringify(kernel)}`,
    `model:  ${JSON.stringify(answer)}`,
    `because ${JSON.stringify(reasons)}`,
    `runner line: ${runnerLine(setup)}`,
    `drawn from “${generator}” with seed ${seed}, path ${path}`,
  ].join('\n');
}

async function judgeChunk(
  options: Source,
  runners: readonly KernelRunner[],
  seed: number,
  count: number,
): Promise<number | null> {
  const drawn = fc.sample(options.generator.setups, { seed, numRuns: count });
  let failed: number | null = null;
  await Promise.all(
    runners.map(async (runner, worker) => {
      const own = drawn.flatMap((setup, index) =>
        index % runners.length === worker ? [{ setup, index }] : [],
      );
      const measuring = own.map(async ({ setup, index }) => {
        const judged = judge(options.predict, setup, await runner.measure(setup));
        options.onJudged?.(judged);
        if (!agrees(judged)) failed = Math.min(failed ?? index, index);
      });
      await Promise.all(measuring);
    }),
  );
  return failed;
}

async function shrink(
  options: Source,
  runners: readonly KernelRunner[],
  seed: number,
  index: number,
): Promise<Disagreement> {
  const [runner] = runners;
  if (runner === undefined) throw new Error('no runner');
  const property = fc.asyncProperty(options.generator.setups, async (setup) =>
    agrees(judge(options.predict, setup, await runner.measure(setup))),
  );
  const details = await fc.check(property, { seed, path: String(index), numRuns: 1 });
  const smallest = details.counterexample?.[0];
  if (smallest === undefined) {
    throw new Error(`seed ${seed}, path ${index}: a disagreement that does not come again`);
  }
  const judged = judge(options.predict, smallest, await runner.measure(smallest));
  return {
    ...judged,
    setup: smallest,
    generator: options.generator.name,
    seed,
    path: details.counterexamplePath ?? String(index),
  };
}

function judge(predict: Predict, setup: Setup, measured: Measurement): Judged {
  const scenario = scenarioOf(setup, measured.caller, kernelRelease());
  try {
    return { scenario, kernel: measured.outcome, model: predict(scenario) };
  } catch (error) {
    throw new Error(`the model fails on ${JSON.stringify(scenario)}`, { cause: error });
  }
}

function agrees({ kernel, model }: Pick<Judged, 'kernel' | 'model'>): boolean {
  return isDeepStrictEqual({ ...kernel, reasons: model.reasons }, model);
}

function kernelRelease(): string {
  return /^[\d.]+/.exec(release())?.[0] ?? release();
}
