/*
 * An embedded VS Code: the server of the npm package `code-server`, in front of it any browser.
 *
 *   const editor = await startEditor({ workspace, extensionPath });
 *   … open editor.url …
 *   await editor.dispose();
 *
 * Every editor has a private directory for its data, extensions, sockets and temporary files; dispose()
 * ends its processes and removes it. It also goes away with the process that started it: at exit, at a
 * signal, and by the parent-death signal even at SIGKILL (then the directory stays).
 *
 * It listens on 127.0.0.1 only and asks for a token, which is in the address: whoever reaches a VS Code
 * server may run programs as its user, and loopback is shared with everybody on the machine.
 *
 * As root it can run as somebody else, with no_new_privs or with ambient capabilities (`user`). What that
 * user cannot read is copied into the private directory first.
 *
 * Extension tests: with `extensionTestsPath` the page runs them in the extension host and calls
 * `codeAutomationExit(code)`; see code.mjs.
 */
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { clearTimeout, setTimeout } from 'node:timers';
import { setTimeout as pause } from 'node:timers/promises';
import { URL } from 'node:url';
import { run } from '../command.mjs';
import { installLanguage } from './language.mjs';
import { stage, stageExtension } from './stage.mjs';
import { asUser } from './user.mjs';

/** @typedef {import('./language.mjs').Language} Language */
/** @typedef {import('./user.mjs').User} User */

/**
 * @typedef {object} EditorOptions
 * @property {string} [workspace] absolute path of a folder or a `.code-workspace`; none unless given
 * @property {string} extensionPath root of the extension under development; or a `.vsix`, which is installed as
 *   people do, and which extension tests cannot be run in
 * @property {readonly string[]} [otherExtensions] roots of extensions that are installed too
 * @property {string} [extensionTestsPath] file with `export function run(): Promise<void>`, extension included
 * @property {Readonly<Record<string, string>>} [extensionEnvironment] added to the environment
 * @property {Readonly<Record<string, unknown>>} [settings] the user's at the start, over the quiet ones below
 * @property {Readonly<Record<string, unknown>>} [machineSettings] this machine's, for what has that scope
 * @property {Language} [language] that it speaks; English unless given. The extension is then a package
 * @property {string} [home] the user's, absolute; the private directory is then in it, as VS Code's server has one.
 *   A temporary one unless given
 * @property {User} [user] who runs it; the caller unless given, another one only for root
 * @property {boolean} [trusted] false: Restricted Mode. True unless given
 * @property {boolean} [gallery] whether extensions can be installed; asks the network. True unless given
 * @property {number} [port] a free one unless given
 *
 * @typedef {object} Editor
 * @property {string} url what a browser opens, token included
 * @property {number} port
 * @property {string} directory the private one
 * @property {import('node:child_process').ChildProcess} process the server
 * @property {() => string} output what the server has printed lately
 * @property {() => Promise<void>} dispose
 */

const repository = join(import.meta.dirname, '../..');

/** The VS Code server and what set-up builds in it. */
const serverPath = join(repository, 'node_modules/code-server/lib/vscode');
const serverMain = 'out/server-main.js';

/** Nothing that asks the network, nothing that covers what is looked at. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  // Not false, which VS Code would rewrite as this: to do so it opens the settings, which activates what is for their language.
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.showReleaseNotes': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Marks every process below an editor, also those that left its process group (terminals). */
const marker = 'CAPWRIGHT_EDITOR_DIRECTORY';

const startLimit = 60_000;
const endLimit = 5_000;

/**
 * Starts an editor and waits until it answers.
 *
 * @param {EditorOptions} options
 * @returns {Promise<Editor>}
 */
