import type { Host } from '../../probe/host.ts';
import type { DirectoryEntry } from '../../protocol/probe.ts';

/** Null for what is not there, cannot be read, or is too long to be read whole. */
export async function textAt(host: Host, path: string): Promise<string | null> {
  const reply = await host.request({ kind: 'text', path });
  if (!reply.ok || reply.result.truncated) return null;
  return Buffer.from(reply.result.base64, 'base64').toString('utf8');
}

/** Empty for what is no directory or cannot be read. */
export async function entriesOf(host: Host, path: string): Promise<readonly DirectoryEntry[]> {
  const reply = await host.request({ kind: 'directory', path });
  return reply.ok ? reply.result : [];
}
