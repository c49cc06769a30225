import { pathText } from '../sandbox.ts';
import { valueOf } from '../unit.ts';
import { cannotTell, refuse, type Child, type Ending } from './child.ts';

/** What would decide the steps that follow, and was not looked at. */
export function lookOutside(child: Child): Ending | null {
  const { changesIds, sandbox, system } = child;
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
  const users = valueOf(settings, 'UserNamespacePath');
  const namespace = users === null ? null : pathText(users);
  if (namespace !== null && system.paths.get(namespace)?.kind === 'missing') {
    return refuse(child, '226/NAMESPACE', 'mount-missing', 'UserNamespacePath');
  }
  if (users !== null) return cannotTell(child, 'which ids the namespace of UserNamespacePath= has');
  if (sandbox.dynamicUser && valueOf(settings, 'PAMName') !== null && changesIds) {
    return cannotTell(child, 'whether PAM finds the dynamic user');
  }
  return null;
}
