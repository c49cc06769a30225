import * as vscode from 'vscode';
import { executableFiles } from './workspaceFiles.ts';

/** A program that was new or changed when a build task had ended. */
export interface BuiltProgram {
  readonly path: string;
  readonly task: string;
}

const memory = 'capwright.built';
/** More than so many are a build of everything, and say nothing of what is under development. */
const most = 20;
/** A task is under way before an extension hears of it. Milliseconds. */
const leeway = 500;

/** What the last build task made: the ELF programs of the workspace that are younger than its start. */
export class BuildTasks {
  readonly #memento: vscode.Memento;
  readonly #began = new Map<vscode.TaskExecution, number>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidBuild = this.#changed.event;
  readonly #subscription: vscode.Disposable;
  readonly #search = new vscode.CancellationTokenSource();

  constructor(memento: vscode.Memento) {
    this.#memento = memento;
    this.#subscription = vscode.Disposable.from(
      vscode.tasks.onDidStartTask(({ execution }) => {
        const { group } = execution.task;
        if (group?.id !== vscode.TaskGroup.Build.id) return;
        this.#began.set(execution, Date.now() - leeway);
      }),
      vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        if (exitCode !== 0) this.#began.delete(execution);
      }),
      // Comes after the end of the process, and also where there never was one.
      vscode.tasks.onDidEndTask(({ execution }) => {
        const began = this.#began.get(execution);
        this.#began.delete(execution);
        if (began !== undefined) void this.#look(execution.task.name, began);
      }),
    );
  }

  /** Remembered for the workspace. */
  get built(): readonly BuiltProgram[] {
    return this.#memento.get<readonly BuiltProgram[]>(memory) ?? [];
  }

  dispose(): void {
    this.#search.cancel();
    this.#search.dispose();
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  async #look(task: string, began: number): Promise<void> {
    const { token } = this.#search;
    const files = await executableFiles([], token);
    if (token.isCancellationRequested) return;
    const built = files
      .filter(({ kind, modified }) => kind === 'ELF' && modified >= began)
      .map(({ path }) => ({ path, task }));
    // One that had nothing to do leaves what the last one made.
    if (built.length > 0) {
      await this.#memento.update(memory, built.length > most ? [] : built);
    }
    this.#changed.fire();
  }
}
