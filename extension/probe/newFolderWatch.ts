import { watch, type Dirent, type FSWatcher } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isSystemError } from './helper/outcome.ts';

/** Each takes one of the watches that inotify(7) has room for. */
const limit = 1_000;

/** What is made there is nobody's to start or to edit, and there is much of it. */
const leftOut =
  /\/(\.git|\.venv|node_modules|CMakeFiles|target\/([^/]+\/){1,2}(build|deps|incremental|\.fingerprint))(\/|$)/;

/**
 * Follows folders that were just made or moved to where they are, with all that is made in them. A watch
 * that is told of a folder by inotify(7) comes late: what was made in it by then is never told of, and a
 * folder among that is not watched at all. Here a folder is watched first and read then, so that what is
 * made meanwhile is told twice rather than never.
 */
export class NewFolderWatch {
  readonly #told: (path: string) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #ended = false;

  /** @param told the absolute path of what is there, comes, goes or changes in a folder that is followed */
  constructor(told: (path: string) => void) {
    this.#told = told;
  }

  /**
   * From now on, if it is a folder and not a link to one.
   * @param path absolute
   */
  async follow(path: string): Promise<void> {
    if (leftOut.test(path) || !this.#hasRoomFor(path)) return;
    const stats = await unlessRefused(lstat(path));
    if (stats === null || !stats.isDirectory() || !this.#hasRoomFor(path)) return;
    if (!this.#watch(path)) return;
    const entries = await unlessRefused<readonly Dirent[]>(readdir(path, { withFileTypes: true }));
    for (const entry of entries ?? []) this.#found(join(path, entry.name), entry.isDirectory());
  }

  dispose(): void {
    this.#ended = true;
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #hasRoomFor(path: string): boolean {
    return !this.#ended && !this.#watchers.has(path) && this.#watchers.size < limit;
  }

  #found(path: string, mayBeFolder: boolean): void {
    if (this.#ended) return;
    this.#told(path);
    if (mayBeFolder) void this.follow(path);
  }

  /** Whether it is watched now. */
  #watch(path: string): boolean {
    try {
      const watcher = watch(path, { persistent: false }, (event, name) => {
        // By the folder's own name inotify tells also that the folder itself went, and another may have come.
        if (name === null || name === basename(path)) this.#again(path);
        if (name !== null) this.#found(join(path, name), event === 'rename');
      });
      this.#watchers.set(
        path,
        watcher.on('error', () => this.#leave(path)),
      );
      return true;
    } catch (error) {
      if (isSystemError(error)) return false;
      throw error;
    }
  }

  #again(path: string): void {
    this.#leave(path);
    void this.follow(path);
  }

  /** With those below it: a folder that is moved takes them along, and they are told nothing. */
  #leave(path: string): void {
    for (const [each, watcher] of this.#watchers) {
      if (each !== path && !each.startsWith(`${path}/`)) continue;
      watcher.close();
      this.#watchers.delete(each);
    }
  }
}

/** Null where the kernel refused: the file is gone, or closed to us. */
async function unlessRefused<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isSystemError(error)) return null;
    throw error;
  }
}
