/** Build tools with the runner that was added to their files: each builds something and starts it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addCargoRunner } from '../../../extension/fixes/cargoRunner.ts';
import { addCmakeRunner } from '../../../extension/fixes/cmakeRunner.ts';
import { addGoRunner } from '../../../extension/fixes/goRunner.ts';
import type { RunnerEdit } from '../../../extension/fixes/runnerEdit.ts';
import { collectCmakeVersion } from '../../../extension/probe/cmakeVersion.ts';
import { run, toolMissing } from '../world/command.ts';

async function project(tool: string, files: Readonly<Record<string, string>>): Promise<string> {
  expect(await toolMissing(tool)).toBeNull();
  const folder = await mkdtemp(join(tmpdir(), `capwright ${tool} `));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

function made<T>(edit: RunnerEdit<T>): T {
  if (edit.kind === 'refused') throw new Error(edit.reason);
  return edit;
}

test.each(['', '[build]\njobs = 1', `[target.'x86_64-pc-windows-gnu']\nlinker = "ld"\n`])(
  'cargo run and cargo test go through the runner that was added to %j',
  async (text) => {
    const { added } = made(addCargoRunner(text, ['env', 'RUNNER=a "b" \\ c']));
    const folder = await project('cargo', {
      'Cargo.toml': '[package]\nname = "tunnel"\nversion = "0.1.0"\nedition = "2021"\n',
      'src/main.rs': `fn main() { println!("{}", std::env::var("RUNNER").unwrap()); }
#[test] fn through_the_runner() { std::env::var("RUNNER").unwrap(); }
`,
      '.cargo/config.toml': `${text}${added}`,
    });
    const cargo = ['env', `--chdir=${folder}`, 'cargo'];
    const ran = await run([...cargo, 'run', '--quiet', '--offline']);
    expect(ran.stdout).toBe('a "b" \\ c');
    const tested = await run([...cargo, 'test', '--quiet', '--offline']);
    expect(tested.stdout).toContain('1 passed');
  },
);

test('go test goes through the runner, with the flags that the Go extension gives it', async () => {
  const { value } = made(addGoRunner({ 'go.testFlags': ['-v'] }, ['env', 'RUNNER=here']));
  const folder = await project('go', {
    'go.mod': 'module tunnel\n\ngo 1.19\n',
    'tunnel_test.go': `package tunnel

import (
	"os"
	"testing"
)

func TestThroughTheRunner(t *testing.T) { t.Log("by " + os.Getenv("RUNNER")) }
`,
  });
  const go = ['env', `--chdir=${folder}`, `GOCACHE=${join(folder, '.cache')}`, 'go'];
  const { stdout } = await run([...go, 'test', ...(value as string[]), './...']);
  expect(stdout).toContain('by here');
});

test('ctest goes through the runner, configured as CMake Tools configures', async () => {
  const version = await collectCmakeVersion();
  if (version === null) throw new Error('cmake is not installed');
  const runner = ['env', 'RUNNER=here'];
  const { value } = made(addCmakeRunner({}, runner, version));
  const folder = await project('cmake', {
    'CMakeLists.txt': `cmake_minimum_required(VERSION 3.25)
project(tunnel C)
enable_testing()
add_executable(tunnel tunnel.c)
add_test(NAME tunnel COMMAND tunnel)
`,
    'tunnel.c': `#include <stdio.h>
#include <stdlib.h>
int main(void) { const char *by = getenv("RUNNER"); return by ? puts(by) < 0 : 1; }
`,
  });
  // An array becomes a list of CMake: the words with semicolons between them.
  const variables = Object.entries(value as Record<string, readonly string[]>).map(
    ([name, words]) => `-D${name}=${words.join(';')}`,
  );
  const build = join(folder, 'build');
  await run(['cmake', '-S', folder, '-B', build, ...variables]);
  await run(['cmake', '--build', build]);
  const { stdout } = await run(['ctest', '--test-dir', build, '--verbose']);
  expect(stdout).toContain('100% tests passed');
  expect(stdout).toMatch(/^1: here$/m);
});
