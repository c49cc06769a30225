import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { watchPath, type PathWatch } from '../../probe/pathWatch.ts';
import type { CheckStore } from '../checkStore.ts';
import { unexpected } from '../failure.ts';

/** A linker writes a file in many pieces: the check comes once it has been quiet for this long. Milliseconds. */
const quiet = 20;

/**
 * When the file is looked at once more after a check, each time after the last: a linker that writes
 * through a mapping (gold) is not heard of while it does. Milliseconds.
 */
const looks: readonly number[] = [150, 500, 2_000];

/** Checks the selected program again when its file changes, comes or goes. */
export function createProgramWatcher(
  store: CheckStore,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  let watched: string | undefined;
  let watcher: PathWatch | undefined;
  let pending: NodeJS.Timeout | undefined;

  const follow = (): void => {
    const { program } = store;
    if (program === watched) return;
    watched = program;
    watcher?.dispose();
    clearTimeout(pending);
    watcher = program === undefined ? undefined : watchPath(program, changed);
  };
  const later = (delay: number, work: () => Promise<void>): void => {
    clearTimeout(pending);
    pending = setTimeout(() => {
      pending = undefined;
      work().catch((error: unknown) => unexpected(error, log));
    }, delay);
  };
  const changed = (): void => {
    if (store.state.kind === 'unchecked') return;
    store.foresee();
    later(quiet, check);
  };
  const check = async (): Promise<void> => {
    await store.check();
    lookAgain(looks);
  };
  const lookAgain = ([delay, ...rest]: readonly number[]): void => {
    // What was heard of meanwhile is checked sooner.
    if (pending !== undefined) return;
    const { state } = store;
    if (delay === undefined || (state.kind !== 'report' && state.kind !== 'failure')) return;
    later(delay, async () => {
      if (state.kind === 'failure') {
        await store.check();
        lookAgain(rest);
        return;
      }
      const changedAt = await changeTime(state.report.system.program.file.path);
      if (changedAt === state.identity.changed) lookAgain(rest);
      else await check();
    });
  };

  follow();
  return vscode.Disposable.from(store.onDidChange(follow), {
    dispose: () => {
      clearTimeout(pending);
      watcher?.dispose();
    },
  });
}

/** Nanoseconds since 1970, in decimal; null where the file cannot be looked at. */
async function changeTime(path: string): Promise<string | null> {
  const stats = await stat(path, { bigint: true }).catch(() => null);
  return stats === null ? null : String(stats.ctimeNs);
}
