import { CAP_DAC_READ_SEARCH } from '../../capability.ts';
import { overridesFileAccess } from '../../capable.ts';
import { allows } from '../../programFile.ts';
import { closedDirectory, covers, machinePath, viewThrough } from '../mountView.ts';
import { rootOf } from '../sandbox.ts';
import type { FolderAccess } from '../unitSystem.ts';
import { beginsAtHome, workingDirectory } from '../workingDirectory.ts';
import { refuse, type Child, type Ending } from './child.ts';

/** `apply_working_directory()`: as the unit’s user, of whose capabilities none is effective yet. */
export function changeDirectory(child: Child): Ending | null {
  const { sandbox, system } = child;
  const { settings, entersRoot } = sandbox;
  const ofUser = system.manager.scope === 'user' && beginsAtHome(settings);
  if (ofUser && system.rules.ownHomeIsOptional) return null;
  const named = workingDirectory(settings, system.manager, system.accounts);
  // With RootDirectoryStartOnly= it is the same directory, seen from outside.
  const path = named === null || entersRoot ? named : machinePath(rootOf(settings), named);
  if (path === null || canEnter(child, path)) return null;
  return refuse(child, '200/CHDIR', 'working-directory', 'WorkingDirectory');
}

/** Whether the directory is there and the process may go there. What was not looked at is taken to be so. */
function canEnter(child: Child, path: string): boolean {
  const { tree, system } = child;
  const found = viewThrough(path, tree, system.paths);
  if (found === null) return true;
  const { view, real } = found;
  if (view.kind === 'inaccessible')
    return view.by.path === real && passes(child, closedDirectory(system));
  // Mount points are made, with what leads to them.
  if (view.kind === 'missing') return tree.mounts.some((mount) => covers(real, mount.path));
  const facts = system.paths.get(view.path);
  if (facts === undefined) return true;
  return facts.kind === 'directory' && facts.closed.every((each) => passes(child, each));
}

/** `generic_permission()` for MAY_EXEC on a directory. */
function passes({ credentials }: Child, folder: FolderAccess): boolean {
  return (
    allows(credentials, folder, 0o1) ||
    overridesFileAccess(credentials, folder) ||
    overridesFileAccess(credentials, folder, CAP_DAC_READ_SEARCH)
  );
}
