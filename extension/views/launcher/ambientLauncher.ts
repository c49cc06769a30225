/** The launcher in the editor: installed, removed, and written into the files of build tools. */
import * as vscode from 'vscode';
import { projectTools, runnerFile, type ProjectTool } from '../../app/launcher/projectTools.ts';
import { isSubset, names, type CapabilitySet } from '../../model/capabilitySet.ts';
import { commandLineVector } from '../commandLine.ts';
import { confirmCommands } from '../confirmation.ts';
import { configuredElevation, elevate } from '../elevation.ts';
import { tellFailure } from '../failure.ts';
import type { RepairTools } from '../repairTools.ts';
import { tell } from '../notification.ts';
import { runInTerminal } from '../tasks.ts';
import { currentText, proposeText } from '../textProposal.ts';
import { requireTrust } from '../trust.ts';
import { wantedCapabilities } from './wantedCapabilities.ts';

const { l10n } = vscode;

type LauncherTools = Omit<RepairTools, 'store'>;

/** @param asked what it is to give, by name; null: what the setting asks for */
export async function installLauncher(
  tools: LauncherTools,
  asked: readonly string[] | null = null,
): Promise<void> {
  if (!requireTrust()) return;
  const { ambient } = await tools.core.get();
  const capabilities = asked === null ? wantedCapabilities(ambient) : ambient.capabilities(asked);
  if (typeof capabilities !== 'bigint') return;
  const list = names(capabilities).join(',');
  const agreed = await confirmCommands(
    l10n.t('Install a launcher that lets you start programs with {0}?', list),
    ambient.installCommands(capabilities).map(elevate),
    l10n.t('Root owns it, you alone may use it, and it gives nothing but that.'),
  );
  if (!agreed) return;
  await askCommandLine(tools, l10n.t('install the launcher'), ['install', '--caps', list]);
  const installed = await ambient.installed();
  if (installed === null || !isSubset(capabilities, installed.capabilities)) {
    tell('error', l10n.t('The launcher was not installed: the terminal says why.'));
    return;
  }
  tell('information', l10n.t('{0} gives you {1} now.', installed.path, list), {
    title: l10n.t('Use It in This Project'),
    run: () => useLauncher(tools),
  });
}

export async function removeLauncher(tools: LauncherTools): Promise<void> {
  if (!requireTrust()) return;
  const { ambient } = await tools.core.get();
  const before = await ambient.installed();
  if (before === null) {
    tell('information', l10n.t('No launcher is installed for you.'));
    return;
  }
  const commands = ambient.removeCommands().map(elevate);
  if (!(await confirmCommands(l10n.t('Remove your launcher?'), commands, before.path))) return;
  await askCommandLine(tools, l10n.t('remove the launcher'), ['remove']);
  const still = (await ambient.installed()) !== null;
  if (still) tell('error', l10n.t('{0} is still there: the terminal says why.', before.path));
  else tell('information', l10n.t('{0} is gone.', before.path));
}

/** Makes the build tools of the workspace start programs through the launcher, after a preview. */
export async function useLauncher(tools: LauncherTools): Promise<void> {
  if (!requireTrust()) return;
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) {
    tell('warning', l10n.t('Open the folder of the project first.'));
    return;
  }
  const { ambient } = await tools.core.get();
  const capabilities = wantedCapabilities(ambient);
  if (capabilities === null) return;
  const installed = await ambient.installed();
  if (installed === null || !isSubset(capabilities, installed.capabilities)) {
    const list = names(capabilities).join(',');
    tell('warning', l10n.t('No launcher that may give {0} is installed for you.', list), {
      title: l10n.t('Install It'),
      run: () => installLauncher(tools),
    });
    return;
  }
  const chosen = await chooseTools(folder);
  for (const tool of chosen) await writeRunner(tools, tool, capabilities, folder);
}

const projectFiles: Readonly<
  Record<ProjectTool, { readonly file: string; readonly does: string }>
> = {
  cargo: { file: 'Cargo.toml', does: l10n.t('cargo run, cargo test') },
  go: { file: 'go.mod', does: l10n.t('go test in the editor') },
  cmake: { file: 'CMakeLists.txt', does: l10n.t('ctest, configured by CMake Tools') },
};

/** The tools that the workspace has files of; asked for where there are several. */
async function chooseTools(folder: vscode.WorkspaceFolder): Promise<readonly ProjectTool[]> {
  const found: ProjectTool[] = [];
  for (const tool of projectTools) {
    const pattern = new vscode.RelativePattern(folder, `**/${projectFiles[tool].file}`);
    const [file] = await vscode.workspace.findFiles(pattern, '**/{node_modules,target}/**', 1);
    if (file !== undefined) found.push(tool);
  }
  if (found.length === 0) {
    tell('warning', l10n.t('There is no Cargo.toml, go.mod or CMakeLists.txt in this workspace.'));
  }
  if (found.length < 2) return found;
  const picked = await vscode.window.showQuickPick(
    found.map((tool) => ({
      label: tool,
      description: projectFiles[tool].does,
      picked: true,
      tool,
    })),
    { canPickMany: true, title: l10n.t('Start Through the Launcher') },
  );
  return (picked ?? []).map(({ tool }) => tool);
}

async function writeRunner(
  { core, log }: LauncherTools,
  tool: ProjectTool,
  capabilities: CapabilitySet,
  folder: vscode.WorkspaceFolder,
): Promise<void> {
  const path = runnerFile(tool, folder.uri.fsPath);
  const { ambient } = await core.get();
  const plan = await ambient.projectRunner(tool, capabilities, await currentText(path));
  if (plan.kind === 'failure') {
    tellFailure(plan.failure, log);
    return;
  }
  const label = l10n.t('Start {0} through the launcher', projectFiles[tool].does);
  const made = await proposeText(path, plan.text, label);
  log.info(`${path}: ${made ? plan.added.trim() : 'left as it is'}`);
}

/** All commands of one act in one terminal: sudo remembers a password for a terminal. */
async function askCommandLine(
  { commandLine }: LauncherTools,
  title: string,
  args: readonly string[],
): Promise<void> {
  const elevation = ['--elevation', configuredElevation()];
  await runInTerminal(
    title,
    commandLine,
    commandLineVector(commandLine, ['launcher', ...args, ...elevation]),
  );
}
