import * as vscode from 'vscode';
import type { CheckStore } from './checkStore.ts';

/** A terminal that opens becomes active at once, and once more when it has its process. Milliseconds. */
const quiet = 150;

/** Checks again when another terminal is active: the verdict is the one of the shell that one looks at. */
export function createLauncherWatcher(store: CheckStore): vscode.Disposable {
  let pending: NodeJS.Timeout | undefined;
  const changed = vscode.window.onDidChangeActiveTerminal(() => {
    clearTimeout(pending);
    if (store.state.kind !== 'report') return;
    pending = setTimeout(() => void store.check(), quiet);
  });
  return vscode.Disposable.from(changed, { dispose: () => clearTimeout(pending) });
}
