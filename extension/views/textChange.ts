import * as vscode from 'vscode';
import { lineChange } from '../model/lineChange.ts';

/** Adds to an edit what makes `text` of a document: no line is touched that stays. */
export function changeText(
  edit: vscode.WorkspaceEdit,
  document: vscode.TextDocument,
  text: string,
  shown?: vscode.WorkspaceEditEntryMetadata,
): void {
  const { span, replacement } = lineChange(document.getText(), text);
  const range = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
  edit.replace(document.uri, range, replacement, shown);
}
