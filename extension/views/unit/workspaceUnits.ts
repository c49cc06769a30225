import * as vscode from 'vscode';

const excluded = '{**/node_modules/**,**/.git/**,**/target/**}';
/** Beyond so many units a list would help nobody. */
const limit = 200;

/** The unit files of the workspace, by their suffixes. */
export async function findUnits(types: readonly string[]): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(unitPattern(types), excluded, limit);
  return found.toSorted((one, other) => one.fsPath.localeCompare(other.fsPath));
}

export function unitPattern(types: readonly string[]): vscode.GlobPattern {
  return `**/*.{${types.join(',')}}`;
}
