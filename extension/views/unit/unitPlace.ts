import * as vscode from 'vscode';
import { parseUnitName } from '../../model/unit/unitName.ts';
import { unitNameComment } from '../../model/unit/unitNameComment.ts';
import type { PlaceView } from '../../report/unit/unitView.ts';

/** Below what is no directory, nothing lies on the disk. */
const nowhere = '/dev/null/';

/** The path of a unit’s document; one that is in no file yet has a path where no file can be. */
export function pathOf(document: vscode.TextDocument): string {
  const { uri } = document;
  if (!document.isUntitled) return uri.fsPath;
  return `${nowhere}${encodeURIComponent(uri.toString())}/${nameOf(document)}`;
}

/** The document whose path this is. */
function uriOf(path: string): vscode.Uri {
  if (!path.startsWith(nowhere)) return vscode.Uri.file(path);
  const [encoded = ''] = path.slice(nowhere.length).split('/');
  return vscode.Uri.parse(decodeURIComponent(encoded), true);
}

/** A place in a unit’s file as VS Code has it. */
export function locationOf({ file, start, end }: PlaceView): vscode.Location {
  const range = new vscode.Range(start.line, start.character, end.line, end.character);
  return new vscode.Location(uriOf(file), range);
}

export function isIn({ file }: PlaceView, document: vscode.TextDocument): boolean {
  return file === pathOf(document);
}

/** That of a comment or of the file that it will be, else a service’s. */
function nameOf(document: vscode.TextDocument): string {
  const own = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1);
  const names = [unitNameComment(document.getText()), own, `${own}.service`];
  return names.find((name) => name !== null && parseUnitName(name) !== null) ?? 'untitled.service';
}
