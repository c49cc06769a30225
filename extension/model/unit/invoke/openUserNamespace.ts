import { pathText } from '../sandbox.ts';
import { valueOf } from '../unit.ts';
import { isNamespace } from './isNamespace.ts';
import { refuse, type Child, type Ending } from './child.ts';

/** `open_shareable_ns_path()`, before the other namespaces are looked for. */
export function openUserNamespace(child: Child): Ending | null {
  const { sandbox, system } = child;
  const path = valueOf(sandbox.settings, 'UserNamespacePath');
  const file = path === null ? null : pathText(path);
  if (file === null || isNamespace(system.paths.get(file), 'user')) return null;
  return refuse(child, '226/NAMESPACE', 'mount-missing', 'UserNamespacePath');
}
