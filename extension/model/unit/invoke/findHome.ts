import { valueOf } from '../unit.ts';
import { beginsAtHome } from '../workingDirectory.ts';
import { refuse, type Child, type Ending } from './child.ts';

/** `acquire_home()`, for WorkingDirectory=~. */
export function findHome(child: Child): Ending | null {
  const { dynamicUser, settings } = child.sandbox;
  if (!dynamicUser || !child.changesIds || !beginsAtHome(settings)) return null;
  if (valueOf(settings, 'WorkingDirectory')?.optional === true) return null;
  return refuse(child, '200/CHDIR', 'home-of-dynamic-user', 'WorkingDirectory');
}
