import { execa } from 'execa';
import * as v from 'valibot';

const metadataSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    target_directory: v.string(),
    packages: v.array(
      v.object({ targets: v.array(v.object({ name: v.string(), kind: v.array(v.string()) })) }),
    ),
  }),
);

export interface CargoTarget {
  readonly name: string;
  readonly kind: 'bin' | 'example';
}

export interface CargoTargets {
  /** Where cargo builds. Absolute. */
  readonly directory: string;
  readonly targets: readonly CargoTarget[];
}

/**
 * The programs and examples of the workspace, as cargo-metadata(1) says. Null where cargo does not
 * answer. Only for a folder that is trusted: it may name the toolchain that is run.
 */
export async function collectCargoTargets(folder: string): Promise<CargoTargets | null> {
  const { stdout, failed } = await execa(
    'cargo',
    ['metadata', '--no-deps', '--offline', '--format-version=1'],
    { cwd: folder, reject: false, timeout: 10_000 },
  );
  const read = failed ? null : v.safeParse(metadataSchema, stdout);
  if (read?.success !== true) return null;
  const { target_directory: directory, packages } = read.output;
  const targets = packages
    .flatMap((each) => each.targets)
    .flatMap(({ name, kind }): readonly CargoTarget[] => {
      const found = (['bin', 'example'] as const).find((each) => kind.includes(each));
      return found === undefined ? [] : [{ name, kind: found }];
    });
  return { directory, targets };
}
