import * as vscode from 'vscode';
import { watchPath, type PathWatch } from '../../probe/pathWatch.ts';

/** Each takes a watch of every folder above it. */
const limit = 64;

/** Follows files that lie in no folder of the workspace: VS Code watches those folders alone. */
export class OutsideWatch {
  readonly #changed: () => void;
  #followed = '';
  #watches: readonly PathWatch[] = [];

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** From now on these and no others, as far as they lie outside; they need not be there yet. */
  follow(paths: readonly string[]): void {
    const outside = paths
      .filter((path) => vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) === undefined)
      .slice(0, limit);
    const followed = outside.join('\0');
    if (followed === this.#followed) return;
    this.dispose();
    this.#followed = followed;
    this.#watches = outside.map((path) => watchPath(path, this.#changed));
  }

  dispose(): void {
    for (const watch of this.#watches) watch.dispose();
    this.#watches = [];
  }
}
