import { parseBinfmtEntry, type BinfmtEntry } from '../model/binfmtEntry.ts';
import type { Host } from './host.ts';

/** The entries of binfmt_misc that can be seen and are enabled. */
export async function collectBinfmtEntries(host: Host): Promise<readonly BinfmtEntry[]> {
  const reply = await host.request({ kind: 'binfmtEntries' });
  if (!reply.ok) return [];
  const off = reply.result.some(({ name, text }) => name === 'status' && text.trim() !== 'enabled');
  if (off) return [];
  return reply.result.flatMap(({ name, text }) => {
    const entry = name === 'status' ? null : parseBinfmtEntry(text);
    return entry === null ? [] : [entry];
  });
}
