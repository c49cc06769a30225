// npm start: sets up, answers the first question in the terminal, and opens the extension on it.
//
//   npm start                        the sample program, then an editor on its workspace
//   npm start -- --no-editor         the terminal's part only
//   npm start -- --check PROGRAM     judges another program instead of the sample
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process, { env, execPath, getuid } from 'node:process';
import { parseArgs } from 'node:util';
import { attempt, findProgram, run } from './command.mjs';
import { root } from './root.mjs';
import { installEditor, setUp } from './setup.mjs';
import { step, stepOnce } from './step.mjs';
import { missing, tools } from './tools.mjs';

const sample = join(root, '.cache/sample-workspace');

const compile = ['cc', '-Wall', '-Wextra', '-g', '-o', 'tun', 'src/tun.c'];

const buildTask = {
  version: '2.0.0',
  tasks: [
    {
      label: 'build tun',
      type: 'process',
      command: compile[0],
      args: compile.slice(1),
      group: { kind: 'build', isDefault: true },
      problemMatcher: '$gcc',
    },
  ],
};

const { values: options } = parseArgs({
  options: { check: { type: 'string' }, 'no-editor': { type: 'boolean', default: false } },
});

try {
  await setUp();
  if (options.check === undefined) {
    await judge(await buildSample());
    await openEditor(sample);
  } else {
    // npm starts scripts in the repository, whatever folder the person is in.
    const program = resolve(env['INIT_CWD'] ?? '.', options.check);
    await judge(program);
    await openEditor(dirname(program));
  }
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

/**
 * A workspace as the people have it for whom this is made: a first TUN program, its build task, and
 * the program as the linker left it. What somebody changed in it stays.
 * @returns {Promise<string>} the program
 */
async function buildSample() {
  const program = join(sample, 'tun');
  const fixtures = ['tun.c', 'tun.rs'].map((name) => join(root, 'test/fixtures', name));
  const sources = fixtures.map((path) => readFileSync(path, 'utf8'));
  await stepOnce('sample workspace', {
    inputs: sources,
    outputs: [sample],
    work: () => {
      mkdirSync(join(sample, '.vscode'), { recursive: true });
      for (const path of fixtures) cpSync(path, join(sample, 'src', path.split('/').at(-1) ?? ''));
      writeFileSync(join(sample, '.vscode/tasks.json'), `${JSON.stringify(buildTask, null, 2)}\n`);
    },
  });
  const lack = missing(tools.cc);
  if (lack !== undefined) throw new Error(`The sample program: ${lack}`);
  await stepOnce('sample program', {
    inputs: sources,
    outputs: [program],
    work: () => run(compile, { cwd: sample }),
  });
  return program;
}

/**
 * Shows what the command line says of a program: may it create a TUN device, and if not, why not.
 * Root may do everything, which is no answer for anybody else: for root, an ordinary user is asked about.
 * @param {string} program
 */
async function judge(program) {
  const person = getuid?.() === 0 ? await startOrdinaryProcess() : undefined;
  const question = ['check', program, '--operation', 'tun.create'];
  if (person !== undefined) question.push('--pid', String(person.pid));
  console.log(`\n$ capwright ${question.join(' ')}`);
  if (person !== undefined)
    console.log(`  (you are root, who may do everything: asked for nobody, pid ${person.pid})`);
  try {
    const cli = [execPath, 'dist/cli.mjs', ...question];
    const { status } = await attempt(cli, { cwd: root, show: true });
    // 0 allowed, 1 denied, 3 could not determine: answers. 2 is a question that was not understood.
    if (![0, 1, 3].includes(status)) throw new Error(`capwright check: exit status ${status}`);
  } finally {
    person?.stdin.end();
  }
}

/** A process of an ordinary user, from whose vantage can be judged until its input ends. */
async function startOrdinaryProcess() {
  const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all'];
  const child = spawn('setpriv', [...nobody, '--', 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.write('.');
  // It echoes once it is who it shall be.
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (child.exitCode !== null) throw new Error(`setpriv: exit status ${child.exitCode}`);
  return child;
}

/** @param {string} workspace */
async function openEditor(workspace) {
  if (options['no-editor']) return;
  if (env['CI'] === 'true') {
    console.log('\nNo editor is opened: CI=true.');
    return;
  }
  const desktop = getuid?.() === 0 ? undefined : findProgram('code');
  if (desktop !== undefined && (env['DISPLAY'] ?? env['WAYLAND_DISPLAY']) !== undefined) {
    await run([desktop, '--new-window', `--extensionDevelopmentPath=${root}`, workspace]);
    console.log(`\nVS Code is open on ${workspace}.`);
    return;
  }
  await installEditor();
  const { startEditor } = await import('./editor/server.mjs');
  const editor = await step('VS Code in the browser', () =>
    startEditor({ workspace, extensionPath: root }),
  );
  console.log(`\nVS Code is open on ${workspace}:\n\n  ${editor.url}\n\nCtrl-C stops it.`);
  await new Promise((stop) => {
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
  await editor.dispose();
}
