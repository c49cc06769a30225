/*
 * The tests of the extension in a real VS Code.
 *
 *   node test/editor/run.mjs              all
 *   node test/editor/run.mjs host [NAME…] inside the extension host only; NAME of a row of vantage.ts
 *   node test/editor/run.mjs ui [FILE…]   in front of the workbench only; FILE as for vitest
 *
 * host: host/*.test.ts (mocha, `vscode` is the real one) run once for every row of vantage.ts through
 *       runTests() of @vscode/test-electron, which starts .build/editor/code.mjs.
 * ui:   ui/*.test.ts (vitest) click through the workbench in Chromium by ui/workbench.ts, with the .vsix
 *       of `npm run package` installed; screenshots are in .cache/screenshots.
 *
 * As root, everything runs in a mount and a network namespace of its own, in the world that
 * test/kernel/world prepares, and the extension host runs as its user `dev`. As anybody else, the extension host is the
 * caller's, and the vantages that only root can make are skipped.
 *
 * Counts: the last line; and JSON {passed, failed, skipped, failures, skips, reason} in the file that
 * CAPWRIGHT_RESULTS names. Exit status 1 on a failure.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process, { env } from 'node:process';
import { stripVTControlCharacters } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { chromiumIsMissing, findChromium } from '../../.build/editor/chromium.mjs';
import { whyNoServer } from '../../.build/editor/server.mjs';
import { asUser } from '../../.build/editor/user.mjs';
import { makeVsix } from '../../.build/vsix.mjs';
import { prepareWorld, WorldError } from '../kernel/world/world.ts';
import { named, none, sum } from './counts.ts';
import { manifest } from './systemdExtension/manifest.ts';
import { needsRoot, userOf, vantages } from './vantage.ts';
import { createWorkspace } from './workspace.ts';

/** @import { Counts } from './counts.ts' */
/** @import { Person, Vantage } from './vantage.ts' */

const here = import.meta.dirname;
const repository = join(here, '../..');
/** Set once we are in namespaces of our own. */
const ownNamespaces = 'CAPWRIGHT_OWN_NAMESPACES';
const isRoot = process.getuid?.() === 0;

const [kind = 'all', ...chosen] = process.argv.slice(2);
if (isRoot && env[ownNamespaces] === undefined) process.exitCode = await again();
else process.exitCode = await main();

async function main() {
  if (!existsSync(join(repository, 'dist/extension.cjs'))) {
    return report({ ...none, failures: ['the extension is not built: run npm run build'] });
  }
  const lack = findChromium() === undefined ? chromiumIsMissing : whyNoServer();
  if (lack !== undefined) {
    console.log(`skipped: ${lack}`);
    return report({ ...none, skips: [lack] }, lack);
  }
  const person = isRoot ? await prepare() : undefined;
  /** @type {Counts[]} */
  const counts = [];
  if (kind !== 'ui') counts.push(...(await host(person)));
  if (kind !== 'host') counts.push(await ui(person));
  return report(sum(counts));
}

/**
 * @param {Person | undefined} person
 * @returns {Promise<Counts[]>} one for each vantage
 */
