/** Programs and examples of Cargo: by cargo-metadata(1), and where it may not be run or does not answer, by the manifests. */
import { join, resolve } from 'node:path';
import { collectCargoTargets, type CargoTarget } from '../../probe/cargoTargets.ts';
import type { Host } from '../../probe/host.ts';
import type { ProgramCandidate } from './candidate.ts';
import { entriesOf, holds, textAt, type Folder } from './folder.ts';
import { tablesIn, textIn } from './tables.ts';
import type { Variables } from './variables.ts';

/** In Restricted Mode nothing is executed: a folder may name the toolchain that is run. */
export interface CargoSearch {
  readonly variables: Variables;
  readonly trusted: boolean;
}

export async function cargoPrograms(
  host: Host,
  folders: readonly Folder[],
  { variables, trusted }: CargoSearch,
): Promise<readonly ProgramCandidate[]> {
  const packages = folders.filter((folder) => holds(folder, 'Cargo.toml'));
  if (packages.length === 0) return [];
  const { workspaceFolder } = variables;
  const told = trusted ? await collectCargoTargets(workspaceFolder) : null;
  if (told !== null) return builtIn(host, told.directory, told.targets);
  const named = await targetDirectory(host, variables);
  const found: ProgramCandidate[] = [];
  for (const folder of packages) {
    const targets = await targetsOf(host, folder, folders);
    // A package has a directory of its own unless it is one of a workspace.
    const usual = [workspaceFolder, folder.path].map((each) => join(each, 'target'));
    for (const directory of named === null ? new Set(usual) : [named]) {
      found.push(...(await builtIn(host, directory, targets)));
    }
  }
  return found;
}

/** The profiles dev and release, and every other that was built: each leaves a lock where its programs are. */
async function builtIn(
  host: Host,
  directory: string,
  targets: readonly CargoTarget[],
): Promise<readonly ProgramCandidate[]> {
  const profiles = new Set([join(directory, 'debug'), join(directory, 'release')]);
  for (const { path, entries } of await directoriesIn(host, directory)) {
    for (const below of [{ path, entries }, ...(await directoriesIn(host, path, entries))]) {
      if (holds(below, '.cargo-lock')) profiles.add(below.path);
    }
  }
  return targets.flatMap(({ name, kind }) =>
    [...profiles].map((profile) => ({
      path: join(profile, kind === 'example' ? 'examples' : '', name),
      source: 'cargo',
      name,
    })),
  );
}

/** Below a target directory: a profile, or a platform with profiles in it. */
async function directoriesIn(
  host: Host,
  path: string,
  entries?: Folder['entries'],
): Promise<readonly Folder[]> {
  const names = (entries ?? (await entriesOf(host, path)))
    .filter(
      ({ name, type }) => type === 'directory' && !/^(\.|build$|deps$|incremental$)/.test(name),
    )
    .map(({ name }) => join(path, name));
  return Promise.all(
    names.map(async (each) => ({ path: each, entries: await entriesOf(host, each) })),
  );
}

/** What cargo is told about it; null for nothing. */
async function targetDirectory(
  host: Host,
  { env, workspaceFolder }: Variables,
): Promise<string | null> {
  const named = env['CARGO_TARGET_DIR'] ?? env['CARGO_BUILD_TARGET_DIR'];
  if (named !== undefined && named !== '') return resolve(workspaceFolder, named);
  for (const name of ['config.toml', 'config']) {
    const text = (await textAt(host, join(workspaceFolder, '.cargo', name))) ?? '';
    const build = tablesIn(text).find((table) => table.name === 'build');
    const directory = textIn(build?.values.get('target-dir'));
    if (directory !== null) return resolve(workspaceFolder, directory);
  }
  return null;
}

/** As cargo's reference tells, "Target auto-discovery". */
async function targetsOf(
  host: Host,
  { path }: Folder,
  folders: readonly Folder[],
): Promise<readonly CargoTarget[]> {
  const tables = tablesIn((await textAt(host, join(path, 'Cargo.toml'))) ?? '');
  const packageName = textIn(tables.find(({ name }) => name === 'package')?.values.get('name'));
  const named = (table: string, kind: CargoTarget['kind']): readonly CargoTarget[] =>
    tables.flatMap(({ name, values }) => {
      const target = name === `[${table}]` ? textIn(values.get('name')) : null;
      return target === null ? [] : [{ name: target, kind }];
    });
  const sources = (below: string): Folder['entries'] =>
    folders.find((folder) => folder.path === join(path, below))?.entries ?? [];
  const discovered = (below: string, kind: CargoTarget['kind']): readonly CargoTarget[] =>
    sources(below).flatMap(({ name, type }) => {
      if (type !== 'directory')
        return name.endsWith('.rs') ? [{ name: name.slice(0, -3), kind }] : [];
      const isTarget = sources(join(below, name)).some((each) => each.name === 'main.rs');
      return isTarget ? [{ name, kind }] : [];
    });
  const usual = sources('src').some(({ name }) => name === 'main.rs') && packageName !== null;
  const targets: readonly CargoTarget[] = [
    ...named('bin', 'bin'),
    ...(usual ? [{ name: packageName, kind: 'bin' as const }] : []),
    ...discovered('src/bin', 'bin'),
    ...named('example', 'example'),
    ...discovered('examples', 'example'),
  ];
  return [...new Map(targets.map((target) => [`${target.kind} ${target.name}`, target])).values()];
}
