import * as vscode from 'vscode';
import type { RebuildLoss } from '../../app/fileCapabilities/rebuildLoss.ts';
import { isSubset, names } from '../../model/capabilitySet.ts';
import type { Checked } from '../checkStore.ts';
import { tellFailure, unexpected } from '../failure.ts';
import { applyFileCapabilityFix, runFileCapabilityFix } from './fileCapabilities.ts';
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
  const consider = async (checked: Checked): Promise<void> => {
    const loss = (await core.get()).rebuildLoss(checked.report);
    if (loss === null || loss.key === told) return;
    told = loss.key;
    await memento.update(memory, told);
    log.info(`${checked.program} has lost ${loss.had}`);
    await answerLoss(tools, checked, loss);
  };
  return store.onDidChangeChecking(() => {
    const { state } = store;
    if (state.kind !== 'report' || store.checking) return;
    consider(state).catch((error: unknown) => tellFailure(unexpected(error, log), log));
  });
}

async function answerLoss(tools: RepairTools, checked: Checked, loss: RebuildLoss): Promise<void> {
  const { name } = checked.model.program;
  const lost = l10n.t('{0} was built again and has lost {1}.', name, loss.had);
  if (!vscode.workspace.isTrusted) {
    if (chosenAnswer() !== 'nothing') tell('warning', lost);
    return;
  }
  switch (chosenAnswer()) {
    case 'nothing':
      return;
    case 'notify':
      tell('warning', lost, ...setAgain(tools, loss), useLauncher, otherChoice);
      return;
    case 'setcap':
      if (loss.fix === null) tell('warning', lost, otherChoice);
      else await setAfterBuild(tools, checked, loss.fix);
      return;
    case 'launcher':
      await offerLauncher(tools, checked, loss, lost);
  }
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

/** The setting is the agreement: the terminal shows the command, and sudo asks as it always does. */
async function setAfterBuild(
  tools: RepairTools,
  checked: Checked,
  fix: NonNullable<RebuildLoss['fix']>,
): Promise<void> {
  await endOfBuildTasks();
  const now = await tools.store.check();
  if (now.kind !== 'report' || now.program !== checked.program) return;
  await runFileCapabilityFix(tools, now, fix);
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
