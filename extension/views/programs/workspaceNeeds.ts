import { isDeepStrictEqual } from 'node:util';
import * as vscode from 'vscode';
import type { ProgramNeeds } from '../../app/programs/programNeeds.ts';
import type { NamedNeeds } from '../../app/programs/workspaceNeeds.ts';
import { variablesOf } from './configuredPrograms.ts';
import { unexpected } from '../failure.ts';
import type { LazyCore } from '../lazyCore.ts';
import { concernsUnits, findUnits } from '../unit/workspaceUnits.ts';
import type { WorkspaceWatch } from '../workspaceWatch.ts';

const setting = 'capwright.operations';
/** Those that start programs of a developer. */
const unitTypes = ['service'];
/** Where launch configurations are, and the folder that may come and go with them in it. */
const launchFile = /\/\.vscode(\/launch\.json)?$/;
/** Editors and checkouts write files in several steps. Milliseconds. */
const quiet = 200;

/** What people say that a program needs: the settings, launch configurations and units. Read once, and again when they change. */
export class WorkspaceNeeds {
  readonly #core: LazyCore;
  readonly #workspace: WorkspaceWatch;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #watching: vscode.Disposable | undefined;
  #said: Promise<readonly NamedNeeds[]> | undefined;
  #pending: NodeJS.Timeout | undefined;

  constructor(core: LazyCore, workspace: WorkspaceWatch, log: vscode.LogOutputChannel) {
    this.#core = core;
    this.#workspace = workspace;
    this.#log = log;
  }

  /** Null where nobody says anything; never rejects. */
  async of(program: string): Promise<ProgramNeeds | null> {
    this.#watching ??= this.#watch();
    const core = await this.#core.get();
    const said = await (this.#said ??= this.#read());
    return core.needsOfProgram(listedOperations(program), said, program);
  }

  dispose(): void {
    clearTimeout(this.#pending);
    this.#watching?.dispose();
    this.#changed.dispose();
  }

  #read(): Promise<readonly NamedNeeds[]> {
    return this.#gather().catch((error: unknown) => {
      unexpected(error, this.#log);
      return [];
    });
  }

  async #gather(): Promise<readonly NamedNeeds[]> {
    const core = await this.#core.get();
    const units = (await findUnits(unitTypes)).map(({ fsPath }) => fsPath);
    const { workspaceFolders = [], isTrusted: looks } = vscode.workspace;
    const folders = workspaceFolders.map(({ uri }) => variablesOf(uri));
    return core.workspaceNeeds({ folders, units, looks });
  }

  /** Most of what is written there says the same of needs as before. */
  async #readAgain(): Promise<void> {
    const before = this.#said;
    const now = (this.#said = this.#read());
    if (!isDeepStrictEqual(await before, await now)) this.#changed.fire();
  }

  #watch(): vscode.Disposable {
    const later = (): void => {
      clearTimeout(this.#pending);
      this.#pending = setTimeout(() => void this.#readAgain(), quiet);
    };
    return vscode.Disposable.from(
      this.#workspace.watch((path) => {
        if (launchFile.test(path) || concernsUnits(path, unitTypes)) later();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(setting)) this.#changed.fire();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(later),
      vscode.workspace.onDidGrantWorkspaceTrust(later),
    );
  }
}

/** As it is written: VS Code validates settings, but hands over what is wrong. */
function listedOperations(program: string): readonly string[] {
  const scope = vscode.Uri.file(program);
  const value = vscode.workspace.getConfiguration(undefined, scope).get<unknown>(setting);
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  return list.filter((each) => typeof each === 'string');
}
