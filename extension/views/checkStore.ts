import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Asked } from '../app/refusal/explainMessage.ts';
import type { Failure } from '../app/failure.ts';
import type { PanelModel } from '../report/panelModel.ts';
import { firstListedProgram } from './programs/configuredPrograms.ts';
import { elevate } from './elevation.ts';
import { unexpected } from './failure.ts';
import { chooseLauncher } from './chooseLauncher.ts';
import type { ProgramCheck, RuleEntry } from './core.ts';
import type { LazyCore } from './lazyCore.ts';
import type { WorkspaceNeeds } from './programs/workspaceNeeds.ts';

/** What is known of the selected program. */
export type CheckState =
  | { readonly kind: 'none' }
  | { readonly kind: 'unchecked'; readonly program: string }
  | { readonly kind: 'failure'; readonly program: string; readonly failure: Failure }
  | Checked;

export type Checked = Extract<ProgramCheck, { kind: 'report' }> & {
  readonly program: string;
  readonly model: PanelModel;
  readonly rules: readonly RuleEntry[];
};

const memory = 'capwright.program';

/** The selected program and the last check of it: the one state that all the surfaces show. */
export class CheckStore {
  readonly #core: LazyCore;
  readonly #needs: WorkspaceNeeds;
  readonly #memento: vscode.Memento;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  /** What is known is another now, or of another program. */
  readonly onDidChange = this.#changed.event;
  readonly #busy = new vscode.EventEmitter<void>();
  /** `checking` has changed. */
  readonly onDidChangeChecking = this.#busy.event;
  readonly #subscription: vscode.Disposable;
  #state: CheckState;
  /** What messages of the selected program were about. */
  #asked: Asked | null = null;
  #checks = 0;
  #running = 0;

  constructor(
    core: LazyCore,
    needs: WorkspaceNeeds,
    memento: vscode.Memento,
    log: vscode.LogOutputChannel,
  ) {
    this.#core = core;
    this.#needs = needs;
    this.#memento = memento;
    this.#log = log;
    this.#state = this.#remembered();
    this.#subscription = vscode.Disposable.from(
      needs.onDidChange(() => this.#checkAgain()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('capwright.programs')) this.#followSetting();
        else if (event.affectsConfiguration('capwright.elevation')) this.#checkAgain();
      }),
    );
  }

  get state(): CheckState {
    return this.#state;
  }

  get program(): string | undefined {
    return this.#state.kind === 'none' ? undefined : this.#state.program;
  }

  get checking(): boolean {
    return this.#running > 0;
  }

  /** Remembered for the workspace. */
  async select(program: string): Promise<void> {
    if (program === this.program) return;
    this.#checks += 1;
    this.#asked = null;
    this.#set({ kind: 'unchecked', program });
    await this.#memento.update(memory, program);
  }

  /** From now on the selected program is asked about this as well. */
  ask(asked: Asked): void {
    this.#asked = asked;
  }

  /** What the settings name, if anything, is selected instead. */
  async deselect(): Promise<void> {
    await this.#memento.update(memory, undefined);
    this.#checks += 1;
    this.#asked = null;
    this.#set(this.#remembered());
  }

  /** Checks the selected program; never rejects. The state that results, also where a later check has overtaken this one. */
  async check(): Promise<CheckState> {
    const { program } = this;
    if (program === undefined) return this.#state;
    const number = (this.#checks += 1);
    this.#running += 1;
    if (this.#running === 1) this.#busy.fire();
    const state = await this.#examine(program).catch((error: unknown): CheckState => ({
      kind: 'failure',
      program,
      failure: unexpected(error, this.#log),
    }));
    this.#running -= 1;
    if (number === this.#checks) this.#set(state);
    if (!this.checking) this.#busy.fire();
    return state;
  }

  /** A check will come soon: what it needs beside the program is gathered meanwhile. */
  foresee(): void {
    void Promise.all([this.#core.get(), chooseLauncher()]).then(([core, launcher]) =>
      core.foresee(launcher),
    );
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
    this.#busy.dispose();
  }

  /** What was chosen comes first, then what the settings name. */
  #remembered(): CheckState {
    const program = this.#memento.get<string>(memory) ?? firstListedProgram();
    return program === undefined ? { kind: 'none' } : { kind: 'unchecked', program };
  }

  #followSetting(): void {
    const remembered = this.#remembered();
    if (
      remembered.kind === 'none' ? this.program === undefined : remembered.program === this.program
    )
      return;
    const shown = this.#state.kind === 'report';
    this.#checks += 1;
    this.#set(remembered);
    if (shown) void this.check();
  }

  /** The commands that are shown have changed, or what is asked. */
  #checkAgain(): void {
    if (this.#state.kind === 'report') void this.check();
  }

  async #examine(program: string): Promise<CheckState> {
    const [core, launcher, needs] = await Promise.all([
      this.#core.get(),
      chooseLauncher(),
      this.#needs.of(program),
    ]);
    // setcap(8) refuses a symbolic link, so the file itself is what everything is about.
    const path = await realpath(program).catch(() => program);
    this.#log.info(`checks ${JSON.stringify(path)} as started by ${JSON.stringify(launcher)}`);
    const outcome = await core.check(path, launcher, { asked: this.#asked, needs });
    if (outcome.kind === 'failure') {
      const { blame, message, remedy } = outcome.failure;
      this.#log.warn(`${message} ${remedy} (blame: ${blame})`);
      return { ...outcome, program };
    }
    const model = core.panel(outcome.report, elevate, vscode.l10n.bundle ?? {});
    for (const { path: launchPath, operations } of model.paths) {
      const words = operations.map(({ operation, word }) => `${operation} ${word}`).join(', ');
      this.#log.info(`  ${launchPath}: ${words}`);
    }
    const name = vscode.workspace.asRelativePath(program);
    return {
      ...outcome,
      program,
      model: { ...model, program: { ...model.program, name } },
      rules: core.rules(),
    };
  }

  #set(state: CheckState): void {
    this.#state = state;
    this.#changed.fire();
  }
}
