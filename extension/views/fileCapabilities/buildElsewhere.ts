/** Where file capabilities do not count: has the build tools build elsewhere, after a preview. */
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { buildTools, runnerFile, type BuildTool } from '../../app/launcher/projectTools.ts';
import { presetsFiles } from '../../app/programs/cmakePresets.ts';
import type { RepairTools } from '../repairTools.ts';
import { tell } from '../notification.ts';
import { currentText, proposeText } from '../textProposal.ts';

const { l10n } = vscode;

const projectFiles: Readonly<Record<BuildTool, string>> = {
  cargo: 'Cargo.toml',
  cmake: 'CMakeLists.txt',
};

export async function buildElsewhere({ core, log }: RepairTools): Promise<void> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const tools = folder === undefined ? [] : await toolsOf(folder);
  if (folder === undefined || tools.length === 0) {
    tell(
      'warning',
      l10n.t(
        'There is no Cargo.toml or CMakeLists.txt in this workspace: tell your build to write elsewhere.',
      ),
    );
    return;
  }
  const { storage } = await core.get();
  const directory = await storage.findBuildDirectory(folder.uri.fsPath);
  if (directory === null) {
    tell('warning', l10n.t('File capabilities count neither in your home nor in /var/tmp.'));
    return;
  }
  for (const tool of tools) {
    if (tool === 'cmake' && (await holds(folder, `{${presetsFiles.join(',')}}`))) {
      await addPresets(folder, directory, { core, log });
      continue;
    }
    const path = runnerFile(tool, folder.uri.fsPath);
    const plan = storage.planBuildElsewhere(tool, await currentText(path), directory);
    if (plan.kind === 'refused') {
      tell('warning', l10n.t('{0} is left as it is: {1}.', basename(path), plan.reason));
      continue;
    }
    const made = await proposeText(path, plan.text, l10n.t('Build into {0}', directory));
    log.info(`${path}: ${made ? plan.added.trim() : 'left as it is'}`);
  }
}

/** Where there are presets, CMake Tools does not ask its setting: `cmake.useCMakePresets`. */
async function addPresets(
  { uri: { fsPath } }: vscode.WorkspaceFolder,
  directory: string,
  { core, log }: Pick<RepairTools, 'core' | 'log'>,
): Promise<void> {
  const { storage } = await core.get();
  const [project, user] = presetsFiles.map((name) => join(fsPath, name));
  if (project === undefined || user === undefined) return;
  const texts = [await currentText(project), await currentText(user)] as const;
  const plan = storage.planPresetsElsewhere(...texts, directory);
  if (plan.kind === 'refused') {
    tell('warning', l10n.t('{0} is left as it is: {1}.', basename(user), plan.reason));
    return;
  }
  const names = plan.presets.join(', ');
  const made = await proposeText(user, plan.text, l10n.t('Build into {0}', directory));
  log.info(`${user}: ${made ? names : 'left as it is'}`);
  if (!made) return;
  tell('information', l10n.t('To build into {0}, choose its preset: {1}.', directory, names));
}

async function toolsOf(folder: vscode.WorkspaceFolder): Promise<readonly BuildTool[]> {
  const found: BuildTool[] = [];
  for (const tool of buildTools) {
    if (await holds(folder, projectFiles[tool])) found.push(tool);
  }
  return found;
}

async function holds(folder: vscode.WorkspaceFolder, pattern: string): Promise<boolean> {
  const files = new vscode.RelativePattern(folder, pattern);
  return (await vscode.workspace.findFiles(files, null, 1)).length > 0;
}
