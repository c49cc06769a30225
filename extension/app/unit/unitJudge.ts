import { withTunDevice } from '../../fixes/fix.ts';
import { namedDevice } from '../../model/networkd/namedDevice.ts';
import { findOperation, usualOperations } from '../../model/operations.ts';
import { interpretersOf } from '../../model/programFile.ts';
import type { Accounts } from '../../model/unit/accounts.ts';
import { namedPaths, namedPrograms } from '../../model/unit/namedPaths.ts';
import type { Manager } from '../../model/unit/specifiers.ts';
import {
  supposedCredentials,
  supposedFeatures,
  supposedLimits,
  supposedNetwork,
  supposedTun,
} from '../../model/unit/supposedSystem.ts';
import type { SystemdRules } from '../../model/unit/systemdRules.ts';
import { readUnit, type Settings } from '../../model/unit/unit.ts';
import { unitPaths } from '../../model/unit/unitPaths.ts';
import type { FoundUnit } from '../../model/unit/unitSources.ts';
import type { PathFacts, UnitProgram, UnitSystem } from '../../model/unit/unitSystem.ts';
import { machinePath } from '../../model/unit/mountView.ts';
import { rootOf } from '../../model/unit/sandbox.ts';
import { wantedOperations } from '../../model/unit/unitWants.ts';
import { workingDirectory } from '../../model/unit/workingDirectory.ts';
import type { IdView } from '../../probe/idView.ts';
import { collectForRepairs, notForRepairs } from '../../probe/repairEvidence.ts';
import {
  collectDirectory,
  collectPaths,
  collectUnitProgram,
  type UnitTree,
} from '../../probe/unitEvidence.ts';
import type { LintedUnit, UnreadFile } from '../../report/lint/lintReport.ts';
import { findingsOfUnit } from '../../rules/unit/evaluateUnit.ts';
import { judgeForRules } from '../../rules/unit/judgeForRules.ts';
import type { NetworkdLinter } from './lintNetworkd.ts';

const operations = usualOperations.map(findOperation).filter((operation) => operation !== null);

/** Judges units whose files are read; what they name is looked at in one tree. */
export class UnitJudge {
  readonly #tree: UnitTree;
  /** Null looks at nothing that a unit names. */
  readonly #view: IdView | null;
  readonly #rules: SystemdRules;
  readonly #accounts: Accounts;
  readonly #networkd: NetworkdLinter;

  constructor(
    tree: UnitTree,
    view: IdView | null,
    rules: SystemdRules,
    accounts: Accounts,
    networkd: NetworkdLinter,
  ) {
    this.#tree = tree;
    this.#view = view;
    this.#rules = rules;
    this.#accounts = accounts;
    this.#networkd = networkd;
  }