export async function startEditor(options) {
  const { user, trusted = true } = options;
  requireServer();
  if (user !== undefined && process.getuid?.() !== 0) {
    throw new Error(`only root can run an editor as user ${user.uid}`);
  }

  const directory = await privateDirectory(user, options.home);
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let server;
  const remove = () => {
    endNow(server, directory);
    rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  const letGo = onEndOfProcess(remove);
  try {
    const place = join(directory, 'staged');
    const vscode = await stage(user, serverPath, place, serverMain);
    const node = await nodeFor(user, place, options.home);
    const isPackage = options.extensionPath.endsWith('.vsix');
    const extension = isPackage
      ? await stage(user, options.extensionPath, place)
      : await stageExtension(user, options.extensionPath, place);
    // Before the package: once one is installed, VS Code goes by its list and looks at no folder.
    for (const other of options.otherExtensions ?? []) {
      await installLink(await stageExtension(user, other, place), join(directory, 'extensions'));
    }
    if (isPackage) {
      await installPackage(
        [...asUser(user), node, join(vscode, serverMain)],
        extension,
        directory,
        options,
      );
    } else if (options.extensionTestsPath === undefined) {
      await installLink(extension, join(directory, 'extensions'));
    }

    if (options.language !== undefined) await installLanguage(options.language, directory, user);

    const settingsFile = join(directory, 'data/data/User/settings.json');
    const settings = { ...quietSettings, ...options.settings };
    await writeOwned(user, settingsFile, JSON.stringify(settings, null, 2));
    const machineFile = join(directory, 'data/data/Machine/settings.json');
    await writeOwned(user, machineFile, JSON.stringify(options.machineSettings ?? {}, null, 2));

    const token = randomBytes(16).toString('hex');
    await writeOwned(user, join(directory, 'token'), token);

    const [command, ...prefix] = asUser(user);
    server = spawn(
      command,
      [
        ...[...prefix, node, join(vscode, serverMain)],
        ...['--host', '127.0.0.1', '--port', String(options.port ?? 0)],
        ...['--connection-token-file', join(directory, 'token')],
        ...['--server-data-dir', join(directory, 'data')],
        ...['--extensions-dir', join(directory, 'extensions')],
        ...['--accept-server-license-terms', '--telemetry-level', 'off'],
        ...(trusted ? ['--disable-workspace-trust'] : []),
        ...(options.language === undefined ? [] : ['--locale', options.language.id]),
        // A released VS Code takes extension tests from the page's address only with this flag.
        ...(options.extensionTestsPath === undefined ? [] : ['--enable-smoke-test-driver']),
      ],
      {
        cwd: directory,
        env: environment(directory, options),
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      },
    );
    const output = lastLines(server, 200);
    const port = await answering(server, output);
    const started = server;

    return {
      url: address(port, token, extension, options),
      port,
      directory,
      process: server,
      output,
      async dispose() {
        await end(started);
        remove();
        letGo();
      },
    };
  } catch (error) {
    remove();
    letGo();
    throw error;
  }
}

/** Why no editor can start here, or undefined. */
export function whyNoServer() {
  if (!existsSync(join(serverPath, serverMain))) {
    return 'the npm package code-server is not installed: run npm ci';
  }
  if (!existsSync(join(serverPath, 'node_modules/@vscode/spdlog/build/Release/spdlog.node'))) {
    return `the VS Code server's own modules are not built in ${serverPath}: npm start and npm test do it`;
  }
  return undefined;
}

function requireServer() {
  const why = whyNoServer();
  if (why !== undefined) throw new Error(why);
}

/**
 * The Node that runs the server. In a home it is there too, as VS Code's own server has it: tasks show its path.
 *
 * @param {User | undefined} user
 * @param {string} place where it may be copied to
 * @param {string | undefined} home
 */
async function nodeFor(user, place, home) {
  if (home === undefined) return stage(user, nodePath(), place);
  const copy = join(home, '.vscode-server/node');
  await copyFile(nodePath(), copy);
  own(user, copy);
  return copy;
}

/** The Node for which the server's modules are built, whichever Node we run in. */
function nodePath() {
  const installed = join(repository, 'node_modules/node/bin/node');
  return existsSync(installed) ? installed : process.execPath;
}

/**
 * @param {User | undefined} user
 * @param {string | undefined} home
 * @returns {Promise<string>}
 */
async function privateDirectory(user, home) {
  // Short: the path of a Unix socket in it must fit in 107 bytes.
  const directory =
    home === undefined ? await mkdtemp(join(tmpdir(), 'capwright-')) : join(home, '.vscode-server');
  if (home !== undefined) await mkdir(directory, { mode: 0o700 });
  own(user, directory);
  const settings = ['data', 'data/data', 'data/data/User', 'data/data/Machine'];
  for (const part of [...settings, 'extensions', 'home', 'run', 'tmp']) {
    await mkdir(join(directory, part), { mode: 0o700 });
    own(user, join(directory, part));
  }
  await mkdir(join(directory, 'staged'), { mode: 0o755 });
  return directory;
}

/**
 * @param {User | undefined} user
 * @param {string} path
 */
function own(user, path) {
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}

/**
 * @param {User | undefined} user
 * @param {string} path
 * @param {string} text
 */
async function writeOwned(user, path, text) {
  await writeFile(path, text, { mode: 0o600 });
  own(user, path);
}

/**
 * Installs the extension as a link, as people do who develop one without the debugger.
 *
 * @param {string} extension
 * @param {string} extensions
 */
async function installLink(extension, extensions) {
  const manifest = /** @type {unknown} */ (
    JSON.parse(await readFile(join(extension, 'package.json'), 'utf8'))
  );
  const part = (/** @type {string} */ key) => {
    const value =
      typeof manifest === 'object' && manifest !== null ? Reflect.get(manifest, key) : undefined;
    if (typeof value === 'string') return value;
    throw new Error(`${join(extension, 'package.json')} has no "${key}"`);
  };
  const name = `${part('publisher')}.${part('name')}-${part('version')}`;
  await symlink(extension, join(extensions, name));
}

/**
 * Installs a `.vsix` as `code --install-extension` does.
 *
 * @param {readonly string[]} server the command that is the server
 * @param {string} file
 * @param {string} directory the editor's
 * @param {EditorOptions} options
 */
async function installPackage(server, file, directory, options) {
  await run(
    [
      ...[...server, '--install-extension', file, '--accept-server-license-terms'],
      ...['--server-data-dir', join(directory, 'data')],
      ...['--extensions-dir', join(directory, 'extensions')],
    ],
    { cwd: directory, env: environment(directory, options) },
  );
}

/**
 * Another user gets what a login gives and no secret of ours; ourselves, what we have. An editor in whose
 * terminal this runs leaves no trace, or the new one would talk to it.
 *
 * @param {string} directory
 * @param {EditorOptions} options
 * @returns {NodeJS.ProcessEnv}
 */
function environment(directory, { user, home, gallery = true, extensionEnvironment = {} }) {
  const kept = Object.entries(process.env).filter(([name]) =>
    user === undefined
      ? !/^(VSCODE_|ELECTRON_|VITEST|npm_|NODE_(OPTIONS|ENV|PATH)$)/.test(name)
      : /^(LANG|LC_.*|TZ|TERM|NODE_V8_COVERAGE)$/.test(name),
  );
  const login =
    user === undefined
      ? {}
      : {
          PATH: '/usr/local/bin:/usr/bin:/bin',
          SHELL: '/bin/bash',
          HOME: home ?? join(directory, 'home'),
          ...(user.name === undefined ? {} : { USER: user.name, LOGNAME: user.name }),
        };
  return {
    ...Object.fromEntries(kept),
    ...login,
    // Here go the sockets of VS Code and what its extensions leave.
    XDG_RUNTIME_DIR: join(directory, 'run'),
    TMPDIR: join(directory, 'tmp'),
    ...(gallery ? {} : { EXTENSIONS_GALLERY: '{}' }),
    ...extensionEnvironment,
    [marker]: directory,
  };
}

/**
 * @param {import('node:child_process').ChildProcess} server
 * @param {number} count
 */
function lastLines(server, count) {
  /** @type {string[]} */
  const lines = [];
  for (const stream of [server.stdout, server.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > count) lines.shift();
    });
  }
  return () => lines.join('\n');
}

