import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { PictureAsked } from '../../protocol/webview.ts';
import type { CheckStore } from '../checkStore.ts';
import { tellFailure, unexpected } from '../failure.ts';
import type { LazyCore } from '../lazyCore.ts';
import { tell } from '../notification.ts';

interface Tools {
  readonly store: CheckStore;
  readonly core: LazyCore;
  readonly log: vscode.LogOutputChannel;
}

/** Writes what the panel shows as SVG, where the user says. */
export async function savePicture({ store, core, log }: Tools, asked: PictureAsked): Promise<void> {
  const { state } = store;
  if (state.kind !== 'report') return;
  try {
    const picture = (await core.get()).picture(state.model, asked, vscode.l10n.bundle ?? {});
    if (picture === null) return;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? dirname(state.program);
    const name = `${basename(state.program)}-${asked.path}.svg`;
    const file = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Save Picture'),
      defaultUri: vscode.Uri.file(join(folder, name)),
      filters: { SVG: ['svg'] },
    });
    if (file === undefined) return;
    await vscode.workspace.fs.writeFile(file, Buffer.from(picture));
    tell('information', vscode.l10n.t('The picture is in {0}.', file.fsPath), {
      title: vscode.l10n.t('Open'),
      run: async () => {
        await vscode.commands.executeCommand('vscode.open', file);
      },
    });
  } catch (error) {
    if (error instanceof vscode.FileSystemError) tell('error', error.message);
    else tellFailure(unexpected(error, log), log);
  }
}
