import { join } from 'node:path';
import { execa } from 'execa';
import * as v from 'valibot';

const metadataSchema = v.object({
  target_directory: v.string(),
  packages: v.array(
    v.object({ targets: v.array(v.object({ name: v.string(), kind: v.array(v.string()) })) }),
  ),
});

export interface CargoTarget {
  readonly name: string;
  readonly path: string;
}

/**
 * Where cargo-build(1) puts the programs and examples of the workspace, in the profiles dev and release,
 * as cargo-metadata(1) says. Empty where cargo does not answer. Only for a folder that is trusted: it
 * may name the toolchain that is run.
 */
export async function collectCargoTargets(folder: string): Promise<readonly CargoTarget[]> {
  const { stdout, failed } = await execa(
    'cargo',
    ['metadata', '--no-deps', '--offline', '--format-version=1'],
    { cwd: folder, reject: false, timeout: 10_000 },
  );
  const read = failed ? null : v.safeParse(metadataSchema, JSON.parse(stdout));
  if (read?.success !== true) return [];
  const { target_directory: directory, packages } = read.output;
  return packages
    .flatMap(({ targets }) => targets)
    .flatMap(({ name, kind }) => {
      const place = kind.includes('bin') ? '' : kind.includes('example') ? 'examples' : null;
      if (place === null) return [];
      return ['debug', 'release'].map((built) => ({
        name,
        path: join(directory, built, place, name),
      }));
    });
}
