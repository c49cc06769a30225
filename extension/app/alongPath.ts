import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * The program that a name leads to: along PATH, and then in further folders. Relative folders are left out, for
 * nobody knows from where they count.
 * @returns an absolute path; null where there is none that may be executed
 */
export async function findAlongPath(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  further: readonly string[] = [],
): Promise<string | null> {
  const folders = name.startsWith('/')
    ? ['/']
    : [...(environment['PATH'] ?? '').split(delimiter), ...further];
  for (const folder of folders) {
    if (!folder.startsWith('/')) continue;
    const path = join(folder, name);
    try {
      await access(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next folder.
    }
  }
  return null;
}
