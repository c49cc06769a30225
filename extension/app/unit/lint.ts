import { basename, dirname, resolve } from 'node:path';
import type { Accounts } from '../../model/unit/accounts.ts';
import { fileOfUnit, type FileOfUnit } from '../../model/unit/fileOfUnit.ts';
import { fileOfNetworkd, networkdPaths } from '../../model/networkd/networkdFile.ts';
import type { Manager } from '../../model/unit/specifiers.ts';
import { systemdRules, type SystemdRules } from '../../model/unit/systemdRules.ts';
import { formatUnitName, parseUnitName, type UnitName } from '../../model/unit/unitName.ts';
import { unitPaths } from '../../model/unit/unitPaths.ts';
import { dropInFolders, filesOf, findUnit } from '../../model/unit/unitSources.ts';
import type { Host } from '../../probe/host.ts';
import type { IdView } from '../../probe/idView.ts';
import {
  collectAccounts,
  collectListing,
  collectLooseListing,
  collectRoot,
  collectSystemdVersion,
  collectUnitListing,
  collectUnitText,
  type UnitListing,
  type UnitTree,
} from '../../probe/unitEvidence.ts';
import { collectUnitFolder, type UnitFolder } from '../../probe/unitFolder.ts';
import { textLimit } from '../../protocol/probe.ts';
import type { LintedUnit } from '../../report/lint/lintReport.ts';
import type { Failure } from '../failure.ts';
import { NetworkdLinter, networkdFolders } from './lintNetworkd.ts';
import { openView } from '../surroundings.ts';
import { readSources, type ReadSources } from './readSources.ts';
import { UnitJudge } from './unitJudge.ts';
import { managerOf, scopeOf } from './unitManager.ts';

export interface LintRequest {
  /** Paths of files of units or systemd-networkd, of drop-ins or of directories with such, or names of units. */
  readonly units: readonly string[];
  /** Null tells it from a comment, `# capwright: user`, or from the path. */
  readonly scope: Manager['scope'] | null;
  /** The release of systemd; null is that of the tree. */
  readonly version: number | null;
  /** The tree in which units, users and programs are looked for. */
  readonly root: string;
  /** False leaves alone what units name, their programs and paths: nothing is known of those then. */
  readonly looks: boolean;
}

export type LintOutcome =
  | { readonly kind: 'report'; readonly version: number; readonly units: readonly LintedUnit[] }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** The newest release whose behaviour was observed: for a tree that does not tell its own. */
const newestVersion = 262;

/** Reads units as their manager would, and judges what becomes of them. */
export async function lintUnits(host: Host, request: LintRequest): Promise<LintOutcome> {
  const opened = request.looks ? await openView(host) : null;
  if (opened?.kind === 'failure') return opened;
  const asked = resolve(request.root);
  const root = await collectRoot(host, asked);
  if (root === null) {
    return failed(
      `There is no directory ${JSON.stringify(request.root)}.`,
      'Name the directory in which a system’s files lie, with etc and usr below it.',
    );
  }
  const tree: UnitTree = { host, root };
  const [own, accounts] = await Promise.all([
    request.version === null ? collectSystemdVersion(tree) : null,
    collectAccounts(tree),
  ]);
  const version = request.version ?? own ?? newestVersion;
  const view = opened?.view ?? null;
  const linter = new Linter(tree, asked, view, systemdRules(version), accounts);
  const units = new Map<string, LintedUnit>();
  for (const asked of request.units) {
    const linted = await linter.lintAsked(asked, request.scope);
    if (linted.kind === 'failure') return linted;
    // A unit is reported once, though its own file and its drop-ins were all named.
    for (const unit of linted.units) {
      const key = keyOf(unit);
      if (!units.has(key)) units.set(key, unit);
    }
  }
  return { kind: 'report', version, units: [...units.values()] };
}

function keyOf(linted: LintedUnit): string {
  if (linted.kind === 'networkd') return JSON.stringify(linted.judged.file.fragment.path);
  if (linted.kind !== 'judged') return JSON.stringify(linted.path);
  const { unit, system } = linted.judged;
  const files = filesOf(unit).map(({ path }) => path);
  return JSON.stringify([system.manager.scope, formatUnitName(unit.names[0]), files]);
}

