import * as vscode from 'vscode';
import { watchPath, type PathWatch } from '../../probe/pathWatch.ts';

/** Each takes a watch of every folder above it. */
const limit = 128;

/**
 * Follows files by inotify(7): VS Code watches the folders of the workspace alone, and leaves out there what
 * `files.watcherExclude` names, which for many is what is built.
 */
export class PlaceWatch {
  readonly #changed: () => void;
  #followed = '';
  #watches: readonly PathWatch[] = [];

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** From now on these and no others, first those outside the workspace; they need not be there yet. */
  follow(paths: readonly string[]): void {
    const isInside = (path: string): boolean =>
      vscode.workspace.getWorkspaceFolder(vscode.Uri.file(path)) !== undefined;
    const places = [...paths.filter((path) => !isInside(path)), ...paths.filter(isInside)];
    const followed = places.slice(0, limit);
    const key = followed.join('\0');
    if (key === this.#followed) return;
    this.dispose();
    this.#followed = key;
    this.#watches = followed.map((path) => watchPath(path, this.#changed));
  }

  dispose(): void {
    for (const watch of this.#watches) watch.dispose();
    this.#watches = [];
  }
}