async function host(person) {
  const directory = await mkdtemp(join(tmpdir(), 'capwright-host-'));
  const workspace = await createWorkspace(person, { 'notes.txt': 'notes\n' });
  try {
    // Others' temporary directories cannot be entered, but the editor's user reads the tests here.
    await chmod(directory, 0o755);
    await bundle(join(directory, 'specs'));
    await buildSystemdExtension(join(directory, 'systemd'));
    const counts = [];
    const rows = vantages
      // What these differ in is seen in the workbench.
      .filter(({ root, lacking }) => !root && lacking.length === 0)
      .filter(({ name }) => chosen.length === 0 || chosen.includes(name));
    for (const vantage of rows) {
      console.log(`\nextension host, ${vantage.name}`);
      const found =
        person === undefined && needsRoot(vantage)
          ? { ...none, skips: ['only root can make this vantage'] }
          : await hostAt(vantage, person, directory, workspace.path);
      for (const skip of found.skips) console.log(`  skipped: ${skip}`);
      counts.push(named(`extension host, ${vantage.name}`, found));
    }
    return counts;
  } finally {
    await workspace.dispose();
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * @param {Vantage} vantage
 * @param {Person | undefined} person
 * @param {string} directory with the bundled specs
 * @param {string} workspace
 * @returns {Promise<Counts>}
 */
async function hostAt(vantage, person, directory, workspace) {
  const results = join(directory, 'results');
  await rm(results, { recursive: true, force: true });
  await mkdir(results);
  if (person !== undefined) await chown(results, person.uid, person.gid);
  const file = join(results, 'counts.json');
  const screenshot = join(
    repository,
    '.cache/screenshots',
    `host-${vantage.name.replaceAll(' ', '-')}-failed.png`,
  );
  /** @type {string | undefined} */
  let failure;
  try {
    await runTests({
      vscodeExecutablePath: join(repository, '.build/editor/code.mjs'),
      extensionDevelopmentPath: repository,
      extensionTestsPath: join(directory, 'specs/index.cjs'),
      launchArgs: [workspace],
      extensionTestsEnv: {
        CAPWRIGHT_EDITOR: JSON.stringify({
          user: userOf(person, vantage),
          trusted: vantage.trusted,
          otherExtensions: vantage.besideOthers ? [join(directory, 'systemd')] : [],
          screenshot,
        }),
        CAPWRIGHT_HOST_RESULTS: file,
        CAPWRIGHT_VANTAGE: vantage.name,
        CAPWRIGHT_UID: String(person?.uid ?? process.getuid?.()),
      },
    });
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  if (!existsSync(file)) return { ...none, failures: [failure ?? 'no test ran'] };
  const counts = /** @type {Counts} */ (JSON.parse(await readFile(file, 'utf8')));
  return failure === undefined || counts.failures.length > 0
    ? counts
    : { ...counts, failures: [failure] };
}

/** @param {string} directory */
async function bundle(directory) {
  const specs = (await readdir(join(here, 'host'))).filter((name) => name.endsWith('.test.ts'));
  await build({
    entryPoints: ['index.ts', ...specs].map((name) => join(here, 'host', name)),
    outdir: directory,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    // Mocha's workers are separate files; the suite runs in the extension host itself.
    external: ['vscode', './worker.cjs', './reporters/parallel-buffered.cjs'],
    define: { 'import.meta.dirname': '__dirname' },
    sourcemap: 'inline',
    logLevel: 'warning',
  });
}

/** @param {string} directory */
async function buildSystemdExtension(directory) {
  await build({
    entryPoints: [join(here, 'systemdExtension/extension.ts')],
    outfile: join(directory, 'extension.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    logLevel: 'warning',
  });
  await writeFile(join(directory, 'package.json'), JSON.stringify(manifest));
}

/**
 * @param {Person | undefined} person
 * @returns {Promise<Counts>}
 */
async function ui(person) {
  const directory = await mkdtemp(join(tmpdir(), 'capwright-ui-'));
  const file = join(directory, 'results.json');
  const vsix = join(directory, 'capwright.vsix');
  try {
    await chmod(directory, 0o755);
    await makeVsix(vsix);
    const status = await attempt(
      [
        ...[process.execPath, join(repository, 'node_modules/.bin/vitest'), 'run'],
        ...['--config', join(here, 'vitest.config.ts')],
        ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
        ...chosen,
      ],
      { ...env, CAPWRIGHT_PERSON: JSON.stringify(person ?? null), CAPWRIGHT_VSIX: vsix },
    );
    const counts = existsSync(file) ? fromVitest(await readFile(file, 'utf8')) : none;
    const silent = counts.failures.length === 0 && (status !== 0 || counts.passed === 0);
    const failures = silent ? [`vitest ended with ${status} and no failure`] : counts.failures;
    return named('workbench', { ...counts, failures });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * @param {string} json vitest's report
 * @returns {Counts}
 */
function fromVitest(json) {
  /** @typedef {{ status: string, fullName: string, failureMessages: string[] }} Test */
  /** @typedef {{ name: string, status: string, message: string, assertionResults: Test[] }} File */
  const { testResults } = /** @type {{ testResults: File[] }} */ (JSON.parse(json));
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.filter(({ status }) => status === 'failed');
  const passed = tests.filter(({ status }) => status === 'passed');
  const rest = tests.filter(({ status }) => status !== 'failed' && status !== 'passed');
  // A file whose hooks failed or that could not be loaded has no failed test to show for it.
  const broken = testResults
    .filter(({ status }) => status === 'failed')
    .filter(({ assertionResults }) => assertionResults.every(({ status }) => status !== 'failed'));
  return {
    passed: passed.length,
    failures: [
      ...failed.map(
        ({ fullName, failureMessages }) =>
          `${fullName}: ${failureMessages.map(withoutStack).join('\n')}`,
      ),
      ...broken.map(({ name, message }) => `${name}: ${withoutStack(message)}`),
    ],
    skips: rest.map(({ fullName }) => fullName),
  };
}

/** @param {string} message */
function withoutStack(message) {
  return stripVTControlCharacters(message).split(/\n\s+at /)[0] ?? message;
}

/**
 * @param {Counts} counts
 * @param {string} [reason] why nothing could run
 */
async function report({ passed, failures, skips }, reason) {
  if (failures.length > 0) console.log(`\n${failures.map((failure) => `✗ ${failure}`).join('\n')}`);
  const [failed, skipped] = [failures.length, skips.length];
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  const file = env['CAPWRIGHT_RESULTS'];
  if (file !== undefined) {
    await mkdir(dirname(file), { recursive: true });
    const result = { passed, failed, skipped, failures, skips, reason: reason ?? skips[0] };
    await writeFile(file, JSON.stringify(result));
  }
  return failed > 0 ? 1 : 0;
}

/** @returns {Promise<Person>} */
async function prepare() {
  const { status, error } = spawnSync('ip', ['link', 'set', 'lo', 'up'], { stdio: 'inherit' });
  if (status !== 0) throw error ?? new Error('a new network namespace has no loopback (iproute2)');
  try {
    const { dev, tunners } = await prepareWorld();
    // Beside the homes, on the world's own file system: what a killed run leaves is gone with it.
    env['TMPDIR'] = join(dirname(dev.home), 'tmp');
    await mkdir(env['TMPDIR']);
    await chmod(env['TMPDIR'], 0o1777);
    return { uid: dev.uid, gid: dev.gid, groups: [dev.gid, tunners.gid], name: dev.name };
  } catch (error) {
    if (!(error instanceof WorldError)) throw error;
    console.log(`No world of its own, so the editor runs as nobody: ${error.message}`);
    return { uid: 65534, gid: 65534, groups: [], name: 'nobody' };
  }
}

/** Runs this file once more, where mounts and network devices are seen by nobody else. */
function again() {
  const namespaces = ['unshare', '--mount', '--net', '--propagation', 'private', '--'];
  return attempt([...namespaces, process.execPath, ...process.argv.slice(1)], {
    ...env,
    [ownNamespaces]: '1',
  });
}

/**
 * Runs a command that ends with this process, however this one ends.
 *
 * @param {readonly string[]} argv
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<number>} its exit status, 1 for a signal
 */
async function attempt(argv, environment) {
  const [command, ...prefix] = asUser(undefined);
  const child = spawn(command, [...prefix, ...argv], { stdio: 'inherit', env: environment });
  await once(child, 'exit');
  return child.exitCode ?? 1;
}
