import { pathText } from '../sandbox.ts';
import { valueOf } from '../unit.ts';
import { cannotTell, type Child, type Ending } from './child.ts';

/** What would decide the steps that follow, and was not looked at. */
export function lookOutside(child: Child): Ending | null {
  const { sandbox } = child;
  const { settings, privatePids, privateUsers, privateUsersBy } = sandbox;
  const delegates = privateUsersBy === 'DelegateNamespaces' && privateUsers !== 'no';
  const ipc = valueOf(settings, 'PrivateIPC') || valueOf(settings, 'IPCNamespacePath') !== null;
  if (delegates && (privatePids || ipc)) {
    return cannotTell(child, 'how DelegateNamespaces= goes together with other namespaces');
  }
  const root = valueOf(settings, 'RootDirectory');
  if (valueOf(settings, 'RootImage') !== null) return cannotTell(child, 'what RootImage= holds');
  if (root !== null && pathText(root) === null) {
    return cannotTell(child, 'which directory RootDirectory= names');
  }
  return null;
}
