import { readlinkSync, watch, type FSWatcher } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { isSystemError } from './helper/outcome.ts';

export interface PathWatch {
  dispose(): void;
}

/**
 * Tells when the file at a path, or the one that a link there leads to, may have changed, come or gone,
 * also by a change of a folder above it. By inotify(7), so that it is told at once; all that happens after
 * the call is seen. What is written through a mapping is not: inotify does not tell it.
 * @param path absolute
 */
export function watchPath(path: string, changed: () => void): PathWatch {
  let watchers: readonly FSWatcher[] = [];
  const close = (): void => {
    for (const watcher of watchers) watcher.close();
  };
  const arm = (): void => {
    close();
    const { steps, last } = wayTo(path);
    watchers = [...steps].flatMap(([folder, names]) =>
      watching(folder, (name) => {
        const concerned = name === null || names.has(name) || name === basename(folder);
        if (!concerned) return;
        // A folder or a link of the path may be another one now.
        if (name === null || join(folder, name) !== last) arm();
        changed();
      }),
    );
  };
  arm();
  return { dispose: close };
}

/** As many links as the kernel follows (MAXSYMLINKS, path_resolution(7)). */
const maximumLinks = 40;

/** The way to the file, links and all. */
interface Way {
  /** The folders that it goes through, and by which names it goes on from each. */
  readonly steps: ReadonlyMap<string, ReadonlySet<string>>;
  /** Where the file lies, or would lie. */
  readonly last: string;
}

function wayTo(path: string): Way {
  const steps = new Map<string, Set<string>>();
  let folder = '/';
  let links = 0;
  for (let rest = namesIn(path); rest.length > 0;) {
    const [name = '', ...after] = rest;
    const here = resolve(folder, name);
    if (name !== '..') steps.set(folder, (steps.get(folder) ?? new Set()).add(name));
    const target = linkAt(here);
    if (target !== null && links < maximumLinks) {
      links += 1;
      if (target.startsWith('/')) folder = '/';
      rest = [...namesIn(target), ...after];
    } else {
      folder = here;
      rest = after;
    }
  }
  return { steps, last: folder };
}

function namesIn(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function linkAt(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (isSystemError(error)) return null;
    throw error;
  }
}

/** None for a folder that is not there, may not be read, or is one more than inotify has room for. */
function watching(folder: string, told: (name: string | null) => void): readonly FSWatcher[] {
  try {
    const watcher = watch(folder, { persistent: false }, (_, name) => told(name));
    // The folder is gone, of which the one above it tells.
    return [watcher.on('error', () => watcher.close())];
  } catch (error) {
    if (isSystemError(error)) return [];
    throw error;
  }
}
