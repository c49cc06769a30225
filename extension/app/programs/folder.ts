import { join } from 'node:path';
import type { Host } from '../../probe/host.ts';
import type { DirectoryEntry } from '../../protocol/probe.ts';

/** A directory and what lies in it. */
export interface Folder {
  readonly path: string;
  readonly entries: readonly DirectoryEntry[];
}

/** Directories below the first that are looked into; those that are called like a place for builds count as none. */
const levels = 4;
const buildName = /^(build|out)$/;
const excluded = /^(\..*|node_modules|CMakeFiles)$/;
/** No workspace is looked at for longer than so many directories take. */
const limit = 2_000;

/** The directory and those below it, each before those inside it; hidden ones and what cargo builds in are left out. */
export async function foldersBelow(host: Host, path: string): Promise<readonly Folder[]> {
  const found: Folder[] = [];
  let level = [{ path, left: levels }];
  while (level.length > 0) {
    const next: typeof level = [];
    for (const { path: at, left } of level) {
      if (found.length === limit) return found;
      const folder = { path: at, entries: await entriesOf(host, at) };
      if (holds(folder, '.rustc_info.json')) continue;
      found.push(folder);
      for (const { name, type } of folder.entries) {
        if (type !== 'directory' || excluded.test(name)) continue;
        const below = buildName.test(name) ? left : left - 1;
        if (below >= 0) next.push({ path: join(at, name), left: below });
      }
    }
    level = next;
  }
  return found;
}

export function holds({ entries }: Folder, name: string): boolean {
  return entries.some((entry) => entry.name === name);
}

/** Null for what is not there, cannot be read, or is too long to be read whole. */
export async function textAt(host: Host, path: string): Promise<string | null> {
  const reply = await host.request({ kind: 'text', path });
  if (!reply.ok || reply.result.truncated) return null;
  return Buffer.from(reply.result.base64, 'base64').toString('utf8');
}

/** The file's first bytes, as many as there are or at least 4096; empty for what cannot be read. */
export async function headAt(host: Host, path: string): Promise<Uint8Array> {
  const reply = await host.request({ kind: 'text', path });
  return reply.ok ? Buffer.from(reply.result.base64, 'base64') : new Uint8Array();
}

/** Empty for what is no directory or cannot be read. */
export async function entriesOf(host: Host, path: string): Promise<readonly DirectoryEntry[]> {
  const reply = await host.request({ kind: 'directory', path });
  return reply.ok ? reply.result : [];
}
