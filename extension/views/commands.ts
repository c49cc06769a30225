import * as vscode from 'vscode';
import { installLauncher, removeLauncher, useLauncher } from './launcher/ambientLauncher.ts';
import type { Checked } from './checkStore.ts';
import { explainError } from './explainError.ts';
import { tellFailure, unexpected } from './failure.ts';
import { changeFileCapabilities } from './fileCapabilities/fileCapabilities.ts';
import type { RepairTools } from './repairTools.ts';
import { tell } from './notification.ts';
import type { ReportPanel } from './report/panel.ts';
import type { ProgramList } from './programs/programList.ts';
import { pickProgram } from './programs/programPicker.ts';
import { copyRepair, runRepair } from './repairs.ts';
import { reportMarkdown } from './report/reportMarkdown.ts';
import { explainRule } from './rulePages.ts';
import { TaskRefused } from './tasks.ts';
import { copyRows, copyTree } from './tree/copyRows.ts';
import type { TreeRow } from './tree/row.ts';
import type { SectionView } from './tree/sectionView.ts';

export interface CommandTools extends RepairTools {
  readonly panel: ReportPanel;
  readonly list: ProgramList;
  readonly tree: readonly SectionView[];
}

/** Every command of the manifest, by its id without `capwright.`. */
export type CommandId =
  | 'checkTunPermissions'
  | 'selectProgram'
  | 'removeProgram'
  | 'refresh'
  | 'openReport'
  | 'setFileCapabilities'
  | 'removeFileCapabilities'
  | 'runFix'
  | 'copyFix'
  | 'explainRule'
  | 'copyReport'
  | 'savePicture'
  | 'copyRows'
  | 'copyTree'
  | 'explainError'
  | 'installLauncher'
  | 'removeLauncher'
  | 'useLauncher'
  | 'showLog';

/** What a menu, a tree row, the panel or another extension gives to a command. */
type Argument = vscode.Uri | TreeRow | string | undefined;

