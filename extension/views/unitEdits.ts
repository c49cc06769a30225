import * as vscode from 'vscode';
import type { FixView } from '../report/unitView.ts';
import { locationOf } from './unitPlace.ts';

/** The edits of repairs. A repair that overlaps an earlier one is left for the next time. */
export function editOf(fixes: readonly FixView[]): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  const taken: vscode.Location[] = [];
  for (const { edits } of fixes) {
    const places = edits.map(({ place }) => locationOf(place));
    if (places.some((one) => taken.some((other) => overlap(one, other)))) continue;
    taken.push(...places);
    for (const { place, replacement } of edits) {
      const { uri, range } = locationOf(place);
      edit.replace(uri, range, replacement);
    }
  }
  return edit;
}

function overlap(one: vscode.Location, other: vscode.Location): boolean {
  return one.uri.fsPath === other.uri.fsPath && one.range.intersection(other.range) !== undefined;
}

/**
 * Makes an edit and saves what it changed, so that systemd can see it.
 * @returns puts the texts back and saves them; null where a file cannot be saved: all is as before
 */
export async function makeSaved(edit: vscode.WorkspaceEdit): Promise<(() => Promise<void>) | null> {
  const documents = await Promise.all(
    edit.entries().map(([uri]) => vscode.workspace.openTextDocument(uri)),
  );
  const before = documents.map((document) => ({ document, text: document.getText() }));
  const putBack = async (): Promise<void> => {
    const back = new vscode.WorkspaceEdit();
    for (const { document, text } of before) {
      const end = document.positionAt(document.getText().length);
      back.replace(document.uri, new vscode.Range(document.positionAt(0), end), text);
    }
    await vscode.workspace.applyEdit(back);
    for (const document of documents) await document.save();
  };
  const made = await vscode.workspace.applyEdit(edit);
  for (const document of documents) await document.save();
  if (made && documents.every(({ isDirty }) => !isDirty)) return putBack;
  await putBack();
  return null;
}
