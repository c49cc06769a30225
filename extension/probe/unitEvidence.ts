import { isUtf8 } from 'node:buffer';
import { join } from 'node:path/posix';
import { known } from '../model/evidence.ts';
import { insideOf } from '../model/unit/mountView.ts';
import { parseAccounts, type Accounts } from '../model/unit/accounts.ts';
import type { Manager } from '../model/unit/specifiers.ts';
import type { UnitEntry } from '../model/unit/unitSources.ts';
import { unitPaths } from '../model/unit/unitPaths.ts';
import type { FolderAccess, PathFacts, UnitProgram } from '../model/unit/unitSystem.ts';
import { unitText } from '../model/unit/utf8.ts';
import { textLimit, type DirectoryEntry, type ProbeFailure } from '../protocol/probe.ts';
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

/** Where the top of a tree lies, without the links that lead to it: paths in the tree are told apart by it. */
export async function collectRoot(host: Host, path: string): Promise<string> {
  const reply = await host.request({ kind: 'file', path });
  return reply.ok && 'value' in reply.result.realPath ? reply.result.realPath.value : path;
}

/** What lies where units are looked for. */
export interface UnitListing {
  /** Only the names are known yet: the text of a file is its path. */
  readonly entries: readonly UnitEntry[];
  /** The directories that were listed: those that are not there are left out. */
  readonly folders: readonly string[];
}

/**
 * All that lies in a manager’s unit paths, with the directories of drop-ins, and what links there lead to
 * elsewhere (`systemctl link`).
 */
export function collectUnitListing(tree: UnitTree, manager: Manager): Promise<UnitListing> {
  return collectListing(tree, unitPaths(manager));
}

/** The same in any directories. */
export async function collectListing(
  tree: UnitTree,
  paths: readonly string[],
): Promise<UnitListing> {
  const found = await Promise.all(paths.map((path) => listingBelow(tree, path)));
  const { entries, folders } = joined(found);
  const listed = new Set(entries.map(({ path }) => path));
  const elsewhere = entries.flatMap((entry): readonly UnitEntry[] =>
    entry.kind === 'link' && !listed.has(entry.target)
      ? [{ path: entry.target, kind: 'file', text: entry.target }]
      : [],
  );
  return { entries: [...entries, ...elsewhere], folders };
}

/** A unit file that lies elsewhere, and the drop-ins beside it. */
export async function collectLooseListing(tree: UnitTree, path: string): Promise<UnitListing> {
  const beside = await listingOf(tree, `${path}.d`);
  const own: UnitEntry = { path, kind: 'file', text: path };
  return { ...beside, entries: [own, ...beside.entries] };
}

/** The users and groups of the tree’s files. More may come from elsewhere. */
export async function collectAccounts(tree: UnitTree): Promise<Accounts> {
  const [passwd, group] = await Promise.all([
    collectText(tree, '/etc/passwd'),
    collectText(tree, '/etc/group'),
  ]);
  return parseAccounts(passwd, group, false);
}

/**
 * The release of systemd by the name of its library, `libsystemd-shared-257.so`; null without one.
 * What a package adds to the number (`-262.1-1`) is left away.
 */
export async function collectSystemdVersion(tree: UnitTree): Promise<number | null> {
  const libraries = (await list(tree, '/usr/lib')) ?? [];
  const multiarch = libraries
    .filter(({ name, type }) => type === 'directory' && name.includes('-linux-'))
    .map(({ name }) => `/usr/lib/${name}/systemd`);
  const folders = ['/usr/lib/systemd', '/usr/lib64/systemd', '/lib/systemd', ...multiarch];
  const found = await Promise.all(folders.map((folder) => list(tree, folder)));
  for (const { name } of found.flatMap((entries) => entries ?? [])) {
    const version = /^libsystemd-shared-(\d+)\D.*so$/.exec(name)?.[1];
    if (version !== undefined) return Number(version);
  }
  return null;
}

/** What lies at a path that a setting or command names; null where that cannot be seen. */
async function collectPath({ host, root }: UnitTree, path: string): Promise<PathFacts | null> {
  const reply = await host.request({ kind: 'file', path: join(root, path) });
  if (!reply.ok) return isAbsent(reply.error) ? { kind: 'missing' } : null;
  const { type, realPath } = reply.result;
  const real = 'value' in realPath ? inside(root, realPath.value) : path;
  if (type === 'directory') return { kind: type, real, closed: [] };
  // Where ip-netns(8) and the like keep one, they mount it: `net:[4026532000]`.
  const mount = 'value' in reply.result.mount ? reply.result.mount.value : null;
  const namespace = mount?.fsType === 'nsfs' ? (/^\/?(\w+):/.exec(mount.root)?.[1] ?? null) : null;
  return { kind: 'other', real, namespace };
}

