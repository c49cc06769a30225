import { open, stat } from 'node:fs/promises';

export interface ExecutableFile {
  readonly kind: 'ELF' | 'script';
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Null for what is not executable by anybody, is a library, or cannot be looked at. */
export async function executableFile(path: string): Promise<ExecutableFile | null> {
  if (/\.so(\.\d+)*$/.test(path)) return null;
  try {
    const found = await stat(path);
    // Opening anything else might wait for ever, as a named pipe does for its writer.
    if (!found.isFile() || (found.mode & 0o111) === 0) return null;
    const kind = await kindOf(path);
    return kind === null ? null : { kind, modified: found.mtimeMs };
  } catch {
    return null;
  }
}

async function kindOf(path: string): Promise<ExecutableFile['kind'] | null> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    const head = buffer.subarray(0, bytesRead).toString('latin1');
    if (head === '\x7fELF') return 'ELF';
    return head.startsWith('#!') ? 'script' : null;
  } finally {
    await file.close();
  }
}
