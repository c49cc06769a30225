import * as vscode from 'vscode';
import { executableFile, type ExecutableFile } from './executableFile.ts';

/** Where programs pile up that nobody starts by hand. */
const excluded =
  '{**/node_modules/**,**/.git/**,**/.venv/**,**/target/*/{build,deps,incremental,.fingerprint}/**}';
/** Files looked at, at most. */
const limit = 20_000;
const together = 64;

export type ProgramFile = ExecutableFile & { readonly path: string };

/** The executable files of the workspace and among these paths, in no order. */
export async function executableFiles(
  besides: Iterable<string>,
  token: vscode.CancellationToken,
): Promise<readonly ProgramFile[]> {
  const files = await vscode.workspace.findFiles('**/*', excluded, limit, token);
  const paths = [...new Set([...besides, ...files.map(({ fsPath }) => fsPath)])];
  const found: ProgramFile[] = [];
  const worker = async (): Promise<void> => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      if (token.isCancellationRequested) return;
      const file = await executableFile(path);
      if (file !== null) found.push({ ...file, path });
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  return found;
}
