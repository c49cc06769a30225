/** Programs that a workspace names: built by the real build tools, found by what these left behind. */
import { access, constants, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
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
  readonly env?: NodeJS.ProcessEnv;
  readonly settings?: Readonly<Record<string, string>>;
}

function find(
  workspaceFolder: string,
  { trusted = true, env = process.env, settings = {} }: Around = {},
): Promise<readonly ProgramCandidate[]> {
  const config = (name: string): string | undefined => settings[name];
  const variables = { workspaceFolder, userHome: '/home/someone', env, config };
  return findNamedPrograms(readingHost(), { variables, trusted });
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

test('the programs and examples of Cargo are found where its settings put them, if it may be run', async () => {
  expect(await toolMissing('cargo')).toBeNull();
  const folder = await workspace({
    'Cargo.toml':
      '[package]\nname = "tunnel"\nversion = "0.1.0"\nedition = "2021"\n[[bin]]\nname = "tunneld"\npath = "src/main.rs"\n',
    'src/main.rs': 'fn main() {}\n',
    'src/lib.rs': '',
    'examples/ping.rs': 'fn main() {}\n',
    '.cargo/config.toml': '[build]\ntarget-dir = "elsewhere"\n',
  });
  const cargo = ['env', `--chdir=${folder}`, 'cargo'];
  await mustRun([...cargo, 'build', '--quiet', '--offline', '--bins', '--examples']);
  const found = await find(folder);
  expect(found.map(({ source, name }) => `${source} ${name}`)).toEqual([
    'cargo tunneld',
    'cargo tunneld',
    'cargo ping',
    'cargo ping',
  ]);
  const paths = found.map(({ path }) => path);
  const built = [
    join(folder, 'elsewhere/debug/tunneld'),
    join(folder, 'elsewhere/debug/examples/ping'),
  ];
  expect(paths).toEqual(expect.arrayContaining(built));
  for (const path of built) await access(path, constants.X_OK);
  expect(await find(folder, { trusted: false })).toEqual([]);
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
  });
  const env = { PATH: `relative:/nowhere:${folder}/bin`, OUT: '/out' };
  const found = await find(folder, { trusted: false, env, settings: { 'my.out': '/set' } });
  const path = expected?.replace('FOLDER', folder);
  expect(found).toEqual(path === undefined ? [] : [{ path, source: 'launch', name }]);
});

test.each(['', '[]', '{"configurations": 1}', '{"configurations": [1, {"name": "x"}]}', '{{{'])(
  'a launch.json that says %j names nothing',
  async (text) => {
    const folder = await workspace({ '.vscode/launch.json': text });
    expect(await find(folder)).toEqual([]);
  },
);
