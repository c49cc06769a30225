import { homedir } from 'node:os';
import { basename, resolve } from 'node:path';
import { findOperation, usualOperations } from '../model/operations.ts';
import type { Accounts } from '../model/unit/accounts.ts';
import { fileOfUnit, type FileOfUnit } from '../model/unit/fileOfUnit.ts';
import { judgeUnit } from '../model/unit/judgeUnit.ts';
import { managerComment } from '../model/unit/managerComment.ts';
import { namedPaths, namedPrograms } from '../model/unit/namedPaths.ts';
import type { Manager } from '../model/unit/specifiers.ts';
import {
  supposedCredentials,
  supposedFeatures,
  supposedLimits,
  supposedNetwork,
  supposedTun,
} from '../model/unit/supposedSystem.ts';
import { systemdRules, type SystemdRules } from '../model/unit/systemdRules.ts';
import { readUnit } from '../model/unit/unit.ts';
import { parseUnitName, type UnitName } from '../model/unit/unitName.ts';
import { unitPaths } from '../model/unit/unitPaths.ts';
import {
  findUnit,
  type FoundUnit,
  type UnitEntry,
  type UnitSources,
} from '../model/unit/unitSources.ts';
import type { UnitProgram, UnitSystem } from '../model/unit/unitSystem.ts';
import type { Host } from '../probe/host.ts';
import type { IdView } from '../probe/idView.ts';
import {
  collectAccounts,
  collectLooseUnit,
  collectPath,
  collectSystemdVersion,
  collectText,
  collectUnitEntries,
  collectUnitProgram,
  type UnitTree,
} from '../probe/unitEvidence.ts';
import type { LintedUnit } from '../report/lintReport.ts';
import { evaluateUnit } from '../rules/unit/evaluateUnit.ts';
import type { Failure } from './failure.ts';
import { openView } from './surroundings.ts';

export interface LintRequest {
  /** Paths of unit files or of drop-ins, or names of units. */
  readonly units: readonly string[];
  /** Null tells it from a comment, `# capwright: user`, or from the path. */
  readonly scope: Manager['scope'] | null;
  /** The release of systemd; null is that of the tree. */
  readonly version: number | null;
  /** The tree in which units, users and programs are looked for. */
  readonly root: string;
}

export type LintOutcome =
  | { readonly kind: 'report'; readonly version: number; readonly units: readonly LintedUnit[] }
  | { readonly kind: 'failure'; readonly failure: Failure };

const operations = usualOperations.map(findOperation).filter((operation) => operation !== null);

/** The newest release whose behaviour was observed: for a tree that does not tell its own. */
const newestVersion = 262;

/** Reads units as their manager would, and judges what becomes of them. */
export async function lintUnits(host: Host, request: LintRequest): Promise<LintOutcome> {
  const opened = await openView(host);
  if (opened.kind === 'failure') return opened;
  const tree: UnitTree = { host, root: resolve(request.root) };
  const version = request.version ?? (await collectSystemdVersion(tree)) ?? newestVersion;
  const accounts = await collectAccounts(tree);
  const linter = new Linter(tree, opened.view, systemdRules(version), accounts);
  const units: LintedUnit[] = [];
  for (const name of request.units) {
    const linted = await linter.lint(name, request.scope);
    if (linted.kind === 'failure') return linted;
    units.push(linted.unit);
  }
  return { kind: 'report', version, units };
}

type Linted =
  | { readonly kind: 'unit'; readonly unit: LintedUnit }
  | { readonly kind: 'failure'; readonly failure: Failure };

/** Judges units of one tree; what several share is looked at once. */
class Linter {
  readonly #tree: UnitTree;
  readonly #view: IdView;
  readonly #rules: SystemdRules;
  readonly #accounts: Accounts;
  readonly #entries = new Map<Manager['scope'], Promise<readonly UnitEntry[]>>();

  constructor(tree: UnitTree, view: IdView, rules: SystemdRules, accounts: Accounts) {
    this.#tree = tree;
    this.#view = view;
    this.#rules = rules;
    this.#accounts = accounts;
  }

