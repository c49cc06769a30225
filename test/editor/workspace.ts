/** Folders to open in the editor. */
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Person } from './vantage.ts';

export interface Workspace {
  readonly path: string;
  /** Writes a file (path below the folder) as the person would. */
  write(name: string, text: string): Promise<void>;
  dispose(): Promise<void>;
}

/** What a folder may be called: every character that a shell, an address or JSON would take for its own. */
const hostileName = `it's a "work space" $(true) 100%25 #1`;

/**
 * A folder with these files (path below it → text), the person's own. The editor's user must be able to
 * write there, and the product must not mind its name.
 */
export async function createWorkspace(
  person: Person | undefined,
  files: Readonly<Record<string, string>>,
): Promise<Workspace> {
  const above = await mkdtemp(join(tmpdir(), 'capwright-workspace-'));
  const path = join(above, hostileName);
  const own = async (made: string): Promise<void> => {
    if (person !== undefined) await chown(made, person.uid, person.gid);
  };
  const write = async (name: string, text: string): Promise<void> => {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true });
    await own(dirname(file));
    await writeFile(file, text);
    await own(file);
  };

  await mkdir(path);
  await own(path);
  await own(above);
  for (const [name, text] of Object.entries(files)) await write(name, text);
  return { path, write, dispose: () => rm(above, { recursive: true, force: true }) };
}
