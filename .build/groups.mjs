// The groups of npm test, in the order in which they run: the quick ones first.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath, getuid } from 'node:process';
import { attempt } from './command.mjs';
import { readEditor, readVitest } from './results.mjs';
import { root } from './root.mjs';
import { installEditor } from './setup.mjs';
import { missing, tools } from './tools.mjs';

/** @import { Result } from './results.mjs' */

/**
 * @typedef {object} Group
 * @property {string} name
 * @property {string} about one line, for the heading
 * @property {() => string | undefined} lacks why it cannot run on this machine
 * @property {() => Promise<Result>} run
 */

const bin = (/** @type {string} */ name) => join(root, 'node_modules/.bin', name);

/** Shared state of the machine (mounts, /dev/net/tun) stays as it is: what a test mounts ends with it. */
const ownMounts = ['unshare', '--mount', '--propagation', 'private', '--'];

/** @type {readonly Group[]} */
export const groups = [
  check('types', 'tsc over every project', [bin('tsc'), '--build']),
  check('lint', 'ESLint', [bin('eslint'), '--max-warnings=0', '.']),
  check('format', 'Prettier', [bin('prettier'), '--check', '--log-level=warn', '.']),
  check('layers', 'dependency-cruiser: imports go down only', [
    ...[bin('depcruise'), '--config', '.dependency-cruiser.mjs'],
    ...['extension', 'webview', 'test', '.build'],
  ]),
  check('dead-code', 'knip: no file, export or dependency without a use', [bin('knip')]),
  vitest('unit', 'the pure layers, and the repository itself'),
  vitest('native', 'the native probe on this kernel, with sanitizers and lint', () =>
    missing(tools.make, tools.cxx),
  ),
  vitest('kernel', 'predictions against what this kernel does', lacksKernel, ownMounts),
  vitest(
    'systemd',
    'booted systemd 252 and 257; the newest on demand: npm run test:systemd -- --release sid',
    lacksSystemd,
    ownMounts,
  ),
  {
    name: 'editor',
    about: 'the extension in a real VS Code',
    lacks: () => missing(tools.chromium, tools.make, tools.cxx, tools.python),
    run: runEditor,
  },
];

/**
 * A tool that passes or does not: one test.
 * @param {string} name
 * @param {string} about
 * @param {readonly string[]} argv
 * @returns {Group}
 */
function check(name, about, argv) {
  return {
    name,
    about,
    lacks: () => undefined,
    run: async () => {
      const { status, output } = await attempt(argv, { cwd: root });
      if (status === 0) return { passed: 1, failed: 0, skipped: 0, failures: [], skips: [] };
      console.log(output.trimEnd());
      return { passed: 0, failed: 1, skipped: 0, failures: [about], skips: [] };
    },
  };
}

/**
 * A project of vitest.config.ts.
 * @param {string} name
 * @param {string} about
 * @param {() => string | undefined} [lacks]
 * @param {readonly string[]} [prefix] what starts it
 * @returns {Group}
 */
function vitest(name, about, lacks = () => undefined, prefix = []) {
  const results = resultsOf(name);
  return {
    name,
    about,
    lacks,
    run: async () => {
      rmSync(results, { force: true });
      const { status } = await attempt(
        [
          ...[...prefix, execPath, bin('vitest'), 'run', '--project', name],
          ...['--reporter=default', '--reporter=json', `--outputFile.json=${results}`],
        ],
        { cwd: root, show: true },
      );
      return readVitest(status, results);
    },
  };
}

/** The runner of test/editor prints for people and counts in a file. */
async function runEditor() {
  await installEditor();
  const results = resultsOf('editor');
  rmSync(results, { force: true });
  const { status } = await attempt([execPath, 'test/editor/run.mjs'], {
    cwd: root,
    show: true,
    env: { ...env, CAPWRIGHT_RESULTS: results },
  });
  return readEditor(status, results);
}

/** @param {string} name */
function resultsOf(name) {
  return join(root, '.cache/results', `${name}.json`);
}

function lacksMounts() {
  if (getuid?.() !== 0) return 'not root: a mount namespace of their own needs CAP_SYS_ADMIN';
  return missing(tools.unshare);
}

function lacksSystemd() {
  return lacksKernel() ?? missing(tools.debootstrap, tools.cc);
}

function lacksKernel() {
  const tun = '/sys/class/misc/tun';
  return lacksMounts() ?? (existsSync(tun) ? undefined : `no TUN driver in this kernel (${tun})`);
}
