import { pathText } from '../sandbox.ts';
import { valueOf, type Settings } from '../unit.ts';
import { cannotTell, type Child, type Ending } from './child.ts';

/** What would decide the steps that follow, and was not looked at. */
export function lookOutside(child: Child): Ending | null {
  const { sandbox } = child;
  const { settings, privatePids, privateUsers, privateUsersBy } = sandbox;
  const delegates = privateUsersBy === 'DelegateNamespaces' && privateUsers !== 'no';
  if (delegates && (privatePids || valueOf(settings, 'PrivateIPC'))) {
    return cannotTell(child, 'how DelegateNamespaces= goes together with other namespaces');
  }
  if (hasRoot(settings)) return cannotTell(child, 'what lies below RootDirectory= or RootImage=');
  if (valueOf(settings, 'UserNamespacePath') !== null) {
    return cannotTell(child, 'the user namespace that UserNamespacePath= names');
  }
  return null;
}

/** Whether the unit has a root of its own. */
function hasRoot(settings: Settings): boolean {
  const root = valueOf(settings, 'RootDirectory');
  if (valueOf(settings, 'RootImage') !== null) return true;
  return root !== null && pathText(root) !== '/';
}
