// What the test runners report, as counts. No story of success goes unchecked.
import { existsSync, readFileSync } from 'node:fs';

/**
 * What a group found. `failures` and `skips` name what the counts count.
 * @typedef {object} Result
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} failures
 * @property {readonly string[]} skips
 */

/** @type {Result} */
const nothing = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };

/**
 * @param {number} status vitest's exit status
 * @param {string} path of its JSON report
 * @returns {Result}
 */
export function readVitest(status, path) {
  if (!existsSync(path)) return agreed(status, nothing);
  /** @typedef {{ status: string, fullName: string, failureMessages: string[] }} Test */
  /** @typedef {{ name: string, status: string, message: string, assertionResults: Test[] }} File */
  /** @type {{ testResults: File[] }} */
  const { testResults } = JSON.parse(readFileSync(path, 'utf8'));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const named = (/** @type {(status: string) => boolean} */ chosen) =>
    tests.filter(({ status }) => chosen(status)).map(({ fullName }) => fullName);
  // A file that could not be loaded, or whose hooks failed, has no failed test to show for it.
  const broken = testResults
    .filter((file) => file.status === 'failed')
    .filter(({ assertionResults }) => assertionResults.every(({ status }) => status !== 'failed'))
    .map(({ name, message }) => `${name}: ${message}`);
  const passes = named((status) => status === 'passed');
  const failed = tests
    .filter(({ status }) => status === 'failed')
    .map(({ fullName, failureMessages: [why = ''] }) => `${fullName}: ${beginning(why)}`);
  const failures = [...failed, ...broken];
  const skips = named((status) => status !== 'failed' && status !== 'passed');
  return agreed(status, {
    ...{ passed: passes.length, failed: failures.length, skipped: skips.length },
    ...{ failures, skips },
  });
}

/**
 * What a failure says, and where: without the runner’s part of the stack.
 * @param {string} why
 */
function beginning(why) {
  const lines = why
    .split('\n')
    .filter((line) => !/^ +at .*(node_modules|node:|<anonymous>)/.test(line));
  return lines.slice(0, 12).join('\n');
}

/**
 * @param {number} status the exit status of test/editor/run.mjs
 * @param {string} path of the Result that it wrote
 * @returns {Result}
 */
export function readEditor(status, path) {
  if (!existsSync(path)) return agreed(status, nothing);
  return agreed(status, JSON.parse(readFileSync(path, 'utf8')));
}

/**
 * A runner's exit status and its counts tell the same story; where they do not, it is a failure.
 * @param {number} status
 * @param {Result} result
 * @returns {Result}
 */
function agreed(status, result) {
  const fail = (/** @type {string} */ why) => ({
    ...result,
    failed: result.failed + 1,
    failures: [...result.failures, why],
  });
  if (result.passed + result.failed === 0) return fail(`no test ran (exit status ${status})`);
  if (status !== 0 && result.failed === 0)
    return fail(`exit status ${status} without a failed test`);
  if (status === 0 && result.failed > 0) return fail('failed tests, but exit status 0');
  return result;
}
