import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { ProgramCandidate } from '../../app/programs/candidate.ts';
import { BuildTasks, type BuiltProgram } from './buildTasks.ts';
import type { CheckStore } from '../checkStore.ts';
import { listedPrograms, variablesOf } from './configuredPrograms.ts';
import { executableFile } from './executableFile.ts';
import { unexpected } from '../failure.ts';
import type { LazyCore } from '../lazyCore.ts';
import { PlaceWatch } from './placeWatch.ts';
import type { WorkspaceWatch } from '../workspaceWatch.ts';

/** A program of the workspace that is there. */
export interface ListedProgram {
  readonly path: string;
  /** Who names it, in words; empty for one that was only chosen. */
  readonly namedBy: readonly string[];
  /** What it interprets, where it is an interpreter that is named for that. */
  readonly scripts: readonly string[];
}

const memory = 'capwright.programs';
/** Build tools write many files: the list is made anew once they have been quiet for so long. Milliseconds. */
const quiet = 300;
/** Files that name programs, and sources whose coming or going makes a program of Go or Cargo. */
const naming =
  /^(launch\.json|tasks\.json|CMake(User)?Presets\.json|Cargo\.toml|config\.toml|\.cargo-lock|go\.mod|(GNUm|[mM])akefile|intro-targets\.json|index-.*\.json|.*\.(go|rs))$/;

/** Those that name programs, or where they are built. */
const settings = ['capwright.programs', 'cmake.buildDirectory'];

export interface ProgramListParts {
  readonly core: LazyCore;
  readonly store: CheckStore;
  readonly workspace: WorkspaceWatch;
  readonly memento: vscode.Memento;
  readonly log: vscode.LogOutputChannel;
}

/** The programs that the workspace names, and those that were chosen in it. Nothing is looked for before it is asked. */
export class ProgramList {
  readonly #core: LazyCore;
  readonly #store: CheckStore;
  readonly #memento: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;
  readonly #buildTasks: BuildTasks;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  readonly #workspace: WorkspaceWatch;
  readonly #places = new PlaceWatch(() => this.refresh());
  #watching: vscode.Disposable | undefined;
  #programs: Promise<readonly ListedProgram[]> | undefined;
  /** Of the last search that ended. */
  #found: readonly ListedProgram[] | undefined;
  /** All that are named, those too that are not built yet. */
  #named: ReadonlySet<string> = new Set();
  #pending: NodeJS.Timeout | undefined;

  constructor({ core, store, workspace, memento, log }: ProgramListParts) {
    this.#core = core;
    this.#store = store;
    this.#workspace = workspace;
    this.#memento = memento;
    this.#log = log;
    this.#buildTasks = new BuildTasks(memento);
    this.#subscription = vscode.Disposable.from(
      this.#buildTasks,
      this.#places,
      this.#buildTasks.onDidBuild(() => this.refresh()),
      store.onDidChange(() => void this.#keep(store.program)),
    );
  }

  /** In the order in which they are named; never rejects. */
  async programs(): Promise<readonly ListedProgram[]> {
    this.#watching ??= this.#watch();
    return (this.#programs ??= this.#search());
  }

  /** The same at once, as they were found last; if a search finds others, that is told when it ends. */
  async shown(): Promise<readonly ListedProgram[]> {
    const search = this.programs();
    return this.#found ?? search;
  }

  /** The one that the workspace names, if there is no other. */
  async onlyNamed(): Promise<string | undefined> {
    const named = (await this.programs()).filter(({ namedBy }) => namedBy.length > 0);
    const [only, ...others] = named;
    return others.length === 0 ? only?.path : undefined;
  }

  /** Looks again at what names programs, once it has been quiet. */
  refresh(): void {
    clearTimeout(this.#pending);
    this.#pending = setTimeout(() => {
      this.#programs = undefined;
      this.#changed.fire();
    }, quiet);
  }

