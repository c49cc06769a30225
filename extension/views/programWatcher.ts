import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { CheckStore } from './checkStore.ts';

/** A linker writes a file in many pieces: the check comes once it has been quiet for this long. Milliseconds. */
const quiet = 80;

/** Checks the selected program again when its file changes, comes or goes. */
export function createProgramWatcher(store: CheckStore): vscode.Disposable {
  let watched: string | undefined;
  let watcher: vscode.Disposable | undefined;
  let pending: NodeJS.Timeout | undefined;

  const follow = (): void => {
    const { program } = store;
    if (program === watched) return;
    watched = program;
    watcher?.dispose();
    watcher = program === undefined ? undefined : watch(program);
  };
  const watch = (program: string): vscode.Disposable => {
    // The directory, since a name may hold what a pattern takes for its own.
    const folder = vscode.Uri.file(dirname(program));
    const files = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*'));
    const changed = (uri: vscode.Uri): void => {
      if (basename(uri.fsPath) !== basename(program) || store.state.kind === 'unchecked') return;
      clearTimeout(pending);
      pending = setTimeout(() => void store.check(), quiet);
    };
    return vscode.Disposable.from(
      files,
      files.onDidChange(changed),
      files.onDidCreate(changed),
      files.onDidDelete(changed),
    );
  };

  follow();
  return vscode.Disposable.from(store.onDidChange(follow), {
    dispose: () => {
      clearTimeout(pending);
      watcher?.dispose();
    },
  });
}
