/**
 * Where `go build`, `go install` and a debugger of Go put the commands of a module. Told from the sources:
 * nothing is started, so it holds in Restricted Mode too.
 */
import { basename, dirname, join, relative } from 'node:path';
import type { Host } from '../../probe/host.ts';
import type { ProgramCandidate } from './candidate.ts';
import { holds, textAt, type Folder } from './folder.ts';
import type { Variables } from './variables.ts';

/** Directories that the go command leaves out; `go help packages`. */
const ignored = /(^|\/)([._][^/]*|testdata|vendor)(\/|$)/;
/** The first clause of a source, behind its comments. */
const clause = /^(?:\s+|\/\/.*\n|\/\*[^]*?\*\/)*package\s+(\w+)/;
/** `//go:build ignore`: a source that is run by itself, and belongs to no package. */
const ignoredSource = /^\/\/(go:build|\s*\+build)\s+ignore\b/m;
/** What Delve builds to debug it, beside the sources. */
const debugged = /^__debug_bin\d*$/;

/** The commands of every module, at each place that they may be built at. */
export async function goPrograms(
  host: Host,
  folders: readonly Folder[],
  variables: Variables,
): Promise<readonly ProgramCandidate[]> {
  const modules = new Map<string, string>();
  for (const folder of folders) {
    if (!holds(folder, 'go.mod')) continue;
    const path = modulePath((await textAt(host, join(folder.path, 'go.mod'))) ?? '');
    if (path !== null) modules.set(folder.path, path);
  }
  if (modules.size === 0) return [];
  const installed = await installFolder(host, variables);
  const candidates: ProgramCandidate[] = [];
  for (const folder of folders) {
    const root = rootOf(folder.path, modules);
    if (root === null) continue;
    const below = relative(root, folder.path);
    if (ignored.test(below) || !(await isCommand(host, folder))) continue;
    const name = commandName(join(modules.get(root) ?? '', below));
    const places = [folder.path, root, variables.workspaceFolder, join(root, 'bin'), installed];
    const paths = [...new Set(places)].map((place) => join(place, name));
    const traced = folder.entries
      .filter((entry) => debugged.test(entry.name))
      .map((entry) => join(folder.path, entry.name));
    candidates.push(
      ...[...paths, ...traced].map((path) => ({ path, source: 'go' as const, name })),
    );
  }
  return candidates;
}

/** Of the module that a directory belongs to: the nearest one. */
function rootOf(path: string, modules: ReadonlyMap<string, string>): string | null {
  for (let at = path; ; at = dirname(at)) {
    if (modules.has(at)) return at;
    if (at === dirname(at)) return null;
  }
}

function modulePath(text: string): string | null {
  const [, quoted, plain] = /^\s*module\s+(?:"([^"]+)"|(\S+))/m.exec(text) ?? [];
  return quoted ?? plain ?? null;
}

/** One source tells for all, since they must agree. */
async function isCommand(host: Host, { path, entries }: Folder): Promise<boolean> {
  for (const { name, type } of entries) {
    if (type !== 'regular' || !/^[^._].*(?<!_test)\.go$/.test(name)) continue;
    const text = (await textAt(host, join(path, name))) ?? '';
    const [head, packageName] = clause.exec(text) ?? [];
    if (head !== undefined && !ignoredSource.test(head)) return packageName === 'main';
  }
  return false;
}

/** DefaultExecName() of cmd/go/internal/load: the last element that is not a major version. */
function commandName(importPath: string): string {
  const last = basename(importPath);
  const parent = basename(dirname(importPath));
  return /^v([2-9]|[1-9]\d+)$/.test(last) && parent !== '' && parent !== '.' ? parent : last;
}

/** Of `go install`: `go help environment`, where the environment comes before what `go env -w` wrote. */
async function installFolder(
  host: Host,
  { env, userHome }: Pick<Variables, 'env' | 'userHome'>,
): Promise<string> {
  const written = env['GOENV'] ?? join(env['XDG_CONFIG_HOME'] ?? `${userHome}/.config`, 'go/env');
  const text = written.startsWith('/') ? ((await textAt(host, written)) ?? '') : '';
  const setting = (name: string): string =>
    env[name] ?? new RegExp(`^${name}=(.*)$`, 'm').exec(text)?.[1] ?? '';
  const bin = setting('GOBIN');
  if (bin !== '') return bin;
  const [first = ''] = setting('GOPATH').split(':');
  return join(first === '' ? join(userHome, 'go') : first, 'bin');
}
