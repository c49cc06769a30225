// One piece of work with one line of progress. Work whose inputs are as they were is not done again.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { CommandError } from './command.mjs';
import { root } from './root.mjs';

/** @param {number} since a time of performance.now() */
export const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * Does a step and prints its name with the time it took; all its output, only when it fails.
 * @template T
 * @param {string} name
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(name, work) {
  const start = performance.now();
  try {
    const result = await work();
    console.log(`  ${name.padEnd(32)} ${seconds(start).padStart(8)}`);
    return result;
  } catch (error) {
    console.log(`  ${name.padEnd(32)} ${seconds(start).padStart(8)}  FAILED`);
    if (error instanceof CommandError && error.output !== '') console.log(error.output.trimEnd());
    throw error;
  }
}

/**
 * A step that is done again only when `inputs` changed or one of `outputs` is gone.
 * @param {string} name
 * @param {{ inputs: readonly string[], outputs: readonly string[], work: () => unknown }} made
 *   inputs: whatever decides the result, as text; outputs: paths.
 */
export async function stepOnce(name, { inputs, outputs, work }) {
  const stamp = join(root, '.cache/stamps', name.replaceAll(/\W+/g, '-'));
  const now = createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
  const done = existsSync(stamp) && readFileSync(stamp, 'utf8') === now;
  if (done && outputs.every((output) => existsSync(output))) return;
  await step(name, work);
  mkdirSync(join(root, '.cache/stamps'), { recursive: true });
  writeFileSync(stamp, now);
}
