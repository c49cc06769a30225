import * as vscode from 'vscode';

const excluded = '{**/node_modules/**,**/.git/**,**/target/**}';
/** Beyond so many units a list would help nobody. */
const limit = 200;

/** The unit files of the workspace, by their suffixes. */
export async function findUnits(types: readonly string[]): Promise<readonly vscode.Uri[]> {
  const pattern = `**/*.{${types.join(',')}}`;
  const found = await vscode.workspace.findFiles(pattern, excluded, limit);
  return found.toSorted((one, other) => one.fsPath.localeCompare(other.fsPath));
}

/** Whether units may be others after something happened to this: a unit, a drop-in, or a folder of drop-ins. */
export function concernsUnits(path: string, types: readonly string[]): boolean {
  return /\.d(\/[^/]+\.conf)?$/.test(path) || types.some((type) => path.endsWith(`.${type}`));
}