  async lint(asked: string, wanted: Manager['scope'] | null): Promise<Linted> {
    const path = asked.includes('/') ? resolve(asked) : null;
    const file = path === null ? null : fileOfUnit(path);
    const name = file === null ? parseUnitName(basename(asked)) : file.unit;
    if (name === null) {
      return failed(`${JSON.stringify(asked)} is not the name of a unit.`, nameRemedy);
    }
    const scope = wanted ?? (path === null ? 'system' : await this.#scopeOf(path));
    const manager = managerOf(scope, this.#accounts);
    const own = await this.#find(name, file?.path ?? null, manager);
    const found =
      own.kind === 'not-found' && file?.isDropIn === true && path !== null
        ? await this.#alone(path, file)
        : own;
    if (found.kind === 'not-found') {
      return failed(`The unit ${JSON.stringify(asked)} was not found.`, nameRemedy);
    }
    if (found.kind === 'masked') {
      const { path: mask } = found;
      return { kind: 'unit', unit: { kind: 'masked', asked, scope, path: mask } };
    }
    return { kind: 'unit', unit: await this.#judge(asked, found, manager) };
  }

  async #find(name: UnitName, path: string | null, manager: Manager): Promise<UnitSources> {
    const inTree = path === null ? null : this.#insideTree(path);
    const known = unitPaths(manager);
    if (inTree === null || known.some((folder) => inTree === `${folder}/${basename(inTree)}`)) {
      return findUnit(name, await this.#entriesOf(manager), manager);
    }
    const loose = await collectLooseUnit({ ...this.#tree, root: '/' }, path ?? inTree);
    if (loose === null) return { kind: 'not-found' };
    const { text } = loose;
    // As if it were installed: its file, and the drop-ins beside it.
    const [first = '/etc/systemd/system'] = known;
    const moved = (from: string) => from.replace(path ?? inTree, `${first}/${basename(inTree)}`);
    const entries = [
      { path: `${first}/${basename(inTree)}`, kind: 'file' as const, text },
      ...loose.dropIns.map((entry) => ({ ...entry, path: moved(entry.path) })),
    ];
    const sources = findUnit(name, entries, manager);
    if (sources.kind !== 'found') return sources;
    const back = (file: string) => file.replace(`${first}/${basename(inTree)}`, path ?? inTree);
    return {
      ...sources,
      fragment: { ...sources.fragment, path: back(sources.fragment.path) },
      dropIns: sources.dropIns.map((each) => ({ ...each, path: back(each.path) })),
    };
  }

  /** A drop-in of a unit that is not here, as if that were empty. */
  async #alone(path: string, { unit, path: own }: FileOfUnit): Promise<UnitSources> {
    const text = await collectText({ ...this.#tree, root: '/' }, path);
    if (text === null) return { kind: 'not-found' };
    const fragment = { path: own, text: '' };
    return { kind: 'found', asked: unit, names: [unit], fragment, dropIns: [{ path, text }] };
  }

  async #scopeOf(path: string): Promise<Manager['scope']> {
    const text = await collectText({ ...this.#tree, root: '/' }, path);
    return managerComment(text ?? '') ?? (isUserPath(path) ? 'user' : 'system');
  }

  #insideTree(path: string): string {
    const { root } = this.#tree;
    return root !== '/' && path.startsWith(`${root}/`) ? path.slice(root.length) : path;
  }

  #entriesOf(manager: Manager): Promise<readonly UnitEntry[]> {
    const before = this.#entries.get(manager.scope);
    if (before !== undefined) return before;
    const collected = collectUnitEntries(this.#tree, manager);
    this.#entries.set(manager.scope, collected);
    return collected;
  }

  async #judge(asked: string, unit: FoundUnit, manager: Manager): Promise<LintedUnit> {
    const reading = readUnit(unit, manager, this.#rules);
    const { settings } = reading;
    // A unit that is not installed is judged on a machine that has what it asks for.
    const installed = unitPaths(manager).some((folder) => unit.fragment.path.startsWith(folder));
    const paths = installed ? namedPaths(settings) : [];
    const programs = namedPrograms(settings);
    const [facts, found] = await Promise.all([
      Promise.all(paths.map((path) => collectPath(this.#tree, path))),
      Promise.all(programs.map((path) => collectUnitProgram(this.#tree, this.#view, path))),
    ]);
    const system: UnitSystem = {
      kernelRelease: '',
      manager,
      rules: this.#rules,
      credentials: supposedCredentials(manager, this.#accounts),
      networkNamespace: supposedNetwork,
      accounts: this.#accounts,
      programs: new Map(
        programs.map((path, index) => [path, programAt(path, found[index], installed)]),
      ),
      paths: new Map(paths.map((path, index) => [path, facts[index] ?? { kind: 'missing' }])),
      tun: supposedTun,
      limits: supposedLimits,
      features: supposedFeatures,
      request: { tunDevice: null, tunLayer: 'tun', multiQueue: false, port: 80 },
      filtersSockets: this.#rules.version > 252,
    };
    const isService = unit.asked.type === 'service';
    const judgement = isService
      ? judgeUnit(reading, system, operations)
      : { refusal: null, commands: [] };
    const judged = { unit, reading, system, operations, judgement };
    return { kind: 'judged', asked, judged, findings: evaluateUnit(judged) };
  }
}

function programAt(path: string, found: UnitProgram | undefined, installed: boolean): UnitProgram {
  if (found === undefined || (found.kind === 'missing' && !installed)) {
    return { kind: 'unseen', reason: `${path} is not on this machine` };
  }
  return found;
}

/** A user manager is that of whoever asks. */
function managerOf(scope: Manager['scope'], { users, groups }: Accounts): Manager {
  if (scope === 'system') return { scope };
  const uid = process.getuid?.() ?? 0;
  const own = users.find((user) => user.uid === uid) ?? { name: String(uid), uid, gid: uid };
  return {
    scope,
    user: own.name,
    uid,
    group: groups.find(({ gid }) => gid === own.gid)?.name ?? String(own.gid),
    gid: own.gid,
    home: homedir(),
    runtimeDirectory: `/run/user/${String(uid)}`,
  };
}

/** systemd.unit(5): `…/systemd/user/` is for user managers, whatever WantedBy= says. */
function isUserPath(path: string): boolean {
  return path.includes('/systemd/user/');
}

const nameRemedy = 'Name a unit that is installed, or the path of its file.';

function failed(message: string, remedy: string): Linted {
  return { kind: 'failure', failure: { blame: 'user', message, remedy } };
}
