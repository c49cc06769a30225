import { basename } from 'node:path';
import * as vscode from 'vscode';
import { parseUnitName } from '../model/unit/unitName.ts';
import type { UnitDocuments } from './unitDocuments.ts';

/** Has the open units read again when their files or drop-ins change on the disk, come or go. */
export function createUnitWatcher(documents: UnitDocuments): vscode.Disposable {
  /** By document. */
  const wanted = new Map<string, readonly string[]>();
  /** By folder. */
  const watchers = new Map<string, vscode.Disposable>();

  const follow = (): void => {
    const folders = new Set([...wanted.values()].flat());
    for (const [folder, watcher] of watchers) {
      if (folders.has(folder)) continue;
      watcher.dispose();
      watchers.delete(folder);
    }
    for (const folder of folders) {
      if (watchers.has(folder)) continue;
      watchers.set(folder, watch(folder, documents));
      // What has come into it before it was watched.
      documents.readSoon();
    }
  };
  return vscode.Disposable.from(
    documents.onDidRead(({ document }) => {
      if (document.isUntitled) return;
      void documents.folders(document).then((folders) => {
        if (document.isClosed) return;
        wanted.set(document.uri.toString(), folders);
        follow();
      });
    }),
    documents.onDidClose((document) => {
      if (wanted.delete(document.uri.toString())) follow();
    }),
    {
      dispose: () => {
        for (const watcher of watchers.values()) watcher.dispose();
      },
    },
  );
}

function watch(folder: string, documents: UnitDocuments): vscode.Disposable {
  const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), '*');
  const files = vscode.workspace.createFileSystemWatcher(pattern);
  const changed = ({ fsPath }: vscode.Uri): void => {
    const name = basename(fsPath);
    const isOfUnit = name.endsWith('.conf') || name.endsWith('.d') || parseUnitName(name) !== null;
    if (isOfUnit) documents.readSoon();
  };
  return vscode.Disposable.from(
    files,
    files.onDidChange(changed),
    files.onDidCreate(changed),
    files.onDidDelete(changed),
  );
}
