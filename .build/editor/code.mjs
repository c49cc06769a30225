#!/usr/bin/env node
/*
 * The command line of VS Code as far as extension tests need it, so that @vscode/test-electron and
 * @vscode/test-cli take this file as `vscodeExecutablePath` and no desktop VS Code is downloaded:
 *
 *   code.mjs [folder] --extensionDevelopmentPath=DIR --extensionTestsPath=FILE [--disable-workspace-trust]
 *
 * It opens the embedded editor (server.mjs) in a headless Chromium, prints what the extension host logs as
 * it comes, and exits with 0 if run() of FILE was fulfilled, 1 if not, 2 where no tests could be run.
 *
 * What VS Code has no option for comes as JSON in CAPWRIGHT_EDITOR:
 *   {"user": {…}, "trusted": false, "screenshot": "/where/a/failure/is/shown.png", "seconds": 300}
 * `user` and `otherExtensions` are those of startEditor; `trusted: false` wins over --disable-workspace-trust, which the runners
 * always give.
 */
import { EventEmitter, once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import process from 'node:process';
import { clearTimeout, setTimeout } from 'node:timers';
import { format, parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { chromiumIsMissing, findChromium, launchOptions } from './chromium.mjs';
import { startEditor } from './server.mjs';

/**
 * @typedef {object} Extras
 * @property {import('./user.mjs').User} [user]
 * @property {boolean} [trusted]
 * @property {readonly string[]} [otherExtensions]
 * @property {string} [screenshot]
 * @property {number} [seconds]
 */

/**
 * What the workbench says about itself comes by the same way as the tests' output. It goes beside the picture of a failure.
 */
const workbenchTalk = new RegExp(
  [
    '^Resolv(ing|ed) connection token',
    '^Creat(ing a socket|ion of workbench contribution)',
    '^(Ignoring fetching|Updating) additional builtin extensions',
    '^\\[(reconnection-grace-time|AgentHost|RemoteAgentHost|AccountPolicyGate|ChatModelSelection)',
    '^\\[Service Worker\\] registration',
    // A stack in the page; the extension host's files are others.
    '/workbench/workbench\\.js:\\d+',
  ].join('|'),
);
/** @type {string[]} */
const talk = [];

process.exitCode = await main().catch((/** @type {unknown} */ error) => cannot(String(error)));

async function main() {
  const { values, positionals } = parseArgs({
    options: {
      extensionDevelopmentPath: { type: 'string' },
      extensionTestsPath: { type: 'string' },
      'disable-workspace-trust': { type: 'boolean' },
    },
    allowPositionals: true,
    // The runners also pass what only a desktop understands.
    strict: false,
  });
  const { extensionDevelopmentPath: extension, extensionTestsPath: tests } = values;
  if (typeof extension !== 'string' || typeof tests !== 'string') {
    return cannot('needs --extensionDevelopmentPath=DIR and --extensionTestsPath=FILE');
  }
  const browserPath = findChromium();
  if (browserPath === undefined) return cannot(chromiumIsMissing);
  const extras = /** @type {Extras} */ (JSON.parse(process.env['CAPWRIGHT_EDITOR'] ?? '{}'));
  const { trusted = values['disable-workspace-trust'] === true } = extras;

  const editor = await startEditor({
    extensionPath: resolve(extension),
    extensionTestsPath: resolve(tests),
    extensionEnvironment: testEnvironment(),
    trusted,
    gallery: false,
    ...(positionals[0] === undefined ? {} : { workspace: resolve(positionals[0]) }),
    ...(extras.user === undefined ? {} : { user: extras.user }),
    otherExtensions: extras.otherExtensions ?? [],
  });
  try {
    const browser = await chromium.launch(launchOptions(browserPath));
    try {
      return await runInPage(await browser.newPage(), editor, extras);
    } finally {
      await browser.close();
    }
  } finally {
    await editor.dispose();
  }
}

/**
 * @param {import('playwright-core').Page} page
 * @param {import('./server.mjs').Editor} editor
 * @param {Extras} extras
 * @returns {Promise<number>}
 */
async function runInPage(page, editor, { screenshot, seconds = 300 }) {
  const events = new EventEmitter();
  const ended = once(events, 'end');
  const end = (/** @type {number} */ code) => events.emit('end', code);
  const stop = (/** @type {string} */ why) => {
    process.stderr.write(`${why}\n${editor.output()}\n`);
    end(2);
  };
  await page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) =>
    end(code === 0 ? 0 : 1),
  );
  await page.exposeFunction('codeAutomationLog', print);
  page.once('crash', () => stop('the page of the workbench crashed'));
  const serverEnded = () => stop('the VS Code server ended before the tests did');
  editor.process.once('exit', serverEnded);
  const limit = setTimeout(
    () => stop(`the extension tests did not end within ${seconds} s`),
    seconds * 1000,
  );
  try {
    await page.goto(editor.url);
    const [code] = /** @type {[number]} */ (await ended);
    if (code !== 0 && screenshot !== undefined && !page.isClosed()) {
      await mkdir(dirname(screenshot), { recursive: true });
      await page.screenshot({ path: screenshot });
      const log = `${screenshot}.log`;
      await writeFile(log, `${talk.join('\n')}\n`);
      process.stderr.write(`The workbench looked like ${screenshot}\nand said ${log}\n`);
    }
    return code;
  } finally {
    clearTimeout(limit);
    editor.process.off('exit', serverEnded);
  }
}

/**
 * @param {string} severity
 * @param {unknown[]} parts as for console.log
 */
function print(severity, parts) {
  const line = format(...parts);
  if (workbenchTalk.test(line)) {
    talk.push(line);
    return;
  }
  const stream = severity === 'error' || severity === 'warn' ? process.stderr : process.stdout;
  stream.write(`${line}\n`);
}

/** What test runners hand over by the environment; the rest of ours is not for the tests' user. */
function testEnvironment() {
  /** @type {Record<string, string>} */
  const kept = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && /^(CAPWRIGHT_|VSCODE_TEST_|NODE_V8_COVERAGE$)/.test(name)) {
      kept[name] = value;
    }
  }
  return kept;
}

/** @param {string} why */
function cannot(why) {
  process.stderr.write(`${why}\n`);
  return 2;
}
