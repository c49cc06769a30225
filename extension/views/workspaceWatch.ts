import * as vscode from 'vscode';
import { NewFolderWatch } from '../probe/newFolderWatch.ts';

/** Tells which files of the workspace come, go and change. Nothing is watched before somebody asks. */
export class WorkspaceWatch {
  readonly #changed = new vscode.EventEmitter<string>();
  #watching: vscode.Disposable | undefined;

  /**
   * Tells of every file and folder of the workspace, save what `files.watcherExclude` names. VS Code does not
   * say from when on it watches, so that who reads the files does it after this.
   * @param told the absolute path
   */
  watch(told: (path: string) => void): vscode.Disposable {
    this.#watching ??= this.#start();
    return this.#changed.event(told);
  }

  dispose(): void {
    this.#watching?.dispose();
    this.#changed.dispose();
  }

  #start(): vscode.Disposable {
    const files = vscode.workspace.createFileSystemWatcher('**/*');
    // What is made in a folder that is new escapes VS Code.
    const folders = new NewFolderWatch((path) => this.#changed.fire(path));
    const changed = ({ fsPath }: vscode.Uri): void => this.#changed.fire(fsPath);
    const come = (uri: vscode.Uri): void => {
      changed(uri);
      void folders.follow(uri.fsPath);
    };
    return vscode.Disposable.from(
      files,
      folders,
      files.onDidCreate(come),
      // A folder that goes and comes at once is told as one that changed.
      files.onDidChange(come),
      files.onDidDelete(changed),
    );
  }
}
