import { CAP_DAC_READ_SEARCH } from '../../capability.ts';
import { overridesFileAccess } from '../../capable.ts';
import { allows } from '../../programFile.ts';
import { covers, viewThrough } from '../mountView.ts';
import type { FolderAccess } from '../unitSystem.ts';
import { workingDirectory } from '../workingDirectory.ts';
import { refuse, type Child, type Ending } from './child.ts';

/** `apply_working_directory()`: as the unit’s user, of whose capabilities none is effective yet. */
export function changeDirectory(child: Child): Ending | null {
  const { sandbox, system } = child;
  const path = workingDirectory(sandbox.settings, system.manager, system.accounts);
  if (path === null || canEnter(child, path)) return null;
  return refuse(child, '200/CHDIR', 'working-directory', 'WorkingDirectory');
}

/** Whether the directory is there and the process may go there. What was not looked at is taken to be so. */
function canEnter(child: Child, path: string): boolean {
  const { mounts, system } = child;
  const { view, real } = viewThrough(path, mounts, system.paths);
  if (view.kind === 'inaccessible') return view.by.path === real && passes(child, closedToAll);
  // Mount points are made, with what leads to them.
  if (view.kind === 'missing') return mounts.some((mount) => covers(real, mount.path));
  const facts = system.paths.get(view.path);
  if (facts === undefined) return true;
  return facts.kind === 'directory' && facts.closed.every((each) => passes(child, each));
}

/** How systemd makes what InaccessiblePaths= puts in the place of a directory. */
const closedToAll: FolderAccess = { mode: 0, uid: 0, gid: 0 };

/** `generic_permission()` for MAY_EXEC on a directory. */
function passes({ credentials }: Child, folder: FolderAccess): boolean {
  return (
    allows(credentials, folder, 0o1) ||
    overridesFileAccess(credentials, folder) ||
    overridesFileAccess(credentials, folder, CAP_DAC_READ_SEARCH)
  );
}
