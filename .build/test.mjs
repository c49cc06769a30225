// npm test: sets up, runs the groups in order, and ends with one line of counts over all of them.
//
//   npm test                          everything
//   npm test -- --group unit          one group; may be given more than once
//
// With CI=true a group that cannot run has failed: nobody would notice that it is gone.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import process, { env } from 'node:process';
import { parseArgs } from 'node:util';
import { groups } from './groups.mjs';
import { root } from './root.mjs';
import { buildBundles, buildProbe, installPackages } from './setup.mjs';
import { seconds } from './step.mjs';

/** @import { Group } from './groups.mjs' */
/** @import { Result } from './results.mjs' */
/** @typedef {Result & { name: string, time: string }} Row */

const wanted = chosenGroups();
/** @type {Row[]} */
const rows = [];
mkdirSync(join(root, '.cache/results'), { recursive: true });
await runSetUp();
for (const group of wanted) rows.push(await runGroup(group));
report(rows);
process.exitCode = rows.some(({ failed }) => failed > 0) ? 1 : 0;

/** @returns {readonly Group[]} */
function chosenGroups() {
  const { values } = parseArgs({ options: { group: { type: 'string', multiple: true } } });
  const unknown = values.group?.find((name) => groups.every((group) => group.name !== name));
  if (unknown === undefined)
    return groups.filter(({ name }) => values.group?.includes(name) ?? true);
  console.error(`no group “${unknown}”; there are: ${groups.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

/** Without packages nothing runs. What does not build has failed, and the groups show what that breaks. */
async function runSetUp() {
  const start = performance.now();
  for (const part of [installPackages, buildProbe, buildBundles])
    try {
      await part();
    } catch (error) {
      rows.push({ name: 'set-up', time: seconds(start), ...failure(error) });
      if (part !== installPackages) continue;
      report(rows);
      process.exit(1);
    }
}

/**
 * @param {Group} group
 * @returns {Promise<Row>}
 */
async function runGroup({ name, about, lacks, run }) {
  console.log(`\n── ${name}: ${about}`);
  const start = performance.now();
  const lack = lacks();
  const result = lack === undefined ? await run().catch(failure) : unable(lack);
  const row = { name, time: seconds(start), ...result };
  console.log(`── ${name}: ${verdict(row)} (${counts(row)}) in ${row.time}`);
  return row;
}

/**
 * @param {string} reason why a group could not run
 * @returns {Result}
 */
function unable(reason) {
  return env['CI'] === 'true'
    ? { passed: 0, failed: 1, skipped: 0, failures: [`could not run: ${reason}`], skips: [] }
    : { passed: 0, failed: 0, skipped: 1, failures: [], skips: [reason] };
}

/**
 * @param {unknown} error
 * @returns {Result}
 */
function failure(error) {
  const message = error instanceof Error ? error.message : String(error);
  return { passed: 0, failed: 1, skipped: 0, failures: [message], skips: [] };
}

/** @param {readonly Row[]} rows */
function report(rows) {
  console.log(
    `\n${'group'.padEnd(12)}${['result', 'passed', 'failed', 'skipped', 'time'].map(cell).join('')}`,
  );
  for (const row of rows) {
    const { name, passed, failed, skipped, time } = row;
    console.log(
      `${name.padEnd(12)}${[verdict(row), passed, failed, skipped, time].map(cell).join('')}`,
    );
  }
  for (const { name, failures } of rows)
    for (const each of failures) console.log(`failed   ${name}: ${each}`);
  for (const { name, skips } of rows)
    for (const each of skips) console.log(`SKIPPED  ${name}: ${each}`);
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ what) =>
    rows.reduce((total, row) => total + row[what], 0);
  console.log(
    `\n${counts({ passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') })}`,
  );
}

/** @param {Row} row */
function verdict({ passed, failed }) {
  return failed > 0 ? 'failed' : passed > 0 ? 'passed' : 'skipped';
}

/** @param {{ passed: number, failed: number, skipped: number }} of */
function counts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** @param {string | number} value */
function cell(value) {
  return String(value).padStart(10);
}
