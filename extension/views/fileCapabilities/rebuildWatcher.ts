import * as vscode from 'vscode';
import type { RebuildLoss } from '../../app/fileCapabilities/rebuildLoss.ts';
import { isSubset, names } from '../../model/capabilitySet.ts';
import type { Checked } from '../checkStore.ts';
import { tellFailure, unexpected } from '../failure.ts';
import { applyFileCapabilityFix, runFileCapabilityFix, tellChange } from './fileCapabilities.ts';
import { tell, type Action } from '../notification.ts';
import type { RepairTools } from '../repairTools.ts';
import { runCommands } from '../runCommands.ts';
import { useLauncher } from '../launcher/useLauncher.ts';

const { l10n } = vscode;

/** What is done about capabilities that a program lost when it was built again, as the user chose. */
const answers = ['nothing', 'notify', 'setcap', 'launcher'] as const;

type Answer = (typeof answers)[number];

const setting = 'capwright.onRebuild';
const memory = 'capwright.lossTold';

/** Sees the loss in the check that comes when the linker is done, and answers it once. */
export function createRebuildWatcher(
  tools: RepairTools,
  memento: vscode.Memento,
): vscode.Disposable {
  const { store, core, log } = tools;
  let told = memento.get<string>(memory);
  let considered: string | undefined;
  let isAnswering = false;
  const consider = async (checked: Checked): Promise<void> => {
    const loss = (await core.get()).rebuildLoss(checked.report);
    if (loss === null || loss.key === told) return;
    log.info(`${checked.program} has lost ${loss.had}`);
    if (!(await answerLoss(tools, checked, loss))) return;
    told = loss.key;
    await memento.update(memory, told);
  };
  const considerAll = async (): Promise<void> => {
    if (isAnswering) return;
    isAnswering = true;
    try {
      for (let next = shown(); next !== null && markOf(next) !== considered; next = shown()) {
        considered = markOf(next);
        await consider(next);
      }
    } finally {
      isAnswering = false;
    }
  };
  const shown = (): Checked | null => {
    const { state, checking } = store;
    return state.kind === 'report' && !checking ? state : null;
  };
  return store.onDidChangeChecking(() => {
    considerAll().catch((error: unknown) => tellFailure(unexpected(error, log), log));
  });
}

/** One for each state of a file. */
function markOf({ program, identity }: Checked): string {
  return JSON.stringify([program, identity]);
}

/** @returns false where the build goes on: it is answered when that has written once more */
async function answerLoss(
  tools: RepairTools,
  checked: Checked,
  loss: RebuildLoss,
): Promise<boolean> {
  const { name } = checked.model.program;
  const lost = l10n.t('{0} was built again and has lost {1}.', name, loss.had);
  if (!vscode.workspace.isTrusted) {
    if (chosenAnswer() !== 'nothing') tell('warning', lost);
    return true;
  }
  switch (chosenAnswer()) {
    case 'nothing':
      break;
    case 'notify':
      tell('warning', lost, ...setAgain(tools, loss), useLauncher, otherChoice);
      break;
    case 'setcap':
      if (loss.fix !== null) return setAfterBuild(tools, checked, loss.fix);
      tell('warning', lost, otherChoice);
      break;
    case 'launcher':
      await offerLauncher(tools, checked, loss, lost);
  }
  return true;
}

function chosenAnswer(): Answer {
  const value = vscode.workspace.getConfiguration().get<string>(setting);
  return answers.find((each) => each === value) ?? 'notify';
}

function setAgain(tools: RepairTools, { fix }: RebuildLoss): readonly Action[] {
  if (fix === null) return [];
  return [
    {
      title: l10n.t('Set Again…'),
      // The program may have been built once more since it was told.
      run: async () => {
        const now = await tools.store.check();
        if (now.kind === 'report') await applyFileCapabilityFix(tools, now, fix);
      },
    },
  ];
}

/**
 * The setting is the agreement: the terminal shows the command, and sudo asks as it always does.
 * @returns false where the file was still being written: what came of that is not told
 */
async function setAfterBuild(
  tools: RepairTools,
  { program }: Checked,
  fix: NonNullable<RebuildLoss['fix']>,
): Promise<boolean> {
  await endOfBuildTasks();
  const now = await tools.store.check();
  if (now.kind !== 'report' || now.program !== program || !isFinished(now)) return false;
  const change = await runFileCapabilityFix(tools, now, fix);
  if (change.kind === 'overtaken') {
    tools.log.info(change.message);
    return false;
  }
  tellChange(tools, change);
  return true;
}

/** A linker writes the header, or gives the right to execute the file, when it has written all else. */
function isFinished({ report }: Checked): boolean {
  const { format, mode } = report.system.program.file;
  return format.kind !== 'refused' && (mode & 0o111) !== 0;
}

/** A build may write its program several times: to strip it, say. One that watches never ends. */
async function endOfBuildTasks(): Promise<void> {
  const running = new Set(
    vscode.tasks.taskExecutions.filter(
      ({ task }) => task.group?.id === vscode.TaskGroup.Build.id && !task.isBackground,
    ),
  );
  if (running.size === 0) return;
  await new Promise<void>((resolve) => {
    const listening = vscode.tasks.onDidEndTask(({ execution }) => {
      running.delete(execution);
      if (running.size > 0) return;
      listening.dispose();
      resolve();
    });
  });
}

/** What needs no capabilities of the file cannot lose them. */
async function offerLauncher(
  { core, log }: RepairTools,
  { program }: Checked,
  { permitted }: RebuildLoss,
  lost: string,
): Promise<void> {
  const installed = await (await core.get()).ambient.installed();
  if (installed === null || !isSubset(permitted, installed.capabilities)) {
    tell(
      'information',
      `${lost} ${l10n.t('A launcher that is installed once needs none of the file.')}`,
      useLauncher,
      otherChoice,
    );
    return;
  }
  const argv = [installed.path, '--caps', names(permitted).join(','), '--', program];
  tell(
    'information',
    `${lost} ${l10n.t('Through the launcher it needs none.')}`,
    {
      title: l10n.t('Run Through Launcher'),
      run: async () => {
        await runCommands(l10n.t('run through the launcher'), program, [argv], log);
      },
    },
    useLauncher,
    otherChoice,
  );
}

const otherChoice: Action = {
  title: l10n.t('Choose What Happens…'),
  run: async () => {
    await vscode.commands.executeCommand('workbench.action.openSettings', setting);
  },
};
