import { basename } from 'node:path';
import * as vscode from 'vscode';
import { label } from '../displayText.ts';
import type { ProgramList } from './programList.ts';
import { executableFiles, type ProgramFile } from './workspaceFiles.ts';

interface Program extends ProgramFile {
  /** Who names it, in words; empty for what only lies there. */
  readonly namedBy: readonly string[];
}

/** Asks for a program: those that launch configurations and build tools name, then those that lie in the workspace, the newest first, or any other by the file dialog. */
export async function pickProgram(list: ProgramList): Promise<string | undefined> {
  const browse: vscode.QuickPickItem = {
    label: `$(folder-opened) ${vscode.l10n.t('Browse…')}`,
    alwaysShow: true,
  };
  const picker = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly path?: string }>();
  picker.title = vscode.l10n.t('Choose the Program to Check');
  picker.placeholder = vscode.l10n.t('An executable file of the workspace');
  picker.matchOnDescription = true;
  picker.items = [browse];
  picker.busy = true;
  picker.show();
  const search = new vscode.CancellationTokenSource();
  void findPrograms(list, search.token).then((programs) => {
    picker.items = [...programs.map(itemOf), browse];
    picker.busy = false;
  });
  try {
    const picked = await new Promise<(typeof picker.items)[number] | undefined>((resolve) => {
      picker.onDidAccept(() => resolve(picker.selectedItems[0]));
      picker.onDidHide(() => resolve(undefined));
    });
    return picked === browse ? await browseProgram() : picked?.path;
  } finally {
    search.cancel();
    search.dispose();
    picker.dispose();
  }
}

async function browseProgram(): Promise<string | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Choose the Program to Check'),
    openLabel: vscode.l10n.t('Check'),
    ...(folder === undefined ? {} : { defaultUri: folder.uri }),
  });
  return chosen?.[0]?.fsPath;
}

function itemOf(program: Program): vscode.QuickPickItem & { readonly path: string } {
  const { path, kind, namedBy } = program;
  const relative = vscode.workspace.asRelativePath(path);
  const item = { label: label(basename(path)), description: label(`${relative} · ${kind}`), path };
  return namedBy.length === 0 ? item : { ...item, detail: label(namedBy.join(', ')) };
}

async function findPrograms(
  list: ProgramList,
  token: vscode.CancellationToken,
): Promise<readonly Program[]> {
  const listed = new Map((await list.programs()).map((each) => [each.path, each.namedBy]));
  const files = await executableFiles(listed.keys(), token);
  const found = files.map((file) => ({ ...file, namedBy: listed.get(file.path) ?? [] }));
  return found.sort(
    (one, other) =>
      Number(other.namedBy.length > 0) - Number(one.namedBy.length > 0) ||
      one.kind.localeCompare(other.kind) ||
      other.modified - one.modified,
  );
}
