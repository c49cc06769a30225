/** Folders to open in the editor. */
import { chmod, chown, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { Person } from './vantage.ts';

/** A text; or a program to copy, executable for all, with capabilities as cap_from_text(3) reads them. */
export type Content = string | { readonly program: string; readonly capabilities?: string };

export interface Workspace {
  readonly path: string;
  /** Writes a file (path below the folder) as the person would. */
  write(name: string, content: Content): Promise<void>;
  dispose(): Promise<void>;
}

/** What a folder may be called: every character that a shell, an address or JSON would take for its own. */
const hostileName = `it's a "work space" $(true) 100%25 #1`;

/**
 * A folder with these files (path below it → content), the person's own. The editor's user must be able to
 * write there, and the product must not mind its name, which is a hostile one if none is given.
 * @param home where it lies; a temporary folder if none is given
 */
export async function createWorkspace(
  person: Person | undefined,
  files: Readonly<Record<string, Content>>,
  name: string = hostileName,
  home?: string,
): Promise<Workspace> {
  const above = home ?? (await mkdtemp(join(tmpdir(), 'capwright-workspace-')));
  const path = join(above, name);
  const own = async (made: string): Promise<void> => {
    if (person !== undefined) await chown(made, person.uid, person.gid);
  };
  const write = async (below: string, content: Content): Promise<void> => {
    const file = join(path, below);
    await mkdir(dirname(file), { recursive: true });
    await own(dirname(file));
    if (typeof content === 'string') {
      await writeFile(file, content);
    } else {
      await copyFile(content.program, file);
      await chmod(file, 0o755);
    }
    await own(file);
    // After the change of owner, which would take them away.
    if (typeof content !== 'string' && content.capabilities !== undefined) {
      await execa('setcap', [content.capabilities, file]);
    }
  };

  await mkdir(path);
  await own(path);
  if (home === undefined) await own(above);
  for (const [file, content] of Object.entries(files)) await write(file, content);
  return {
    path,
    write,
    dispose: () => rm(home === undefined ? above : path, { recursive: true, force: true }),
  };
}
