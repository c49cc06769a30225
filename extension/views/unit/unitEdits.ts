import * as vscode from 'vscode';
import type { FixView } from '../../report/unit/unitView.ts';
import { changeText } from '../textChange.ts';
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

/** An edit of files that was saved. */
export interface SavedEdit {
  /** The path of a file that is not as the edit left it; null where there is none. */
  changedSince(): Promise<string | null>;
  /** Takes the changed lines back, and saves the files. */
  putBack(): Promise<void>;
  /** Makes it again after that. */
  redo(): Promise<void>;
}

/**
 * Makes an edit and saves what it changed, so that systemd can see it.
 * @returns null where a file cannot be saved: all is as before
 */
export async function makeSaved(edit: vscode.WorkspaceEdit): Promise<SavedEdit | null> {
  const uris = edit.entries().map(([uri]) => uri);
  const before = await textsOf(uris);
  const made = await vscode.workspace.applyEdit(edit);
  const after = await textsOf(uris);
  const saved = await saveAll(uris);
  const putBack = () => writeAll(uris, before);
  if (made && saved) {
    const changedSince = async (): Promise<string | null> => {
      const now = await textsOf(uris);
      return uris.find((_, index) => now[index] !== after[index])?.fsPath ?? null;
    };
    return { changedSince, putBack, redo: () => writeAll(uris, after) };
  }
  await putBack();
  return null;
}

async function writeAll(uris: readonly vscode.Uri[], texts: readonly string[]): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  for (const [index, uri] of uris.entries()) {
    changeText(edit, await vscode.workspace.openTextDocument(uri), texts[index] ?? '');
  }
  await vscode.workspace.applyEdit(edit);
  await saveAll(uris);
}

function textsOf(uris: readonly vscode.Uri[]): Promise<readonly string[]> {
  return Promise.all(
    uris.map(async (uri) => (await vscode.workspace.openTextDocument(uri)).getText()),
  );
}

async function saveAll(uris: readonly vscode.Uri[]): Promise<boolean> {
  for (const uri of uris) await (await vscode.workspace.openTextDocument(uri)).save();
  const documents = await Promise.all(uris.map((uri) => vscode.workspace.openTextDocument(uri)));
  return documents.every(({ isDirty }) => !isDirty);
}
