/** Where file capabilities do not count: has the build tools build elsewhere, after a preview. */
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { buildTools, runnerFile, type BuildTool } from '../../app/launcher/projectTools.ts';
import type { RepairTools } from '../repairTools.ts';
import { tell } from '../notification.ts';
import { currentText, proposeText } from '../textProposal.ts';

const { l10n } = vscode;

const projectFiles: Readonly<Record<BuildTool, string>> = {
  cargo: 'Cargo.toml',
  cmake: 'CMakeLists.txt',
};

/** Where these are, CMake Tools does not ask its setting: `cmake.useCMakePresets`. */
const presets = 'CMake{,User}Presets.json';

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
    if (tool === 'cmake' && (await holds(folder, presets))) {
      tell(
        'warning',
        l10n.t(
          'The presets of CMake say where it builds: write "binaryDir": "{0}" into yours.',
          directory,
        ),
      );
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