export function registerCommands(tools: CommandTools): vscode.Disposable {
  const { store, core, log, panel, list, tree } = tools;
  const commands: Readonly<Record<CommandId, (argument: Argument) => Promise<void>>> = {
    checkTunPermissions: async (argument) => {
      if (!(await choose(argument))) return;
      await checkAndShow();
    },
    selectProgram: async (argument) => {
      const program = programOf(argument) ?? (await pickProgram(list));
      if (program === undefined) return;
      await store.select(program);
      await check();
    },
    removeProgram: async (argument) => {
      const program = programOf(argument);
      if (program !== undefined) await list.remove(program);
    },
    refresh: async () => {
      list.refresh();
      if (await choose(undefined)) await check();
    },
    openReport: async (argument) => {
      if (!(await choose(argument))) return;
      if (store.state.kind === 'report') panel.reveal();
      else await checkAndShow();
    },
    explainError: async (argument) => {
      const given = typeof argument === 'string' ? argument : undefined;
      const asked = await explainError(await core.get(), given);
      if (asked === undefined || !(await choose(undefined))) return;
      store.ask(asked);
      await checkAndShow();
      const [operation] = [...asked.refused, ...asked.operations];
      if (store.state.kind !== 'report' || operation === undefined) return;
      // A message is handed over by the terminal in which it stands.
      panel.lookAt({ operation, ...(given === undefined ? {} : { path: 'terminal' }) });
    },
    setFileCapabilities: async (argument) => {
      if (await choose(argument)) await changeFileCapabilities(tools, 'set');
    },
    removeFileCapabilities: async (argument) => {
      if (await choose(argument)) await changeFileCapabilities(tools, 'remove');
    },
    runFix: async (argument) => {
      const found = await findFix(argument);
      if (found !== null) await runRepair(tools, found.checked, found.fix);
    },
    copyFix: async (argument) => {
      const found = await findFix(argument);
      if (found !== null) await copyRepair(found.fix);
    },
    explainRule: async (argument) => {
      await explainRule(core, typeof argument === 'string' ? argument : ruleOf(argument));
    },
    copyReport: async (argument) => {
      if (!(await choose(argument))) return;
      if (store.state.kind !== 'report') await check();
      if (store.state.kind !== 'report') return;
      await vscode.env.clipboard.writeText(reportMarkdown(store.state.model));
      vscode.window.setStatusBarMessage(vscode.l10n.t('The report was copied.'), 3_000);
    },
    savePicture: async (argument) => {
      if (!(await choose(argument))) return;
      if (store.state.kind !== 'report') await check();
      if (store.state.kind === 'report') panel.savePicture();
    },
    copyRows: async (argument) => {
      if (argument !== undefined && !(argument instanceof vscode.Uri)) {
        await copyRows(tree, argument);
      }
    },
    copyTree: () => copyTree(tree),
    installLauncher: (argument) =>
      installLauncher(tools, typeof argument === 'string' ? argument.split(',') : null),
    removeLauncher: () => removeLauncher(tools),
    useLauncher: () => useLauncher(tools),
    showLog: async () => {
      log.show();
      await Promise.resolve();
    },
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, run]) =>
      vscode.commands.registerCommand(`capwright.${id}`, async (argument: unknown) => {
        try {
          await run(argumentOf(argument));
        } catch (error) {
          if (error instanceof TaskRefused) tell('warning', error.message);
          else tellFailure(unexpected(error, log), log);
        }
      }),
    ),
  );

  /** Sees to it that a program is selected: the one given, the one before, or one that is asked for. */
  async function choose(argument: Argument): Promise<boolean> {
    const program = programOf(argument) ?? store.program ?? (await findOrPick());
    if (program === undefined) return false;
    await store.select(program);
    return true;
  }

  /** What the workspace names is not asked for, unless it names several, or may not name any. */
  async function findOrPick(): Promise<string | undefined> {
    if (!vscode.workspace.isTrusted) return pickProgram(list);
    const only = await list.onlyNamed();
    return only ?? pickProgram(list);
  }

  async function check(): Promise<void> {
    const state = await withProgress(() => store.check());
    if (state?.kind === 'failure') tellFailure(state.failure, log);
  }

  async function checkAndShow(): Promise<void> {
    const state = await withProgress(() => store.check());
    if (state === undefined) return;
    panel.reveal();
    if (state.kind === 'failure') tellFailure(state.failure, log);
  }

  async function findFix(argument: Argument): Promise<{
    readonly checked: Checked;
    readonly fix: Checked['report']['findings'][number]['fixes'][number];
  } | null> {
    const { state } = store;
    if (state.kind !== 'report') return null;
    if (typeof argument === 'string') {
      const fix = (await core.get()).repair(state.report, argument);
      return fix === null ? null : { checked: state, fix };
    }
    if (argument === undefined || argument instanceof vscode.Uri || argument.fix === undefined) {
      return null;
    }
    const { finding, index } = argument.fix;
    const fix = state.report.findings[finding]?.fixes[index];
    return fix === undefined ? null : { checked: state, fix };
  }
}

/** A check that is done sooner shows no progress: it would only flicker. Milliseconds. */
const patience = 400;

/** Undefined where it was cancelled: the check goes on unseen, since nothing of it does harm. */
async function withProgress<T>(work: () => Promise<T>): Promise<T | undefined> {
  const result = work();
  const late = Symbol('late');
  const first = await Promise.race([
    result,
    new Promise<typeof late>((resolve) => setTimeout(() => resolve(late), patience)),
  ]);
  if (first !== late) return first;
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Capwright: checking…'),
      cancellable: true,
    },
    (_progress, token) =>
      Promise.race([
        result,
        new Promise<undefined>((resolve) =>
          token.onCancellationRequested(() => resolve(undefined)),
        ),
      ]),
  );
}

function programOf(argument: Argument): string | undefined {
  if (argument instanceof vscode.Uri) return argument.fsPath;
  return typeof argument === 'object' ? argument.program : undefined;
}

function ruleOf(argument: Exclude<Argument, string>): string | undefined {
  return argument === undefined || argument instanceof vscode.Uri ? undefined : argument.rule;
}

function argumentOf(argument: unknown): Argument {
  if (argument instanceof vscode.Uri || typeof argument === 'string') return argument;
  return isRow(argument) ? argument : undefined;
}

/** Menus of the tree hand over the row itself. */
function isRow(argument: unknown): argument is TreeRow {
  return (
    typeof argument === 'object' &&
    argument !== null &&
    'children' in argument &&
    'label' in argument
  );
}
