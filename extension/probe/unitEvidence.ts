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
import { rootedHost } from './rootedHost.ts';
import type { Sightings } from './sightings.ts';

/** The tree in which units are looked for; paths in it begin at its top. */
export interface UnitTree {
  readonly host: Host;
  /** `/`, or where another system’s tree lies. */
  readonly root: string;
}

/**
 * Where the top of a tree lies, without the links that lead to it: paths in the tree are told apart by it. Null
 * where no directory is.
 */
export async function collectRoot(host: Host, path: string): Promise<string | null> {
  const reply = await host.request({ kind: 'file', path });
  if (!reply.ok) return isAbsent(reply.error) ? null : path;
  const { type, realPath, mount } = reply.result;
  if (type !== 'directory') return null;
  // What lies in another mount namespace, as below /proc/PID/root, is named as if it were in this one.
  return 'value' in realPath && 'value' in mount ? realPath.value : path;
}

/** Asks about what lies in the tree, by the paths that it has there. */
export function hostIn({ host, root }: UnitTree): Host {
  return root === '/' ? host : rootedHost(host, root);
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
  const beside = await linkedListing(tree, `${path}.d`);
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
async function collectPath(tree: UnitTree, path: string): Promise<PathFacts | null> {
  const reply = await hostIn(tree).request({ kind: 'file', path });
  if (!reply.ok) return isAbsent(reply.error) ? { kind: 'missing' } : null;
  const { type, realPath } = reply.result;
  const real = 'value' in realPath ? realPath.value : path;
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
  const host = hostIn(tree);
  const found = await Promise.all(
    folders.map((folder) => host.request({ kind: 'file', path: folder })),
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
  tree: UnitTree,
  view: IdView,
  path: string,
): Promise<UnitProgram> {
  const host = withInterpreters(tree, path);
  const collected = await collectProgram(host, view, unaware, path, path);
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

/** A tree may be that of some packages alone: what executes its programs is then the machine’s. */
function withInterpreters(tree: UnitTree, program: string): Host {
  const { host, root } = tree;
  if (root === '/') return host;
  const there = hostIn(tree);
  return {
    architecture: host.architecture,
    request: async (request) => {
      const reply = await there.request(request);
      const isInterpreter = request.kind === 'file' && request.path !== program;
      return isInterpreter && !reply.ok && isAbsent(reply.error) ? host.request(request) : reply;
    },
  };
}

/** A unit's programs are looked at in passing: nothing is remembered of them. */
const unaware: Sightings = {
  recall: () => Promise.resolve(known(null, 'not asked')),
  remember: () => Promise.resolve(),
};

async function listingBelow(tree: UnitTree, path: string): Promise<UnitListing> {
  const entries = await list(tree, path);
  if (entries === null) return nothing;
  const below = await Promise.all(
    entries
      .filter(({ name }) => name.endsWith('.d'))
      .map(({ name, type }) => dropInListing(tree, `${path}/${name}`, type)),
  );
  return joined([listingFrom(path, entries), ...below]);
}

/** systemd follows a link to a directory of drop-ins (`unit_file_add_dir()`). */
async function dropInListing(
  tree: UnitTree,
  folder: string,
  type: DirectoryEntry['type'],
): Promise<UnitListing> {
  if (type === 'directory') return listingOf(tree, folder);
  if (type !== 'link') return nothing;
  return linkedListing(tree, folder);
}

/** The links in a directory that a link leads to lead on from where it lies. */
async function linkedListing(tree: UnitTree, folder: string): Promise<UnitListing> {
  const { host, root } = tree;
  const real = await host.request({ kind: 'pathBelow', root, path: folder });
  return listingOf(tree, folder, real.ok ? real.result : folder);
}

async function listingOf(tree: UnitTree, folder: string, real = folder): Promise<UnitListing> {
  const entries = await list(tree, folder);
  return entries === null ? nothing : listingFrom(folder, entries, real);
}

const nothing: UnitListing = { entries: [], folders: [] };

function joined(listings: readonly UnitListing[]): UnitListing {
  return {
    entries: listings.flatMap(({ entries }) => entries),
    folders: listings.flatMap(({ folders }) => folders),
  };
}

function listingFrom(
  folder: string,
  entries: readonly DirectoryEntry[],
  real = folder,
): UnitListing {
  return { entries: entries.flatMap((entry) => entryAt(folder, real, entry)), folders: [folder] };
}

function entryAt(
  folder: string,
  real: string,
  { name, type, target }: DirectoryEntry,
): readonly UnitEntry[] {
  const path = `${folder}/${name}`;
  if (type === 'regular') return [{ path, kind: 'file', text: path }];
  if (type !== 'link' || target === null) return [];
  return [{ path, kind: 'link', target: target.startsWith('/') ? target : join(real, target) }];
}

/** Null where there is no such directory, or it may not be read. */
async function list(tree: UnitTree, path: string): Promise<readonly DirectoryEntry[] | null> {
  const reply = await hostIn(tree).request({ kind: 'directory', path });
  return reply.ok ? reply.result : null;
}

export type UnitText =
  | { readonly kind: 'text'; readonly text: string }
  /** It is there, and what it says is not known. */
  | { readonly kind: 'unread'; readonly why: string }
  | { readonly kind: 'missing' };

/** The text of a unit’s file. */
export async function collectUnitText(tree: UnitTree, path: string): Promise<UnitText> {
  const reply = await hostIn(tree).request({ kind: 'text', path });
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