/** The same for each of several; those that cannot be seen are left out. */
export async function collectPaths(
  tree: UnitTree,
  paths: readonly string[],
): Promise<ReadonlyMap<string, PathFacts>> {
  const found = await Promise.all(
    paths.map(async (path) => [path, await collectPath(tree, path)] as const),
  );
  return new Map(found.flatMap(([path, facts]) => (facts === null ? [] : [[path, facts]])));
}

/**
 * What lies where a command is to begin.
 *
 * @param root that of the command: the directories above it are none of its business
 */
export async function collectDirectory(
  tree: UnitTree,
  view: IdView,
  path: string,
  root: string,
): Promise<PathFacts | null> {
  const facts = await collectPath(tree, path);
  if (facts?.kind !== 'directory') return facts;
  const parts = facts.real.split('/').filter((part) => part !== '');
  const folders = parts
    .map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)
    .filter((folder) => insideOf(root, folder) !== null);
  const found = await Promise.all(
    folders.map((folder) => tree.host.request({ kind: 'file', path: join(tree.root, folder) })),
  );
  const closed = found.flatMap((reply): readonly FolderAccess[] => {
    if (!reply.ok || (reply.result.mode & S_IXOTH) !== 0) return [];
    const { mode, uid, gid } = reply.result;
    return [{ mode, uid: view.uid(uid), gid: view.gid(gid) }];
  });
  return { ...facts, closed };
}

/** stat(2). */
const S_IXOTH = 0o001;

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

async function listingBelow(tree: UnitTree, path: string): Promise<UnitListing> {
  const entries = await list(tree, path);
  if (entries === null) return nothing;
  const dropIns = entries.filter(({ name, type }) => type === 'directory' && name.endsWith('.d'));
  const below = await Promise.all(dropIns.map(({ name }) => listingOf(tree, `${path}/${name}`)));
  return joined([listingFrom(path, entries), ...below]);
}

async function listingOf(tree: UnitTree, folder: string): Promise<UnitListing> {
  const entries = await list(tree, folder);
  return entries === null ? nothing : listingFrom(folder, entries);
}

const nothing: UnitListing = { entries: [], folders: [] };

function joined(listings: readonly UnitListing[]): UnitListing {
  return {
    entries: listings.flatMap(({ entries }) => entries),
    folders: listings.flatMap(({ folders }) => folders),
  };
}

function listingFrom(folder: string, entries: readonly DirectoryEntry[]): UnitListing {
  return { entries: entries.flatMap((entry) => entryAt(folder, entry)), folders: [folder] };
}

function entryAt(folder: string, { name, type, target }: DirectoryEntry): readonly UnitEntry[] {
  const path = `${folder}/${name}`;
  if (type === 'regular') return [{ path, kind: 'file', text: path }];
  if (type !== 'link' || target === null) return [];
  return [{ path, kind: 'link', target: target.startsWith('/') ? target : join(folder, target) }];
}

/** Null where there is no such directory, or it may not be read. */
async function list(
  { host, root }: UnitTree,
  path: string,
): Promise<readonly DirectoryEntry[] | null> {
  const reply = await host.request({ kind: 'directory', path: join(root, path) });
  return reply.ok ? reply.result : null;
}

export type UnitText =
  | { readonly kind: 'text'; readonly text: string }
  /** It is there, and what it says is not known. */
  | { readonly kind: 'unread'; readonly why: string }
  | { readonly kind: 'missing' };

/** The text of a unit’s file. */
export async function collectUnitText({ host, root }: UnitTree, path: string): Promise<UnitText> {
  const reply = await host.request({ kind: 'text', path: join(root, path) });
  if (reply.ok) {
    return reply.result.truncated
      ? { kind: 'unread', why: `${path} is longer than ${String(textLimit >> 20)} MiB` }
      : { kind: 'text', text: textOf(Buffer.from(reply.result.base64, 'base64')) };
  }
  const { error } = reply;
  return isAbsent(error) ? { kind: 'missing' } : { kind: 'unread', why: error.reason };
}

function isAbsent(error: ProbeFailure): boolean {
  return error.kind === 'call' && ['ENOENT', 'ENOTDIR'].includes(error.error.errno);
}

/** Where the bytes are what they should be, Node is the quicker reader. */
function textOf(bytes: Buffer): string {
  return isUtf8(bytes) ? bytes.toString('utf8') : unitText(bytes);
}

async function collectText(tree: UnitTree, path: string): Promise<string> {
  const found = await collectUnitText(tree, path);
  return found.kind === 'text' ? found.text : '';
}

function inside(root: string, path: string): string {
  if (path === root) return '/';
  return root !== '/' && path.startsWith(`${root}/`) ? path.slice(root.length) : path;
}
