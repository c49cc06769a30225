import * as vscode from 'vscode';
import type { PlaceView } from '../report/unitView.ts';

/** A place in a unit’s file as VS Code has it. */
export function locationOf({ file, start, end }: PlaceView): vscode.Location {
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  return new vscode.Location(vscode.Uri.file(file), range);
}

export function isIn({ file }: PlaceView, document: vscode.TextDocument): boolean {
  return file === document.uri.fsPath;
}