  async judge(
    asked: string,
    unit: FoundUnit,
    unread: readonly UnreadFile[],
    manager: Manager,
  ): Promise<LintedUnit> {
    const reading = readUnit(unit, manager, this.#rules);
    const { settings } = reading;
    // A unit that is not installed is judged on a machine that has what it asks for.
    const installed = unitPaths(manager).some((folder) => unit.fragment.path.startsWith(folder));
    const view = this.#view;
    const ownRoot = rootOf(settings);
    const [named, programs] = await Promise.all([
      view !== null && installed
        ? this.#paths(settings, manager, view)
        : new Map<string, PathFacts>(),
      this.#programs(namedPrograms(settings), ownRoot),
    ]);
    const interpreted = [...programs.values()].flatMap(interpretersIn);
    const beside = [...interpreted, ...interpreted.map((path) => machinePath(ownRoot, path))];
    const [interpreters, ground] =
      view === null
        ? [[], notForRepairs]
        : await Promise.all([
            collectPaths(this.#tree, beside),
            collectForRepairs(this.#tree, unit, manager),
          ]);
    const { interfaces, portStart } = ground;
    const system: UnitSystem = {
      kernelRelease: '',
      manager,
      rules: this.#rules,
      credentials: supposedCredentials(manager, this.#accounts),
      networkNamespace: supposedNetwork,
      accounts: this.#accounts,
      programs: new Map([...programs].map(([path, found]) => [path, programAt(found, installed)])),
      paths: new Map([...ground.paths, ...interpreters, ...named]),
      tun: { ...supposedTun, interfaces },
      limits: supposedLimits,
      portStart,
      features: supposedFeatures,
      request: { tunDevice: null, tunLayer: 'tun', multiQueue: false, port: 80 },
      filtersSockets: this.#rules.version > 252,
      isThisMachine: this.#tree.root === '/',
    };
    const wantsTun = wantedOperations(unit, reading, system).has('tun.create');
    const netdevs = installed && wantsTun ? await this.#networkd.installedNetdevs() : [];
    const owned = namedDevice(settings, netdevs);
    const judgedOn = (ground: UnitSystem) => judgeForRules(unit, reading, ground, operations);
    const alone = judgedOn(system);
    const attached =
      owned === null ? alone : judgedOn(withTunDevice(system, owned.device, owned.path));
    // Where it may not attach, what the rules say of making a device is true as well.
    const judged = attached.denials.length < alone.denials.length ? attached : alone;
    const { told, ignored } = findingsOfUnit(judged);
    const root = installed ? this.#tree.root : '/';
    return { kind: 'judged', asked, root, judged, findings: told, ignored, unread };
  }

  /** Those at the paths, and below a root of the unit’s own the interpreters of scripts there too. */
  async #programs(
    paths: readonly string[],
    root: string,
  ): Promise<ReadonlyMap<string, UnitProgram>> {
    const view = this.#view;
    const found = new Map<string, UnitProgram>();
    for (let left = paths; left.length > 0;) {
      const each = await Promise.all(
        left.map((path) => (view === null ? unlooked : collectUnitProgram(this.#tree, view, path))),
      );
      each.forEach((program, index) => found.set(left[index] ?? '', program));
      const named = root === '' ? [] : each.flatMap(interpretersIn);
      left = [...new Set(named.map((path) => machinePath(root, path)))].filter(
        (path) => !found.has(path),
      );
    }
    return found;
  }

  /** What lies at the paths that decide where commands begin, and in which mounts. */
  async #paths(
    settings: Settings,
    manager: Manager,
    view: IdView,
  ): Promise<ReadonlyMap<string, PathFacts>> {
    const root = rootOf(settings);
    const asked = workingDirectory(settings, manager, this.#accounts);
    const begin = asked === null ? null : machinePath(root, asked);
    const [named, start] = await Promise.all([
      collectPaths(this.#tree, [...namedPaths(settings).filter(lasts), ...namedPrograms(settings)]),
      begin !== null && lasts(begin) && !isMadeForUnits(begin, manager)
        ? collectDirectory(this.#tree, view, begin, root)
        : null,
    ]);
    return new Map([
      ...named,
      ...(begin !== null && start !== null ? [[begin, start] as const] : []),
    ]);
  }
}

function interpretersIn(program: UnitProgram): readonly string[] {
  return program.kind === 'file' ? interpretersOf(program.file) : [];
}

const unlooked = Promise.resolve<UnitProgram>({
  kind: 'unseen',
  reason: 'programs are not looked at here',
});

/** What lies elsewhere is made by the kernel, at boot, or by what runs before the unit. */
function lasts(path: string): boolean {
  return !/^\/(?:dev|proc|sys|run|tmp|var\/run|var\/lock|var\/tmp)(?:\/|$)/.test(path);
}

/** StateDirectory= and the like make directories there before they are entered. */
function isMadeForUnits(path: string, manager: Manager): boolean {
  const places = manager.scope === 'user' ? [`${manager.home}/.`] : ['/var/', '/etc/'];
  return places.some((place) => path.startsWith(place));
}

function programAt(found: UnitProgram, installed: boolean): UnitProgram {
  if (found.kind === 'missing' && !installed) {
    return { kind: 'unseen', reason: 'it is not on this machine' };
  }
  return found;
}
