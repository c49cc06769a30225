import { readdirSync, readlinkSync, type Dirent } from 'node:fs';
import { join } from 'node:path';

import type { DirectoryEntry, ProbeReply } from '../../protocol/probe.ts';
import { failureOf, outcomeOf } from './outcome.ts';

/** The names in a directory, sorted; symbolic links are not followed. */
export function directoryEntries(path: string): ProbeReply<'directory'> {
  const entries = outcomeOf(path, () => readdirSync(path, { withFileTypes: true }));
  if (!('value' in entries)) return { ok: false, error: failureOf(entries) };
  const result = entries.value
    .map((entry) => entryOf(path, entry))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return { ok: true, result };
}

function entryOf(directory: string, entry: Dirent): DirectoryEntry {
  const { name } = entry;
  if (entry.isSymbolicLink()) {
    const target = outcomeOf(name, () => readlinkSync(join(directory, name)));
    return { name, type: 'link', target: 'value' in target ? target.value : null };
  }
  const type = entry.isFile() ? 'regular' : entry.isDirectory() ? 'directory' : 'other';
  return { name, type, target: null };
}
