// From a fresh clone to a checkout that runs. Node 20 and its built-ins are enough to start it;
// what follows runs on the Node that package.json pins. Nothing is done twice.
import { existsSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { argv, env, exit, version } from 'node:process';
import { run } from './command.mjs';
import { root } from './root.mjs';
import { step, stepOnce } from './step.mjs';
import { missing, tools } from './tools.mjs';

const bin = join(root, 'node_modules/.bin');
const pinnedNode = join(root, 'node_modules/node/bin/node');

/**
 * Installs what package-lock.json says, and goes on under the pinned Node: when this process is
 * another Node, the script is run again by the pinned one and this call does not return.
 */
export async function installPackages() {
  if (!lockIsInstalled())
    await step('packages', () => run(['npm', 'ci', '--no-progress'], { cwd: root }));
  if (!existsSync(pinnedNode))
    // The one package whose install script has work to do: it fetches the binary for this machine.
    await step('node', () =>
      run(['npm', 'rebuild', 'node', '--ignore-scripts=false'], { cwd: root }),
    );
  if (!env['PATH']?.startsWith(`${bin}:`)) env['PATH'] = `${bin}:${env['PATH'] ?? ''}`;
  if (version !== `v${pinnedVersion()}`) {
    const { status, signal, error } = spawnSync(pinnedNode, argv.slice(1), { stdio: 'inherit' });
    if (error) throw error;
    exit(status ?? (signal === 'SIGINT' ? 130 : 1));
  }
}

/** Builds the native probe, without which everything else still works. */
export async function buildProbe() {
  const lack = missing(tools.make, tools.cxx);
  if (lack === undefined)
    await step('native probe', () =>
      run(['make', '-C', 'native', '--no-print-directory'], { cwd: root }),
    );
  else console.log(`  native probe: ${lack}`);
}

/** Builds what ships as JavaScript. */
export async function buildBundles() {
  const { bundle } = await import('./bundle.mjs');
  await step('bundles', bundle);
}

/**
 * Makes the embedded VS Code runnable: the code-server package brings the server, but not the
 * server's own packages.
 * @throws when there is nothing to compile them with
 */
export async function installEditor() {
  const lack = missing(tools.make, tools.cxx, tools.python);
  if (lack !== undefined) throw new Error(`The VS Code server's packages: ${lack}`);
  const server = join(root, 'node_modules/code-server/lib/vscode');
  const inServer = (/** @type {string[]} */ ...args) => run(['npm', ...args], { cwd: server });
  await stepOnce('VS Code server', {
    inputs: [readFileSync(join(root, 'node_modules/code-server/package.json'), 'utf8'), version],
    outputs: ['spdlog', 'native-watchdog'].map((name) =>
      join(server, 'node_modules/@vscode', name, 'build/Release'),
    ),
    work: async () => {
      await inServer('install', '--omit=dev', '--ignore-scripts', '--no-save', '--no-progress');
      await inServer(
        ...['rebuild', '--ignore-scripts=false'],
        ...['@vscode/spdlog', '@vscode/native-watchdog', 'node-pty', '@parcel/watcher'],
      );
    },
  });
}

/** Everything, in order. */
export async function setUp() {
  await installPackages();
  await buildProbe();
  await buildBundles();
}

/** npm's own note of what it installed agrees with package-lock.json. */
function lockIsInstalled() {
  const note = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(note)) return false;
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const there = packagesIn(note);
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || there[path]?.integrity === entry.integrity || (!there[path] && entry.optional),
  );
}

/**
 * @param {string} lock
 * @returns {Record<string, { integrity?: string, optional?: boolean }>}
 */
function packagesIn(lock) {
  return JSON.parse(readFileSync(lock, 'utf8')).packages;
}

/** @returns {string} */
function pinnedVersion() {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.node;
}

if (argv[1] === import.meta.filename) await setUp();
