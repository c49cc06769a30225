/** Programs that a workspace names: built by the real build tools, found by what these left behind. */
import {
  access,
  chmod,
  constants,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  realpath,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { ProgramCandidate } from '../../../extension/app/programs/candidate.ts';
import { findNamedPrograms } from '../../../extension/app/programs/findPrograms.ts';
import { readingHost } from '../../../extension/probe/readingHost.ts';
import { mustRun, toolMissing } from '../world/command.ts';

async function workspace(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'capwright programs ')));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

interface Around {
  readonly trusted?: boolean;
  readonly listed?: readonly string[];
  readonly userHome?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly settings?: Readonly<Record<string, string>>;
}

function find(workspaceFolder: string, around: Around = {}): Promise<readonly ProgramCandidate[]> {
  const { trusted = true, listed = [], userHome = '/home/someone' } = around;
  const { env = process.env, settings = {} } = around;
  const config = (name: string): string | undefined => settings[name];
  const variables = { workspaceFolder, userHome, env, config };
  return findNamedPrograms(readingHost(), { variables, trusted, listed });
}

/** The files among them that may be executed. */
async function built(
  candidates: readonly ProgramCandidate[],
): Promise<readonly ProgramCandidate[]> {
  const programs = await Promise.all(
    candidates.map(async ({ path }) => {
      const found = await stat(path).catch(() => null);
      return found?.isFile() === true && (found.mode & 0o111) !== 0;
    }),
  );
  return candidates.filter((_, index) => programs[index] === true);
}

const main = 'int main(void) { return 0; }\n';

test.each(['build', 'out/build/debug', 'tools/build'])(
  'the executables of CMake are found in %s, where they are built, and no library is',
  async (build) => {
    expect(await toolMissing('cmake')).toBeNull();
    const folder = await workspace({
      'CMakeLists.txt': `cmake_minimum_required(VERSION 3.25)
project(tunnel C)
add_library(helper SHARED main.c)
add_executable(tunnel main.c)
set_target_properties(tunnel PROPERTIES OUTPUT_NAME tunneld RUNTIME_OUTPUT_DIRECTORY bin)
`,
      'main.c': main,
      [`${build}/.cmake/api/v1/query/codemodel-v2`]: '',
    });
    const directory = join(folder, build);
    await mustRun(['cmake', '-S', folder, '-B', directory, '-DCMAKE_BUILD_TYPE=Debug']);
    await mustRun(['cmake', '--build', directory]);
    const path = join(directory, 'bin/tunneld');
    await access(path, constants.X_OK);
    // What CMake left behind is read, so that it is found in Restricted Mode too.
    for (const trusted of [true, false]) {
      expect(await find(folder, { trusted })).toEqual([{ path, source: 'cmake', name: 'tunnel' }]);
    }
  },
);

test('the executables of Meson are found, where they are built, and no library is', async () => {
  expect(await toolMissing('meson')).toBeNull();
  const folder = await workspace({
    'meson.build': `project('tunnel', 'c')
shared_library('helper', 'main.c')
executable('tunneld', 'main.c')
subdir('tools')
`,
    'tools/meson.build': "executable('ping', '../main.c', name_suffix: 'bin')\n",
    'main.c': main,
  });
  const directory = join(folder, 'out/debug');
  await mustRun(['meson', 'setup', directory, folder]);
  await mustRun(['ninja', '-C', directory]);
  const found = await find(folder, { trusted: false });
  expect(found).toEqual([
    { path: join(directory, 'tunneld'), source: 'meson', name: 'tunneld' },
    { path: join(directory, 'tools/ping.bin'), source: 'meson', name: 'ping' },
  ]);
  expect(await built(found)).toEqual(found);
});

const cargoWorkspace = {
  'Cargo.toml': `[package] # the root is a package too
name = "tunnel"
version = "0.1.0"
edition = "2021"

[[bin]]
path = "src/main.rs"
name = 'tunneld'

[workspace]
members = [
  "members/*",
]

[profile.small]
inherits = "release"
`,
  'src/main.rs': 'fn main() {}\n',
  'src/lib.rs': '',
  'src/bin/status.rs': 'fn main() {}\n',
  'examples/ping.rs': 'fn main() {}\n',
  'examples/pong/main.rs': 'fn main() {}\n',
  'members/relay/Cargo.toml': '[package]\nname = "relay"\nversion = "0.1.0"\nedition = "2021"\n',
  'members/relay/src/main.rs': 'fn main() {}\n',
};
const cargoPrograms = ['examples/ping', 'examples/pong', 'relay', 'status', 'tunneld'];

