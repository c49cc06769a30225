import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addCargoRunner } from '../../../extension/fixes/cargoRunner.ts';
import { run, toolMissing } from '../world/command.ts';

const source = `fn main() { println!("{}", std::env::var("RUNNER").unwrap()); }
#[test] fn through_the_runner() { std::env::var("RUNNER").unwrap(); }
`;

test.each(['', '[build]\njobs = 1', `[target.'x86_64-pc-windows-gnu']\nlinker = "ld"\n`])(
  'cargo run and cargo test go through the runner that was added to %j',
  async (text) => {
    expect(await toolMissing('cargo')).toBeNull();
    const folder = await mkdtemp(join(tmpdir(), 'capwright cargo '));
    onTestFinished(() => rm(folder, { recursive: true }));
    await mkdir(join(folder, 'src'));
    await mkdir(join(folder, '.cargo'));
    await writeFile(join(folder, 'src/main.rs'), source);
    const manifest = '[package]\nname = "tunnel"\nversion = "0.1.0"\nedition = "2021"\n';
    await writeFile(join(folder, 'Cargo.toml'), manifest);
    const edit = addCargoRunner(text, ['env', 'RUNNER=a "b" \\ c']);
    if (edit.kind === 'refused') throw new Error(edit.reason);
    await writeFile(join(folder, '.cargo/config.toml'), `${text}${edit.added}`);

    const cargo = ['env', `--chdir=${folder}`, 'cargo'];
    const ran = await run([...cargo, 'run', '--quiet', '--offline']);
    expect(ran.stdout).toBe('a "b" \\ c');
    const tested = await run([...cargo, 'test', '--quiet', '--offline']);
    expect(tested.stdout).toContain('1 passed');
  },
);