/** The directories, of those that are there, where a change may make a unit another one. */
export async function unitFolders(
  host: Host,
  path: string,
  wanted: Manager['scope'] | null,
): Promise<readonly string[]> {
  const tree: UnitTree = { host, root: '/' };
  const networkd = fileOfNetworkd(path);
  if (networkd !== null) return networkdFolders(tree, networkd);
  const file = fileOfUnit(path);
  if (file === null) return [];
  const manager = managerOf(wanted ?? (await scopeOf(tree, path)), await collectAccounts(tree));
  const known = unitPaths(manager);
  const beside = dirname(file.path);
  if (!known.includes(beside)) {
    const { folders } = await collectLooseListing(tree, file.path);
    return [beside, ...folders];
  }
  const [{ folders }, networks] = await Promise.all([
    collectUnitListing(tree, manager),
    // A .netdev file may make the device that the unit’s program names.
    collectListing(tree, networkdPaths),
  ]);
  const own = [...known, ...dropInFolders([file.unit], known)];
  return [...folders.filter((folder) => own.includes(folder)), ...networks.folders];
}

type Linted = { readonly kind: 'unit'; readonly unit: LintedUnit } | Failed;

interface Failed {
  readonly kind: 'failure';
  readonly failure: Failure;
}

/** Judges units of one tree; what several share is looked at once. */
class Linter {
  readonly #tree: UnitTree;
  /** As the tree was named: a link to where it lies. */
  readonly #root: string;
  readonly #accounts: Accounts;
  readonly #networkd: NetworkdLinter;
  readonly #judge: UnitJudge;
  readonly #listings = new Map<Manager['scope'], Promise<UnitListing>>();

  constructor(
    tree: UnitTree,
    root: string,
    view: IdView | null,
    rules: SystemdRules,
    accounts: Accounts,
  ) {
    this.#tree = tree;
    this.#root = root;
    this.#accounts = accounts;
    this.#networkd = new NetworkdLinter(tree, rules, accounts);
    this.#judge = new UnitJudge(tree, view, rules, accounts, this.#networkd);
  }

  /** One unit, or those below a directory. */
  async lintAsked(
    asked: string,
    wanted: Manager['scope'] | null,
  ): Promise<{ readonly kind: 'units'; readonly units: readonly LintedUnit[] } | Failed> {
    const path = resolve(asked);
    if (fileOfUnit(path) === null && fileOfNetworkd(path) === null) {
      const folder = await collectUnitFolder(this.#outside(), path);
      if (folder !== null) return this.#lintFolder(asked, folder, wanted);
    }
    const linted = await this.#lintFile(asked, (await this.#isPath(asked)) ? path : null, wanted);
    return linted.kind === 'failure' ? linted : { kind: 'units', units: [linted.unit] };
  }

  /** What cannot be judged of many files keeps nobody from the others. */
  async #lintFolder(
    asked: string,
    { files, unread }: UnitFolder,
    wanted: Manager['scope'] | null,
  ): Promise<{ readonly kind: 'units'; readonly units: readonly LintedUnit[] } | Failed> {
    if (files.length === 0 && unread.length === 0) {
      return failed(
        `There is no unit file, .netdev file or drop-in below ${JSON.stringify(asked)}.`,
        'Name a directory with files such as vpn.service or vpn.service.d/10-caps.conf.',
      );
    }
    const units: LintedUnit[] = unread.map((each) => ({ kind: 'unread', asked, ...each }));
    for (const path of files) {
      const linted = await this.#lintFile(path, path, wanted);
      const why = linted.kind === 'failure' ? linted.failure.message : '';
      units.push(linted.kind === 'unit' ? linted.unit : { kind: 'unread', asked, path, why });
    }
    return { kind: 'units', units };
  }

  /** A name without a slash is that of a file here, where there is one. */
  async #isPath(asked: string): Promise<boolean> {
    if (asked.includes('/')) return true;
    const found = await collectUnitText(this.#outside(), resolve(asked));
    return found.kind !== 'missing';
  }