/**
 * @param {import('node:child_process').ChildProcess} server
 * @param {() => string} output
 * @returns {Promise<number>} the port
 */
async function answering(server, output) {
  const deadline = Date.now() + startLimit;
  /** @type {Error | undefined} */
  let failure;
  server.once('error', (error) => (failure = error));
  while (Date.now() < deadline) {
    if (failure !== undefined) throw failure;
    if (server.exitCode !== null || server.signalCode !== null) {
      throw new Error(
        `the VS Code server ended at once (${server.exitCode ?? server.signalCode}):\n${output()}`,
      );
    }
    const port = /^Extension host agent listening on (\d+)$/m.exec(output())?.[1];
    if (port !== undefined && (await answers(Number(port)))) return Number(port);
    await pause(25);
  }
  throw new Error(`the VS Code server did not answer within ${startLimit / 1000} s:\n${output()}`);
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function answers(port) {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/version' }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).once('error', () => resolve(false));
  });
}

/**
 * @param {number} port
 * @param {string} token
 * @param {string} extension
 * @param {EditorOptions} options
 */
function address(port, token, extension, { workspace, extensionTestsPath }) {
  const url = new URL(`http://127.0.0.1:${port}/`);
  url.searchParams.set('tkn', token);
  if (workspace !== undefined) {
    const kind = workspace.endsWith('.code-workspace') ? 'workspace' : 'folder';
    url.searchParams.set(kind, workspace);
  }
  if (extensionTestsPath !== undefined) {
    const remote = (/** @type {string} */ path) =>
      `vscode-remote://127.0.0.1:${port}${path.split('/').map(encodeURIComponent).join('/')}`;
    const payload = [
      ['extensionDevelopmentPath', remote(extension)],
      ['extensionTestsPath', remote(extensionTestsPath)],
      ['skipWelcome', 'true'],
    ];
    url.searchParams.set('payload', JSON.stringify(payload));
  }
  return url.href;
}

