/** Programs of the build tools that people have: each is in the tree as soon as the tool has made it, unasked. */
import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkbench, personUnderTest, type Workbench } from './workbench.ts';

const main = 'int main(void) { return 0; }\n';
const server = {
  ...{ name: 'Server', type: 'node', request: 'launch', program: '${workspaceFolder}/server.js' },
  runtimeExecutable: '${workspaceFolder}/runtime/node',
};
const crate = (name: string) => ({
  [`${name}/Cargo.toml`]: `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n\n[workspace]\n`,
  [`${name}/src/main.rs`]: 'fn main() {}\n',
});
const files = {
  // As many have it for Rust.
  '.vscode/settings.json': JSON.stringify({
    'files.watcherExclude': { '**/hidden/target/**': true },
  }),
  ...crate('tunneld'),
  ...crate('hidden'),
  '.vscode/launch.json': JSON.stringify({
    version: '0.2.0',
    configurations: [server],
  }),
  'server.js': '',
  'runtime/node': { program: process.execPath },
  'pinger/go.mod': 'module example.com/pinger\n\ngo 1.19\n',
  'pinger/main.go': 'package main\n\nfunc main() {}\n',
  'relay/meson.build': "project('relay', 'c')\nexecutable('relay', 'main.c')\n",
  'relay/main.c': main,
  'probe/CMakeLists.txt':
    'cmake_minimum_required(VERSION 3.25)\nproject(probe C)\nadd_executable(probe main.c)\n',
  'probe/main.c': main,
  // As CMake Tools asks.
  'probe/build/.cmake/api/v1/query/codemodel-v2': '',
};

const builds = [
  {
    tool: 'go',
    line: '(cd pinger && GOCACHE=$PWD/../../go GOPROXY=off GOFLAGS= go build)',
    named: 'pinger/pinger, Go command “pinger”',
  },
  {
    tool: 'meson',
    line: 'meson setup relay/out relay >/dev/null && ninja -C relay/out',
    named: 'relay/out/relay, Meson target “relay”',
  },
  {
    tool: 'cmake',
    line: 'cmake -S probe -B probe/build >/dev/null && cmake --build probe/build',
    named: 'probe/build/probe, CMake target “probe”',
  },
  {
    tool: 'cargo',
    line: '(cd tunneld && cargo build --quiet --offline)',
    named: 'tunneld/target/debug/tunneld, Cargo target “tunneld”',
  },
  {
    tool: 'cargo, in a folder that VS Code is told not to watch,',
    line: '(cd hidden && cargo build --quiet --offline)',
    named: 'hidden/target/debug/hidden, Cargo target “hidden”',
  },
];

// Only root can prepare a user whose editor this is.
describe.skipIf(personUnderTest() === undefined)('a workspace of several build tools', () => {
  let workbench: Workbench;
  beforeAll(async () => {
    // Meson and CMake write the name into files that the shell of make and ninja reads.
    workbench = await openWorkbench({ files, folder: 'built' });
    await workbench.openViewContainer('Capwright');
  });
  afterAll(() => workbench.dispose());

  const row = (name: string | RegExp) =>
    workbench.page.getByRole('tree', { name: 'Programs' }).getByRole('treeitem', { name });

  it('has the script of a Node launch configuration, with its interpreter, chosen as the only one', async () => {
    await row(/^runtime\/node server\.js, selected · launch configuration “Server”$/).waitFor();
  });

  it.each(builds)('has what $tool builds, as soon as it is there', async ({ line, named }) => {
    expect(await row(named).count()).toBe(0);
    await execa('sh', ['-c', line], { cwd: workbench.workspace.path });
    await row(named).waitFor();
  });

  it('follows a build that is moved, in which VS Code watches nothing', async () => {
    const { path } = workbench.workspace;
    const moved = row('relay/out/relay, Meson target “relay”');
    await rename(join(path, 'relay/out'), join(path, '../out'));
    await moved.waitFor({ state: 'detached' });
    await rename(join(path, '../out'), join(path, 'relay/out'));
    await moved.waitFor();
    await rm(join(path, 'relay/out/meson-info/intro-targets.json'));
    await moved.waitFor({ state: 'detached' });
  });

  it('has the programs of a tree of folders that are made all at once', async () => {
    const { path } = workbench.workspace;
    await cp(join(path, 'tunneld'), join(path, 'deep/er/tunneld'), { recursive: true });
    await row('deep/er/tunneld/target/debug/tunneld, Cargo target “tunneld”').waitFor();
  });
});
