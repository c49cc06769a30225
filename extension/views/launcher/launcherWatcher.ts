import * as vscode from 'vscode';
import type { CheckStore } from '../checkStore.ts';

/** A terminal that opens becomes active at once, and once more when it has its process. Milliseconds. */
const quiet = 150;

/** Checks again when another terminal is active: the verdict is the one of the shell that one looks at. */
export function createLauncherWatcher(store: CheckStore): vscode.Disposable {
  let pending: NodeJS.Timeout | undefined;
  const checkSoon = (): void => {
    clearTimeout(pending);
    // A check that is under way may have looked for the shell before it was there.
    if (store.state.kind !== 'report' && !store.checking) return;
    pending = setTimeout(() => void store.check(), quiet);
  };
  const shells = new WeakSet<vscode.Terminal>();
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTerminal(checkSoon),
    // Its process is there before it has become the shell: what was seen until then is VS Code's own.
    vscode.window.onDidChangeTerminalShellIntegration(({ terminal }) => {
      if (shells.has(terminal)) return;
      shells.add(terminal);
      checkSoon();
    }),
    { dispose: () => clearTimeout(pending) },
  );
}