/**
 * Runs `clean` when this process ends before the returned function is called. A signal that nobody else
 * handles then ends the process as it would have.
 *
 * @param {() => void} clean
 * @returns {() => void}
 */
function onEndOfProcess(clean) {
  /** @type {readonly NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const letGo = () => {
    process.off('exit', clean);
    for (const signal of signals) process.off(signal, onSignal);
  };
  /** @param {NodeJS.Signals} signal */
  const onSignal = (signal) => {
    clean();
    letGo();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  process.on('exit', clean);
  for (const signal of signals) process.on(signal, onSignal);
  return letGo;
}

/** @param {import('node:child_process').ChildProcess} server */
async function end(server) {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  const limit = setTimeout(() => server.kill('SIGKILL'), endLimit);
  await ended;
  clearTimeout(limit);
}

/**
 * @param {import('node:child_process').ChildProcess | undefined} server
 * @param {string} directory
 */
function endNow(server, directory) {
  if (server?.pid !== undefined) kill(-server.pid);
  for (const pid of marked(directory)) kill(pid);
}

/** @param {number} pid or a process group, negative */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: it has ended by itself. EPERM: it is no longer this user's (sudo); its terminal's end ends it.
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** @param {string} directory */
function marked(directory) {
  const mark = `${marker}=${directory}\0`;
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0 && environmentOf(pid).includes(mark));
}

/** @param {number} pid */
function environmentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`);
  } catch {
    // Ended meanwhile, or not ours to look at.
    return Buffer.of();
  }
}