  /** A file of a unit or of systemd-networkd. */
  async #lintFile(
    asked: string,
    path: string | null,
    wanted: Manager['scope'] | null,
  ): Promise<Linted> {
    const file = fileOfNetworkd(path ?? asked);
    if (file === null) return this.#lint(asked, path, wanted);
    const inTree = this.#insideTree(path ?? asked);
    const linted = await this.#networkd.lint(asked, file, path, inTree);
    const quoted = JSON.stringify(asked);
    switch (linted.kind) {
      case 'unit':
        return linted;
      case 'not-found':
        return failed(`${file.isDropIn ? file.name : quoted} was not found.`, networkdRemedy);
      case 'another':
        return failed(`${quoted} is no file of systemd-networkd.`, networkdRemedy);
      case 'unread':
        return failed(`${quoted} cannot be read: ${linted.why}.`, unreadRemedy, 'environment');
    }
  }

  async #lint(
    asked: string,
    path: string | null,
    wanted: Manager['scope'] | null,
  ): Promise<Linted> {
    const file = path === null ? null : fileOfUnit(path);
    const name = file === null ? parseUnitName(basename(asked)) : file.unit;
    if (name === null) {
      return failed(`${JSON.stringify(asked)} is not the name of a unit.`, nameRemedy);
    }
    const scope = wanted ?? (path === null ? 'system' : await scopeOf(this.#outside(), path));
    const manager = managerOf(scope, this.#accounts);
    const own = await this.#find(name, file?.path ?? null, manager);
    const found =
      own.kind === 'not-found' && file?.isDropIn === true && path !== null
        ? await this.#alone(path, file)
        : own;
    switch (found.kind) {
      case 'not-found':
        return failed(`The unit ${JSON.stringify(asked)} was not found.`, nameRemedy);
      case 'unread':
        return failed(
          `The unit ${JSON.stringify(asked)} cannot be read: ${found.why}.`,
          unreadRemedy,
          'environment',
        );
      case 'masked':
        return { kind: 'unit', unit: { kind: 'masked', asked, scope, path: found.path } };
      case 'found':
        return { kind: 'unit', unit: await this.#judge.judge(asked, found, found.unread, manager) };
    }
  }

  async #find(name: UnitName, path: string | null, manager: Manager): Promise<ReadSources> {
    const inTree = path === null ? null : this.#insideTree(path);
    const known = unitPaths(manager);
    if (path === null || known.some((folder) => inTree === `${folder}/${basename(path)}`)) {
      const { entries } = await this.#listingOf(manager);
      return readSources(this.#tree, findUnit(name, entries, manager));
    }
    const { entries } = await collectLooseListing(this.#outside(), path);
    // As if it were installed: its file, and the drop-ins beside it.
    const [first = '/etc/systemd/system'] = known;
    const place = `${first}/${basename(path)}`;
    const moved = entries.map((each) => ({ ...each, path: each.path.replace(path, () => place) }));
    const sources = await readSources(this.#outside(), findUnit(name, moved, manager));
    const back = (file: string) => file.replace(place, () => path);
    if (sources.kind === 'masked') return { ...sources, path: back(sources.path) };
    if (sources.kind !== 'found') return sources;
    return {
      ...sources,
      fragment: { ...sources.fragment, path: back(sources.fragment.path) },
      dropIns: sources.dropIns.map((each) => ({ ...each, path: back(each.path) })),
      unread: sources.unread.map((each) => ({ ...each, path: back(each.path) })),
    };
  }

  /** A drop-in of a unit that is not here, as if that were empty. */
  async #alone(path: string, { unit, path: own }: FileOfUnit): Promise<ReadSources> {
    const found = await collectUnitText(this.#outside(), path);
    if (found.kind === 'missing') return { kind: 'not-found' };
    if (found.kind === 'unread') return found;
    const fragment = { path: own, text: '' };
    const dropIns = [{ path, text: found.text }];
    return { kind: 'found', asked: unit, names: [unit], fragment, dropIns, unread: [] };
  }

  /** Where a path that somebody named leads. */
  #outside(): UnitTree {
    return { ...this.#tree, root: '/' };
  }

  #insideTree(path: string): string {
    const roots = [this.#root, this.#tree.root];
    const root = roots.find((each) => each !== '/' && path.startsWith(`${each}/`)) ?? '';
    return path.slice(root.length);
  }

  #listingOf(manager: Manager): Promise<UnitListing> {
    const before = this.#listings.get(manager.scope);
    if (before !== undefined) return before;
    const collected = collectUnitListing(this.#tree, manager);
    this.#listings.set(manager.scope, collected);
    return collected;
  }
}

const networkdRemedy = 'Name a .netdev or .network file of systemd-networkd.';

const nameRemedy = 'Name a unit that is installed, or the path of its file.';

const unreadRemedy = `Name a regular file of at most ${String(textLimit >> 20)} MiB, as somebody who may read it.`;

function failed(message: string, remedy: string, blame: Failure['blame'] = 'user'): Failed {
  return { kind: 'failure', failure: { blame, message, remedy } };
}
