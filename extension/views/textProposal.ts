import { existsSync } from 'node:fs';
import * as vscode from 'vscode';
import { tell } from './notification.ts';
import { changeText } from './textChange.ts';

/** What a file says, as its editor has it; empty where there is none. */
export async function currentText(path: string): Promise<string> {
  return (await documentAt(path))?.getText() ?? '';
}

/**
 * Shows what a file would become, and writes it once that was agreed to.
 * @returns whether it was
 */
export async function proposeText(path: string, text: string, label: string): Promise<boolean> {
  const uri = vscode.Uri.file(path);
  const document = await documentAt(path);
  const edit = new vscode.WorkspaceEdit();
  const shown = { needsConfirmation: true, label };
  if (document === null) {
    edit.createFile(uri, { contents: Buffer.from(text) }, shown);
  } else {
    changeText(edit, document, text, shown);
  }
  const made = await vscode.workspace.applyEdit(edit);
  if (made && document !== null && !(await document.save())) {
    tell('warning', vscode.l10n.t('{0} could not be saved: the change is in its editor.', path));
  }
  return made;
}

async function documentAt(path: string): Promise<vscode.TextDocument | null> {
  return existsSync(path) ? vscode.workspace.openTextDocument(vscode.Uri.file(path)) : null;
}
