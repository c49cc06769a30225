import { dirname, join } from 'node:path';
import * as v from 'valibot';
import * as vscode from 'vscode';
import { debugWays, type DebugWay } from '../protocol/debug.ts';
import type { CheckStore } from './checkStore.ts';
import { commandLineVector } from './commandLine.ts';
import { configuredElevation } from './elevation.ts';
import { configuredNames } from './launcher/wantedCapabilities.ts';

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
  v.object({
    type: v.literal(taskType),
    task: v.literal('run'),
    program: v.string(),
    args: v.optional(v.array(v.string()), []),
    capabilities: v.optional(v.array(v.string())),
    with: v.optional(v.picklist(debugWays), 'auto'),
    outside: v.optional(v.boolean(), false),
    cwd: v.optional(v.string()),
  }),
]);

type RunDefinition = Extract<v.InferOutput<typeof definitionSchema>, { task: 'run' }>;

/** What must not be run as a task, whoever asks. */
export class TaskRefused extends Error {
  override readonly name = 'TaskRefused';
}

export function createTaskProvider(store: CheckStore, commandLine: string): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(taskType, {
    provideTasks: () => {
      const { program } = store;
      if (program === undefined || !vscode.workspace.isTrusted) return [];
      try {
        return (['run', 'setcap', 'remove'] as const).map((task) =>
          resolved({ type: taskType, task, program }, commandLine),
        );
      } catch (error) {
        // What cannot be run as a task is not offered as one.
        if (error instanceof TaskRefused) return [];
        throw error;
      }
    },
    resolveTask: (task) => resolved(task.definition, commandLine),
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
  const task = taskOf({ type: taskType, task: 'command', program }, title, argv);
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

/** The task's process is our command line, which holds the file, shows what it runs, and reads back. */
function resolved(definition: vscode.TaskDefinition, commandLine: string): vscode.Task {
  const known = v.parse(definitionSchema, definition);
  if (known.task === 'run') return runTask(definition, known, commandLine);
  const program = absolute(known.program);
  const [title, args] =
    known.task === 'setcap'
      ? [vscode.l10n.t('set file capabilities'), ['--', known.capabilities, program]]
      : [vscode.l10n.t('remove file capabilities'), ['--remove', '--', program]];
  const elevation = ['--elevation', configuredElevation()];
  const argv = commandLineVector(commandLine, ['setcap', ...elevation, ...args]);
  return taskOf(definition, title, argv);
}

const waysOfRun: Readonly<Record<DebugWay, readonly string[]>> = {
  auto: [],
  launcher: ['--via', 'installed'],
  sudo: ['--via', 'sudo'],
  sandbox: ['--sandbox'],
};

/** The program takes the place of our command line: its exit status is the task's. */
function runTask(
  definition: vscode.TaskDefinition,
  { program, args, capabilities, with: way, outside, cwd }: RunDefinition,
  commandLine: string,
): vscode.Task {
  const asked = capabilities ?? configuredNames();
  const options = [
    ...waysOfRun[way],
    ...(outside ? ['--outside'] : []),
    ...(asked.length === 0 ? [] : ['--caps', asked.join(',')]),
  ];
  const argv = commandLineVector(commandLine, ['run', ...options, '--', absolute(program)]);
  const title = vscode.l10n.t('run with ambient capabilities');
  const task = taskOf(definition, title, argv, args, cwd);
  task.problemMatchers = ['$capwright-refused', '$capwright-rust-panic'];
  return task;
}

/** A relative path counts from the first folder, which VS Code's own variable for it names as well. */
function absolute(program: string): string {
  if (program.startsWith('/')) return program;
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) {
    throw new TaskRefused(
      vscode.l10n.t('“program” must be an absolute path where no folder is open.'),
    );
  }
  return join(folder.uri.fsPath, program.replace(/^\$\{workspaceFolder\}\//, ''));
}

/** @param further words in which VS Code is to replace variables: somebody has written them for that */
function taskOf(
  definition: vscode.TaskDefinition,
  title: string,
  argv: readonly string[],
  further: readonly string[] = [],
  directory?: string,
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
  const cwd = directory ?? folder?.uri.fsPath ?? dirname(String(definition['program']));
  const task = new vscode.Task(
    definition,
    vscode.TaskScope.Workspace,
    title,
    'Capwright',
    new vscode.ProcessExecution(command, [...args, ...further], { cwd }),
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
