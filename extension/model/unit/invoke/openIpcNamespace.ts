import { pathText } from '../sandbox.ts';
import { valueOf } from '../unit.ts';
import { isNamespace } from './isNamespace.ts';
import { refuse, type Child, type Ending } from './child.ts';

/** `open_shareable_ns_path()`, where the unit’s commands share something. */
export function openIpcNamespace(child: Child): Ending | null {
  const { sandbox, system } = child;
  const { settings, networkNamespace, privateTmp } = sandbox;
  const path = valueOf(settings, 'IPCNamespacePath');
  const file = path === null ? null : pathText(path);
  const shares = networkNamespace || privateTmp || valueOf(settings, 'PrivateIPC');
  if (file === null || !(shares || system.rules.ipcNamespaceIsAlwaysOpened)) return null;
  if (isNamespace(system.paths.get(file), 'ipc')) return null;
  return refuse(child, '226/NAMESPACE', 'mount-missing', 'IPCNamespacePath');
}