test.each([
  { profile: 'dev', at: 'target/debug', config: {}, env: {} },
  { profile: 'small', at: 'target/small', config: {}, env: {} },
  {
    ...{ profile: 'dev', at: 'elsewhere/debug', env: {} },
    config: { '.cargo/config.toml': '[build]\ntarget-dir = "elsewhere" # not here\n' },
  },
  { profile: 'dev', at: 'named/debug', config: {}, env: { CARGO_TARGET_DIR: 'named' } },
])(
  'the programs and examples of Cargo are found in $at, by cargo itself and by its manifests',
  async ({ profile, at, config, env }) => {
    expect(await toolMissing('cargo')).toBeNull();
    const folder = await workspace({ ...cargoWorkspace, ...config });
    const said = Object.entries(env).map(([name, value]) => `${name}=${value}`);
    await mustRun([
      ...['env', `--chdir=${folder}`, ...said, 'cargo', 'build', '--quiet', '--offline'],
      ...['--workspace', '--bins', '--examples', `--profile=${profile}`],
    ]);
    // Of this process, since that is what cargo itself is started with.
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const expected = cargoPrograms.map((name) => join(folder, at, name));
    for (const trusted of [true, false]) {
      const found = await built(await find(folder, { trusted }));
      expect(found.map(({ path }) => path).toSorted()).toEqual(expected);
      expect(new Set(found.map(({ source }) => source))).toEqual(new Set(['cargo']));
    }
  },
);

test('cargo is run where the folder is trusted, and nothing is in Restricted Mode', async () => {
  const folder = await workspace({
    'Cargo.toml': cargoWorkspace['Cargo.toml'],
    'src/main.rs': 'fn main() {}\n',
    'bad/cargo': '#!/bin/sh\n: > ran\n',
    Makefile: 'it := $(shell : > made)\nall:\n\t: > made\n',
  });
  await chmod(join(folder, 'bad/cargo'), 0o755);
  vi.stubEnv('PATH', join(folder, 'bad'));
  onTestFinished(() => void vi.unstubAllEnvs());
  const names = ['ran', 'made'];
  const there = async (): Promise<readonly string[]> =>
    (await readdir(folder)).filter((name) => names.includes(name));
  await find(folder, { trusted: false });
  expect(await there()).toEqual([]);
  await find(folder, { trusted: true });
  expect(await there()).toEqual(['ran']);
});

test('the commands of Go are found where go build and go install put them', async () => {
  expect(await toolMissing('go')).toBeNull();
  const command = '// Command, by itself.\npackage main\n\nfunc main() {}\n';
  const folder = await workspace({
    'go.mod': 'module example.com/tunnel/v2\n\ngo 1.19\n',
    'main.go': command,
    'generate.go': `//go:build ignore\n\n${command}`,
    'cmd/pinger/a_test.go': 'package main_test\n',
    'cmd/pinger/main.go': `/* package other */\n${command}`,
    'library/library.go': 'package library\n',
    'testdata/unused/main.go': command,
    'nested/go.mod': 'module nested\n\ngo 1.19\n',
    'nested/main.go': command,
  });
  const home = join(folder, '.home');
  // As it is called where someone debugs; Delve takes it away again.
  await writeFile(join(folder, 'cmd/pinger/__debug_bin123'), '', { mode: 0o755 });
  const go = (below: string, ...words: readonly string[]): Promise<string> =>
    mustRun([
      ...['env', `--chdir=${join(folder, below)}`, `HOME=${home}`, 'GOPROXY=off', 'GOFLAGS='],
      ...['GOCACHE=' + join(folder, '.cache'), 'go', ...words],
    ]);
  const search = { trusted: false, userHome: home, env: { PATH: process.env['PATH'] } };
  const places = async (): Promise<readonly string[]> =>
    (await built(await find(folder, search))).map(({ path, name }) => `${name} ${path}`).toSorted();

  await go('', 'build');
  await go('', 'build', './cmd/pinger');
  await go('nested', 'install');
  const expected = [
    `nested ${home}/go/bin/nested`,
    `pinger ${folder}/cmd/pinger/__debug_bin123`,
    `pinger ${folder}/pinger`,
    `tunnel ${folder}/tunnel`,
  ];
  expect(await places()).toEqual(expected);
  // What go says that it would install is where we look, also after it was told otherwise for good.
  await go('', 'env', '-w', `GOBIN=${folder}/bins`);
  const targets = (await go('', 'list', '-f', '{{.Name}} {{.Target}}', './...')).split('\n');
  const installed = targets.filter((line) => line.startsWith('main ')).map((line) => line.slice(5));
  expect(installed).toEqual([`${folder}/bins/tunnel`, `${folder}/bins/pinger`]);
  const searched = (await find(folder, search)).map(({ path }) => path);
  expect(searched).toEqual(expect.arrayContaining(installed));
  expect(searched.filter((path) => /library|unused|generate/.test(path))).toEqual([]);
});

