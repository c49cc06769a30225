import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The repository's top folder. */
export const root = join(import.meta.dirname, '../..');

/** A throw-away repository with this one's packages and configurations, to break its rules in. */
export class Tree {
  readonly path = mkdtempSync(join(tmpdir(), 'capwright-tree-'));

  /**
   * @param configurations paths in this repository to copy
   * @param files contents by path
   */
  constructor(configurations: readonly string[], files: Readonly<Record<string, string>>) {
    symlinkSync(join(root, 'node_modules'), join(this.path, 'node_modules'));
    for (const path of ['package.json', ...configurations])
      cpSync(join(root, path), join(this.path, path), { recursive: true });
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.path, path)), { recursive: true });
      writeFileSync(join(this.path, path), content);
    }
  }

  /** Runs one of the installed tools in the tree. */
  run(tool: string, ...args: readonly string[]): { status: number | null; stdout: string } {
    const { error, status, stdout } = spawnSync(
      process.execPath,
      [join(root, 'node_modules/.bin', tool), ...args],
      { cwd: this.path, encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    if (error) throw error;
    return { status, stdout };
  }

  dispose(): void {
    rmSync(this.path, { recursive: true });
  }
}
