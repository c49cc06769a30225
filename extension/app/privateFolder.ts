import { mkdtemp, rm } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for sockets and FIFOs that no other user can enter; it goes with the session. */
export interface PrivateFolder {
  readonly path: string;
  dispose(): Promise<void>;
}

/** mkdtemp(3) makes it 0700. Where there is a runtime directory it is there: socket paths are short. */
export async function openPrivateFolder(environment: NodeJS.ProcessEnv): Promise<PrivateFolder> {
  const runtime = environment['XDG_RUNTIME_DIR'] ?? '';
  const path = await mkdtemp(
    join(runtime.startsWith('/') ? runtime : tmpdir(), 'capwright-'),
  ).catch(() => mkdtemp(join(tmpdir(), 'capwright-')));
  const remove = (): void => rmSync(path, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    path,
    dispose: async () => {
      process.off('exit', remove);
      await rm(path, { recursive: true, force: true });
    },
  };
}
