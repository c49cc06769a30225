import { join } from 'node:path/posix';
import { known } from '../model/evidence.ts';
import { parseAccounts, type Accounts } from '../model/unit/accounts.ts';
import type { Manager } from '../model/unit/specifiers.ts';
import type { UnitEntry } from '../model/unit/unitSources.ts';
import { unitPaths } from '../model/unit/unitPaths.ts';
import type { PathFacts, UnitProgram } from '../model/unit/unitSystem.ts';
import { unitText } from '../model/unit/utf8.ts';
import type { DirectoryEntry } from '../protocol/probe.ts';
import type { Host } from './host.ts';
import type { IdView } from './idView.ts';
import { collectProgram } from './programEvidence.ts';
import type { Sightings } from './sightings.ts';

/** The tree in which units are looked for; paths in it begin at its top. */
export interface UnitTree {
  readonly host: Host;
  /** `/`, or where another system’s tree lies. */
  readonly root: string;
}

/** All that lies in a manager’s unit paths, with the directories of drop-ins. */
export async function collectUnitEntries(
  tree: UnitTree,
  manager: Manager,
): Promise<readonly UnitEntry[]> {
  const found = await Promise.all(unitPaths(manager).map((path) => entriesBelow(tree, path)));
  return found.flat();
}

/** A unit file that lies elsewhere, and the drop-ins beside it; null where there is no such file. */
export async function collectLooseUnit(
  tree: UnitTree,
  path: string,
): Promise<{ readonly text: string; readonly dropIns: readonly UnitEntry[] } | null> {
  const text = await collectText(tree, path);
  if (text === null) return null;
  const beside = await list(tree, `${path}.d`);
  const dropIns = await Promise.all(
    beside
      .filter(({ name }) => name.endsWith('.conf') && !name.startsWith('.'))
      .map((entry) => entryAt(tree, `${path}.d`, entry)),
  );
  return { text, dropIns: dropIns.filter((entry) => entry !== null) };
}

/** The users and groups of the tree’s files. More may come from elsewhere. */
export async function collectAccounts(tree: UnitTree): Promise<Accounts> {
  const [passwd, group] = await Promise.all([
    collectText(tree, '/etc/passwd'),
    collectText(tree, '/etc/group'),
  ]);
  return parseAccounts(passwd ?? '', group ?? '', false);
}

/**
 * The release of systemd by the name of its library, `libsystemd-shared-257.so`; null without one.
 * What a package adds to the number (`-262.1-1`) is left away.
 */
export async function collectSystemdVersion(tree: UnitTree): Promise<number | null> {
  const libraries = await list(tree, '/usr/lib');
  const multiarch = libraries
    .filter(({ name, type }) => type === 'directory' && name.includes('-linux-'))
    .map(({ name }) => `/usr/lib/${name}/systemd`);
  const folders = ['/usr/lib/systemd', '/usr/lib64/systemd', '/lib/systemd', ...multiarch];
  const found = await Promise.all(folders.map((folder) => list(tree, folder)));
  for (const { name } of found.flat()) {
    const version = /^libsystemd-shared-(\d+)\D.*so$/.exec(name)?.[1];
    if (version !== undefined) return Number(version);
  }
  return null;
}

/** What lies at a path that a setting names. */
export async function collectPath({ host, root }: UnitTree, path: string): Promise<PathFacts> {
  const reply = await host.request({ kind: 'file', path: join(root, path) });
  if (!reply.ok) return { kind: 'missing' };
  const { type, realPath } = reply.result;
  const real = 'value' in realPath ? inside(root, realPath.value) : path;
  return { kind: type === 'directory' ? 'directory' : 'other', real };
}

/** The program that a command names by its path. */
export async function collectUnitProgram(
  { host, root }: UnitTree,
  view: IdView,
  path: string,
): Promise<UnitProgram> {
  const collected = await collectProgram(host, view, unaware, path, join(root, path));
  if (collected.kind === 'program') {
    const { file, capabilityUnseen } = collected.program;
    return { kind: 'file', file: { ...file, path }, capabilityUnseen };
  }
  const { problem } = collected;
  if (problem.kind === 'not-found') {
    const { failure } = problem;
    const absent = failure.kind === 'call' && failure.error.errno === 'ENOENT';
    return absent ? { kind: 'missing' } : { kind: 'unseen', reason: failure.reason };
  }
  return { kind: 'unseen', reason: `${path} is no program` };
}

/** A unit's programs are looked at in passing: nothing is remembered of them. */
const unaware: Sightings = {
  recall: () => Promise.resolve(known(null, 'not asked')),
  remember: () => Promise.resolve(),
};

async function entriesBelow(tree: UnitTree, path: string): Promise<readonly UnitEntry[]> {
  const entries = await list(tree, path);
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly (UnitEntry | null)[]> => {
      if (entry.type !== 'directory') return [await entryAt(tree, path, entry)];
      if (!entry.name.endsWith('.d')) return [];
      const folder = `${path}/${entry.name}`;
      const dropIns = await list(tree, folder);
      return Promise.all(dropIns.map((each) => entryAt(tree, folder, each)));
    }),
  );
  return found.flat().filter((entry) => entry !== null);
}

async function entryAt(
  tree: UnitTree,
  folder: string,
  { name, type, target }: DirectoryEntry,
): Promise<UnitEntry | null> {
  const path = `${folder}/${name}`;
  if (type === 'link') {
    if (target === null) return null;
    return { path, kind: 'link', target: target.startsWith('/') ? target : join(folder, target) };
  }
  const text = type === 'regular' ? await collectText(tree, path) : null;
  return text === null ? null : { path, kind: 'file', text };
}

async function list({ host, root }: UnitTree, path: string): Promise<readonly DirectoryEntry[]> {
  const reply = await host.request({ kind: 'directory', path: join(root, path) });
  return reply.ok ? reply.result : [];
}

/** The text of a regular file; null where there is none. */
export async function collectText({ host, root }: UnitTree, path: string): Promise<string | null> {
  const reply = await host.request({ kind: 'text', path: join(root, path) });
  return reply.ok ? unitText(Buffer.from(reply.result.base64, 'base64')) : null;
}

function inside(root: string, path: string): string {
  return root !== '/' && path.startsWith(`${root}/`) ? path.slice(root.length) : path;
}
