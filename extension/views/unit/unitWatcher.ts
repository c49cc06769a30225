import { watch, type FSWatcher } from 'node:fs';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { fileOfNetworkd } from '../../model/networkd/networkdFile.ts';
import { parseUnitName } from '../../model/unit/unitName.ts';
import { isSystemError } from '../../probe/helper/outcome.ts';
import { unexpected } from '../failure.ts';
import type { UnitDocuments } from './unitDocuments.ts';

/**
 * Has the open units read again when their files or drop-ins change on the disk, come or go.
 *
 * A watcher of VS Code does not say from when on it watches, and what comes meanwhile is missed; with
 * Node’s, all that happens after the call is seen.
 */
export function createUnitWatcher(
  documents: UnitDocuments,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  /** By document, how often its folders were asked for: an earlier answer may be late. */
  const asked = new Map<string, number>();
  /** By document. */
  const wanted = new Map<string, readonly string[]>();
  /** By folder; null where it cannot be watched. */
  const watchers = new Map<string, FSWatcher | null>();

  const forget = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const changed = (folder: string, name: string | null): void => {
    // A folder that goes says its own name, and another one of that name is not watched by this.
    const isGone = name === basename(folder);
    if (isGone) forget(folder);
    if (isGone || name === null || mayConcernUnits(name)) documents.readSoon();
  };
  const begin = (folder: string): FSWatcher | 'gone' | null => {
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => changed(folder, name));
      return watcher.on('error', (error) => {
        unexpected(error, log);
        watcher.close();
      });
    } catch (error) {
      if (isSystemError(error) && error.code === 'ENOENT') return 'gone';
      // Most likely more is watched than fs.inotify.max_user_watches allows.
      unexpected(error, log);
      return null;
    }
  };
  const follow = (): void => {
    const folders = new Set([...wanted.values()].flat());
    for (const folder of watchers.keys()) if (!folders.has(folder)) forget(folder);
    for (const folder of folders) {
      if (watchers.has(folder)) continue;
      const watcher = begin(folder);
      // Of one that went since it was listed, another may come: the folder above tells, and it is watched.
      if (watcher === 'gone') continue;
      watchers.set(folder, watcher);
      // What has come into it before it was watched.
      documents.readSoon();
    }
  };
  return vscode.Disposable.from(
    documents.onDidRead(({ document }) => {
      if (document.isUntitled) return;
      const key = document.uri.toString();
      const turn = (asked.get(key) ?? 0) + 1;
      asked.set(key, turn);
      void documents.folders(document).then((folders) => {
        if (document.isClosed || asked.get(key) !== turn) return;
        wanted.set(key, folders);
        follow();
      });
    }),
    documents.onDidClose((document) => {
      asked.delete(document.uri.toString());
      if (wanted.delete(document.uri.toString())) follow();
    }),
    {
      dispose: () => {
        for (const folder of watchers.keys()) forget(folder);
      },
    },
  );
}

function mayConcernUnits(name: string): boolean {
  return (
    name.endsWith('.conf') ||
    name.endsWith('.d') ||
    parseUnitName(name) !== null ||
    fileOfNetworkd(`/${name}`) !== null
  );
}
