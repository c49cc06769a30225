import { dirname } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import type { CheckStore } from './checkStore.ts';
import { elevate } from './elevation.ts';

const taskType = 'capwright';

/** What a task of this type says in tasks.json. */
const definitionSchema = v.variant('task', [
  v.object({
    type: v.literal(taskType),
    task: v.literal('setcap'),
    program: v.string(),
    capabilities: v.optional(v.string(), 'cap_net_admin=ep'),
  }),
  v.object({ type: v.literal(taskType), task: v.literal('remove'), program: v.string() }),
]);

/** What must not be run as a task, whoever asks. */
export class TaskRefused extends Error {
  override readonly name = 'TaskRefused';
}

export function createTaskProvider(store: CheckStore): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(taskType, {
    provideTasks: () => {
      const { program } = store;
      if (program === undefined || !vscode.workspace.isTrusted) return [];
      try {
        return (['setcap', 'remove'] as const).map((task) =>
          resolved({ type: taskType, task, program }),
        );
      } catch (error) {
        // What cannot be run as a task is not offered as one.
        if (error instanceof TaskRefused) return [];
        throw error;
      }
    },
    resolveTask: (task) => resolved(task.definition),
  });
}

/**
 * Runs an argument vector in a terminal that has the focus, so that sudo can be given a password,
 * and waits for its end.
 * @returns the exit status; undefined where it did not start or was killed
 * @throws TaskRefused where VS Code would run something else than what was shown
 */
export async function runInTerminal(
  title: string,
  program: string,
  argv: readonly string[],
): Promise<number | undefined> {
  const task = taskOf({ type: taskType, task: 'run', program }, title, argv);
  const ended = new Map<vscode.TaskExecution, number | undefined>();
  return new Promise((resolve, reject) => {
    let started: vscode.TaskExecution | undefined;
    const listening = vscode.Disposable.from(
      vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        ended.set(execution, exitCode);
        settle();
      }),
      // Also comes where there never was a process.
      vscode.tasks.onDidEndTask(({ execution }) => {
        if (!ended.has(execution)) ended.set(execution, undefined);
        settle();
      }),
    );
    const settle = (): void => {
      if (started === undefined || !ended.has(started)) return;
      listening.dispose();
      resolve(ended.get(started));
    };
    vscode.tasks.executeTask(task).then(
      (execution) => {
        started = execution;
        settle();
      },
      (error: unknown) => {
        listening.dispose();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

function resolved(definition: vscode.TaskDefinition): vscode.Task {
  const known = v.parse(definitionSchema, definition);
  const { program } = known;
  if (!program.startsWith('/')) {
    throw new TaskRefused(
      vscode.l10n.t('“program” must be an absolute path, so that no tool takes it for an option.'),
    );
  }
  const [title, args] =
    known.task === 'setcap'
      ? [vscode.l10n.t('set file capabilities'), [known.capabilities, program]]
      : [vscode.l10n.t('remove file capabilities'), ['-r', program]];
  return taskOf(definition, title, elevate(['sudo', 'setcap', ...args]));
}

function taskOf(
  definition: vscode.TaskDefinition,
  title: string,
  argv: readonly string[],
): vscode.Task {
  const [command, ...args] = argv;
  if (command === undefined) throw new TaskRefused(vscode.l10n.t('There is no command to run.'));
  // VS Code replaces ${env:…} and runs ${command:…} in a task's arguments, and knows no escape.
  const variable = argv.find((word) => word.includes('${'));
  if (variable !== undefined) {
    throw new TaskRefused(
      vscode.l10n.t(
        'VS Code would replace the variable in {0}. Rename the file, or run the command in a terminal.',
        JSON.stringify(variable),
      ),
    );
  }
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const cwd = folder?.uri.fsPath ?? dirname(String(definition['program']));
  const task = new vscode.Task(
    definition,
    vscode.TaskScope.Workspace,
    title,
    'Capwright',
    new vscode.ProcessExecution(command, args, { cwd }),
    [],
  );
  task.presentationOptions = {
    reveal: vscode.TaskRevealKind.Always,
    focus: true,
    panel: vscode.TaskPanelKind.Dedicated,
    showReuseMessage: false,
    clear: true,
  };
  return task;
}