test('what make has built and its makefile names is found, and nothing else that lies there', async () => {
  const folder = await workspace({
    Makefile: `# stranger is not ours
TARGET = tunnel
all: $(TARGET) out/relay helper.so run
$(TARGET): main.o
	$(CC) -o $@ $^
out/relay: main.c
	mkdir -p out && $(CC) -o $@ $<
helper.so: main.c
	$(CC) -shared -fPIC -o $@ $<
run:
	printf '#!/bin/sh\\n' > run && chmod +x run
`,
    'main.c': main,
    'other/note.txt': 'no makefile, no word\n',
  });
  await mustRun(['make', '--silent', '-C', folder]);
  await copyFile(join(folder, 'tunnel'), join(folder, 'stranger'));
  const found = await find(folder, { trusted: false });
  expect(found).toEqual([
    { path: join(folder, 'tunnel'), source: 'make', name: 'tunnel' },
    { path: join(folder, 'out/relay'), source: 'make', name: 'relay' },
  ]);
});

/** What a build task says, and what it links; null for what is not told. */
const tasks: readonly [string, object, string | null][] = [
  [
    'of the C++ extension',
    { command: '/usr/bin/gcc', args: ['-g', 'a.c', '-o', '${workspaceFolder}/a.out'] },
    'a.out',
  ],
  [
    'with a directory of its own',
    { command: 'cc', args: ['-o', 'a.out'], options: { cwd: 'src' } },
    'src/a.out',
  ],
  [
    'with a quoted word',
    { command: 'cc', args: ['-o', { value: 'a b', quoting: 'strong' }] },
    'a b',
  ],
  ['that is a line', { command: 'cc main.c -o bin/a.out -ltun' }, 'bin/a.out'],
  ['that is a line with quotes', { command: 'cc -o "${workspaceFolder}/a b" main.c' }, 'a b'],
  ['that is a line with a variable of the shell', { command: 'cc -o "$OUT" main.c' }, null],
  ['about the open file', { command: 'cc', args: ['-o', '${fileDirname}/a.out'] }, null],
  ['that says no more', { command: 'cc', args: ['-o'] }, null],
  ['that tests', { command: 'cc', args: ['-o', 'a.out'], group: 'test' }, null],
  ['for this system', { command: 'cl', linux: { command: 'cc', args: ['-o', 'a.out'] } }, 'a.out'],
];

test.each(tasks)('tasks.json: a build task %s', async (label, task, expected) => {
  const file = {
    version: '2.0.0',
    tasks: [{ label, group: { kind: 'build', isDefault: true }, ...task }],
  };
  const folder = await workspace({
    '.vscode/tasks.json': `// A comment.\n${JSON.stringify(file)}\n`,
  });
  const found = await find(folder, { trusted: false });
  expect(found).toEqual(
    expected === null ? [] : [{ path: join(folder, expected), source: 'task', name: label }],
  );
});

test('what the settings list comes first, with its variables put in', async () => {
  const listed = ['${workspaceFolder}/bin/a', 'bin/b', '/c', '${userHome}/d', '${file}', ''];
  const folder = await workspace({ '.vscode/launch.json': '' });
  const found = await find(folder, { trusted: false, listed });
  expect(found.map(({ path, source }) => `${source} ${path}`)).toEqual(
    [`${folder}/bin/a`, `${folder}/bin/b`, '/c', '/home/someone/d'].map(
      (path) => `setting ${path}`,
    ),
  );
});

