import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Up to 17 it is lldb-vscode. Distributions put the release at the end of its name. */
const adapterName = /^lldb-(?:dap|vscode)(?:-(?<release>\d+))?$/;

/** lldb's own debug adapter along PATH: the newest, where one without a number comes first. */
export async function findLldbAdapter({
  PATH = '',
}: Readonly<Record<string, string | undefined>>): Promise<string | null> {
  const found: { readonly path: string; readonly release: number }[] = [];
  for (const folder of PATH.split(delimiter)) {
    if (!folder.startsWith('/')) continue;
    for (const name of await readdir(folder).catch(() => [])) {
      const match = adapterName.exec(name);
      const release = Number(match?.groups?.['release'] ?? Number.POSITIVE_INFINITY);
      if (match !== null) found.push({ path: join(folder, name), release });
    }
  }
  const [newest] = found.toSorted((a, b) => b.release - a.release);
  return newest?.path ?? null;
}
