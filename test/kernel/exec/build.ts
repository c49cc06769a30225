import { mkdir, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { imageAttributes, imageFileName, imageOwners } from './attribute.ts';

/** Paths of what the runner needs. */
export interface Build {
  readonly runner: string;
  readonly witness: string;
  /** An ext4 file system of witnesses with the attributes that cannot be set through the kernel. */
  readonly image: string;
}

const source = import.meta.dirname;
const cache = join(source, '../../../.cache/kernel-exec');

const compilerFlags = [
  '-std=gnu17',
  '-O2',
  ...['-Wall', '-Wextra', '-Wpedantic', '-Wshadow', '-Wconversion', '-Wformat=2', '-Werror'],
];

/** Builds into `.cache/`. Whoever runs an older build keeps it: files are replaced, not rewritten. */
export async function build(): Promise<Build> {
  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(join(cache, 'build-'));
  try {
    await Promise.all([
      compile(['runner.c', 'stage.c', 'tracer.c'], join(fresh, 'runner')),
      // Static: what it reports is the kernel's doing, not the dynamic linker's.
      compile(['witness.c'], join(fresh, 'witness'), '-static', '-s'),
    ]);
    await makeImage(fresh);
    for (const name of ['runner', 'witness', 'image']) {
      await rename(join(fresh, name), join(cache, name));
    }
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return {
    runner: join(cache, 'runner'),
    witness: join(cache, 'witness'),
    image: join(cache, 'image'),
  };
}

async function compile(
  files: readonly string[],
  output: string,
  ...flags: readonly string[]
): Promise<void> {
  const sources = files.map((file) => join(source, file));
  await execa('cc', [...compilerFlags, ...flags, '-o', output, ...sources]);
}

async function makeImage(directory: string): Promise<void> {
  const files = imageOwners.flatMap((owner) =>
    imageAttributes.map((attribute) => ({
      owner,
      attribute,
      name: imageFileName(attribute, owner) ?? '',
    })),
  );
  const values = join(directory, 'values');
  await mkdir(values);
  const commands: string[] = [];
  for (const { owner, attribute, name } of files) {
    const value = join(values, name);
    await writeFile(value, Buffer.from(attribute.slice(2), 'hex'));
    commands.push(
      `write ${join(directory, 'witness')} ${name}`,
      `set_inode_field ${name} uid ${owner}`,
      `set_inode_field ${name} gid ${owner}`,
      `ea_set -f ${value} ${name} security.capability`,
    );
  }
  const image = join(directory, 'image');
  await writeFile(image, '');
  await truncate(image, 48 * 1024 * 1024);
  await execa('mkfs.ext4', ['-q', '-O', '^has_journal', image]);
  await execa('debugfs', ['-w', '-f', '-', image], { input: commands.join('\n') });
}