  /** Takes one from the list that was only chosen. */
  async remove(path: string): Promise<void> {
    await this.#memento.update(
      memory,
      this.#chosen().filter((each) => each !== path),
    );
    if (this.#store.program === path) await this.#store.deselect();
    this.refresh();
  }

  dispose(): void {
    clearTimeout(this.#pending);
    this.#watching?.dispose();
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #chosen(): readonly string[] {
    return this.#memento.get<readonly string[]>(memory) ?? [];
  }

  /** Remembered for the workspace, besides the one that is selected. */
  async #keep(path: string | undefined): Promise<void> {
    const chosen = this.#chosen();
    if (path === undefined || chosen.includes(path)) return;
    await this.#memento.update(memory, [...chosen, path]);
    this.refresh();
  }

  #search(): Promise<readonly ListedProgram[]> {
    const search = this.#find()
      .catch((error: unknown) => {
        unexpected(error, this.#log);
        return [];
      })
      .then((found) => {
        // Where this was overtaken by another search, that one tells.
        if (search !== this.#programs) return found;
        const before = this.#found;
        this.#found = found;
        const isNew = before !== undefined && JSON.stringify(found) !== JSON.stringify(before);
        if (isNew) this.#changed.fire();
        return found;
      });
    return search;
  }

  async #find(): Promise<readonly ListedProgram[]> {
    const core = await this.#core.get();
    const trusted = vscode.workspace.isTrusted;
    const searches = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) =>
      core.namedPrograms({ trusted, variables: variablesOf(uri), listed: listedPrograms(uri) }),
    );
    const candidates = (await Promise.all(searches)).flat();
    const entries = [
      ...candidates.map(({ path, script, ...each }) => ({
        path,
        namedBy: [wordsFor(each)],
        scripts: script === undefined ? [] : [script],
      })),
      ...this.#buildTasks.built.map(({ path, task }: BuiltProgram) => ({
        path,
        namedBy: [vscode.l10n.t('build task “{0}”', task)],
        scripts: [],
      })),
      ...this.#chosen().map((path) => ({ path, namedBy: [], scripts: [] })),
    ];
    const named = new Map<string, ListedProgram>();
    for (const { path, namedBy, scripts } of entries) {
      const before = named.get(path);
      named.set(path, {
        path,
        namedBy: [...new Set([...(before?.namedBy ?? []), ...namedBy])],
        scripts: [...new Set([...(before?.scripts ?? []), ...scripts])],
      });
    }
    this.#named = new Set(named.keys());
    // A build directory elsewhere names programs once CMake has answered there.
    const replies = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) =>
      core.cmakeReplies(variablesOf(uri)),
    );
    this.#places.follow([...this.#named, ...(await Promise.all(replies)).flat()]);
    const there = await Promise.all([...named.keys()].map(executableFile));
    const { program } = this.#store;
    return [...named.values()].filter(
      ({ path }, index) => there[index] !== null || path === program,
    );
  }

  #watch(): vscode.Disposable {
    return vscode.Disposable.from(
      this.#workspace.watch((path) => {
        if (naming.test(basename(path)) || this.#named.has(path)) this.refresh();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (settings.some((each) => event.affectsConfiguration(each))) this.refresh();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.refresh()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.refresh()),
    );
  }
}

function wordsFor({ source, name }: Pick<ProgramCandidate, 'source' | 'name'>): string {
  const { t } = vscode.l10n;
  switch (source) {
    case 'setting':
      return t('the settings');
    case 'launch':
      return t('launch configuration “{0}”', name);
    case 'task':
      return t('build task “{0}”', name);
    case 'cmake':
      return t('CMake target “{0}”', name);
    case 'meson':
      return t('Meson target “{0}”', name);
    case 'cargo':
      return t('Cargo target “{0}”', name);
    case 'go':
      return t('Go command “{0}”', name);
    case 'make':
      return t('makefile');
  }
}
