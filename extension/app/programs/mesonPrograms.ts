/** Executables of Meson, as it writes them down with every setup: Meson's manual, "IDE integration". */
import { join } from 'node:path';
import * as v from 'valibot';
import type { Host } from '../../probe/host.ts';
import type { ProgramCandidate } from './candidate.ts';
import { holds, type Folder } from './folder.ts';
import { replyAt } from './jsonReply.ts';

const targetsSchema = v.array(
  v.object({
    name: v.string(),
    type: v.string(),
    /** Absolute. */
    filename: v.array(v.string()),
  }),
);

/** Those of every build directory. */
export async function mesonPrograms(
  host: Host,
  folders: readonly Folder[],
): Promise<readonly ProgramCandidate[]> {
  const built = folders.filter((folder) => holds(folder, 'meson-info'));
  const replies = await Promise.all(
    built.map(({ path }) =>
      replyAt(host, join(path, 'meson-info/intro-targets.json'), targetsSchema),
    ),
  );
  return replies
    .flatMap((targets) => targets ?? [])
    .filter(({ type }) => type === 'executable')
    .flatMap(({ name, filename }) =>
      filename.map((path) => ({ path, source: 'meson' as const, name })),
    );
}
