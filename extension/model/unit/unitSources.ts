import type { Manager } from './specifiers.ts';
import { formatUnitName, isInstance, parseUnitName, type UnitName } from './unitName.ts';
import { unitPaths } from './unitPaths.ts';

/** A file below one of the manager’s unit paths, at any depth. */
export type UnitEntry =
  | { readonly path: string; readonly kind: 'file'; readonly text: string }
  /** `target`: an absolute path. */
  | { readonly path: string; readonly kind: 'link'; readonly target: string };

/** What a manager finds for a name. */
export type UnitSources =
  FoundUnit | { readonly kind: 'masked'; readonly path: string } | { readonly kind: 'not-found' };

export interface FoundUnit {
  readonly kind: 'found';
  /** The name by which it was looked for. */
  readonly asked: UnitName;
  /** The names by which it goes. The first is that of its file, under which systemd keeps it. */
  readonly names: readonly [UnitName, ...UnitName[]];
  readonly fragment: SourceFile;
  /** In the order in which they apply. */
  readonly dropIns: readonly SourceFile[];
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** The files of a unit in the order in which they are read. */
export function filesOf({
  fragment,
  dropIns,
}: Pick<FoundUnit, 'fragment' | 'dropIns'>): readonly SourceFile[] {
  return [fragment, ...dropIns];
}

/** Null for a path that is none of the unit’s files. */
export function fileAt(unit: FoundUnit, path: string): SourceFile | null {
  return filesOf(unit).find((file) => file.path === path) ?? null;
}

/**
 * Finds a unit’s file and its drop-ins among what lies in the unit paths, as
 * `unit_file_find_fragment()` and `unit_file_find_dropin_paths()` do.
 */
export function findUnit(
  name: UnitName,
  entries: readonly UnitEntry[],
  manager: Manager,
): UnitSources {
  const search: Search = {
    paths: unitPaths(manager),
    byPath: new Map(entries.map((entry) => [entry.path, entry])),
    entries,
  };
  const file = findFragment(formatUnitName(name), search);
  const template = formatUnitName({ ...name, instance: '' });
  const fragment = file ?? (isInstance(name) ? findFragment(template, search) : null);
  if (fragment === null) return { kind: 'not-found' };
  if (fragment.text === '') return { kind: 'masked', path: fragment.path };
  const own = named(baseName(fragment.path), name);
  if (own === null) return { kind: 'not-found' };
  const others = aliases(fragment, search).flatMap((alias) => named(alias, name) ?? []);
  const names = [own, ...others] as const;
  return { kind: 'found', asked: name, names, fragment, dropIns: findDropIns(names, search) };
}

/** What lies in some directories. */
export interface ListedEntries {
  readonly byPath: ReadonlyMap<string, UnitEntry>;
  readonly entries: readonly UnitEntry[];
}

interface Search extends ListedEntries {
  /** The first counts most. */
  readonly paths: readonly string[];
}

/** What the file of a template is called for an instance of it. */
function named(file: string, { instance }: UnitName): UnitName | null {
  const parsed = parseUnitName(file);
  return parsed?.instance === '' ? { ...parsed, instance } : parsed;
}

/** A link to a unit in a unit path is another name for it, wherever that one’s file lies. */
function findFragment(name: string, search: Search, depth = 0): SourceFile | null {
  const entry = firstEntry(name, search);
  if (entry === null || depth > longestChain) return null;
  if (entry.kind === 'file') return entry;
  const alias = aliasTarget(entry, search);
  if (alias !== null) return findFragment(alias, search, depth + 1);
  const text = textAt(entry, search);
  return text === null ? null : { path: entry.path, text };
}

/** FOLLOW_MAX. */
const longestChain = 8;

function firstEntry(name: string, { paths, byPath }: Search): UnitEntry | null {
  for (const path of paths) {
    const entry = byPath.get(`${path}/${name}`);
    if (entry !== undefined) return entry;
  }
  return null;
}

/** The name that a link leads to; null for a link to something that is in no unit path. */
function aliasTarget(entry: UnitEntry & { kind: 'link' }, { paths }: Search): string | null {
  const target = baseName(entry.target);
  const inside = paths.some((path) => entry.target === `${path}/${target}`);
  return inside && target !== baseName(entry.path) ? target : null;
}

/** The other names whose links end at the file. */
function aliases(fragment: SourceFile, search: Search): readonly string[] {
  const links = search.entries.flatMap((entry) => {
    const name = baseName(entry.path);
    const counts = entry.kind === 'link' && firstEntry(name, search) === entry;
    return counts && findFragment(name, search)?.path === fragment.path ? [name] : [];
  });
  return links.filter((name) => name !== baseName(fragment.path));
}

/** That of the first name of the unit counts most, in the first path, in the most specific directory. */
function findDropIns(names: FoundUnit['names'], search: Search): readonly SourceFile[] {
  return dropInsIn(dropInFolders(names, search.paths), search);
}

/**
 * Of the drop-ins with one file name only that in the first directory counts. They apply in the order of
 * file names.
 */
export function dropInsIn(
  directories: readonly string[],
  listed: ListedEntries,
): readonly SourceFile[] {
  const rank = new Map([...directories.entries()].reverse().map(([index, path]) => [path, index]));
  const chosen = new Map<string, { readonly rank: number; readonly file: SourceFile }>();
  for (const entry of listed.entries) {
    const place = rank.get(entry.path.slice(0, entry.path.lastIndexOf('/')));
    const name = baseName(entry.path);
    if (place === undefined || !name.endsWith('.conf') || name.startsWith('.')) continue;
    const text = textAt(entry, listed);
    const before = chosen.get(name);
    if (text === null || (before !== undefined && before.rank <= place)) continue;
    chosen.set(name, { rank: place, file: { path: entry.path, text } });
  }
  return [...chosen.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { file }]) => file);
}

/** Where the drop-ins of a unit with these names are looked for; the first directory counts most. */
export function dropInFolders(
  names: FoundUnit['names'],
  paths: readonly string[],
): readonly string[] {
  const stems = [...names.map(dropInStems), [names[0].type]];
  return stems.flatMap((each) => paths.flatMap((path) => each.map((stem) => `${path}/${stem}.d`)));
}

/**
 * The directories of a name, the most specific first: its own, for an instance that of the
 * template, then those of what stands before each dash.
 */
function dropInStems(name: UnitName): readonly string[] {
  const template = isInstance(name) ? [formatUnitName({ ...name, instance: '' })] : [];
  const prefix = /^(.*-)(?:[^-]+-?|-)$/.exec(name.prefix)?.[1];
  const shorter = prefix === undefined ? [] : dropInStems({ ...name, prefix });
  return [formatUnitName(name), ...template, ...shorter];
}

/** What is read at an entry: a device such as /dev/null reads as empty; null when it is not known. */
export function textAt(entry: UnitEntry, listed: ListedEntries, depth = 0): string | null {
  if (entry.kind === 'file') return entry.text;
  if (entry.target === '/dev/null') return '';
  const target = listed.byPath.get(entry.target);
  if (target === undefined || depth > longestChain) return null;
  return textAt(target, listed, depth + 1);
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