/** A configuration, and the program that it starts; null for none that can be told. */
const configurations: readonly [string, object, string | null][] = [
  ['the folder', { type: 'cppdbg', program: '${workspaceFolder}/a.out' }, 'FOLDER/a.out'],
  ['a relative path', { type: 'lldb', program: 'a.out' }, 'FOLDER/a.out'],
  ['a working directory', { type: 'gdb', program: 'a.out', cwd: 'bin' }, 'FOLDER/bin/a.out'],
  ['the home directory', { type: 'gdb', program: '${userHome}/a.out' }, '/home/someone/a.out'],
  ['the environment', { type: 'gdb', program: '${env:OUT}/a.out' }, '/out/a.out'],
  ['an unset variable', { type: 'gdb', program: '/x${env:UNSET}/a.out' }, '/x/a.out'],
  ['a setting', { type: 'gdb', program: '${config:my.out}/a.out' }, '/set/a.out'],
  ['an unknown setting', { type: 'gdb', program: '${config:no}/a.out' }, null],
  ['a command', { type: 'cppdbg', program: '${command:cmake.launchTargetPath}' }, null],
  ['a question', { type: 'cppdbg', program: '${input:which}' }, null],
  ['this system', { type: 'gdb', program: 'x', linux: { program: '/a.out' } }, '/a.out'],
  ['a running process', { type: 'gdb', program: '/a.out', request: 'attach' }, null],
  ['a package of Go', { type: 'go', mode: 'debug', program: '${workspaceFolder}' }, null],
  ['a program of Go', { type: 'go', mode: 'exec', program: '/a.out' }, '/a.out'],
  ['a script of Node', { type: 'node', program: '/index.js' }, 'FOLDER/bin/node'],
  ['a script of bash', { type: 'bashdb', program: 'run.sh', pathBash: '/opt/bash' }, '/opt/bash'],
  ['an assembly', { type: 'coreclr', program: 'a.dll' }, 'FOLDER/bin/dotnet'],
  ['a program of .NET', { type: 'coreclr', program: 'a' }, 'FOLDER/a'],
  ['an interpreter that is not there', { type: 'php', program: 'a.php' }, null],
  [
    'a script and its runtime',
    { type: 'node', program: '/index.js', runtimeExecutable: '/opt/node' },
    '/opt/node',
  ],
  ['a script of Python', { type: 'debugpy', program: '/main.py' }, 'FOLDER/bin/python3'],
  [
    'a script and its interpreter',
    { type: 'debugpy', program: '/main.py', python: '${workspaceFolder}/.venv/bin/python' },
    'FOLDER/.venv/bin/python',
  ],
];

test.each(configurations)('launch.json: %s', async (name, configuration, expected) => {
  const launch = {
    version: '0.2.0',
    configurations: [{ name, request: 'launch', ...configuration }],
  };
  const folder = await workspace({
    '.vscode/launch.json': `// With comments.\n${JSON.stringify(launch).slice(0, -1)},}\n`,
    'bin/node': '',
    'bin/python3': '',
    'bin/dotnet': '',
  });
  const env = { PATH: `relative:/nowhere:${folder}/bin`, OUT: '/out' };
  const found = await find(folder, { trusted: false, env, settings: { 'my.out': '/set' } });
  const path = expected?.replace('FOLDER', folder);
  // An interpreter comes with what it interprets.
  const { program, type } = { program: '', type: '', ...configuration };
  const interpreted = /node|python|debugpy|bashdb|dll/.test(`${type} ${program}`);
  const script = interpreted ? { script: resolve(folder, program) } : {};
  expect(found).toEqual(path === undefined ? [] : [{ path, source: 'launch', name, ...script }]);
});

test.each(['', '[]', '{"configurations": 1}', '{"configurations": [1, {"name": "x"}]}', '{{{'])(
  'a launch.json that says %j names nothing',
  async (text) => {
    const folder = await workspace({ '.vscode/launch.json': text });
    expect(await find(folder)).toEqual([]);
  },
);
