import { pathText } from '../sandbox.ts';
import { valueOf } from '../unit.ts';
import { isNamespace } from './isNamespace.ts';
import { refuse, type Child, type Ending } from './child.ts';

/** `open_shareable_ns_path()`. */
export function openNetworkNamespace(child: Child): Ending | null {
  const { sandbox, system } = child;
  const path = valueOf(sandbox.settings, 'NetworkNamespacePath');
  const file = path === null ? null : pathText(path);
  if (file === null || isNamespace(system.paths.get(file), 'net')) return null;
  return refuse(child, '225/NETWORK', 'network-namespace-missing', 'NetworkNamespacePath');
}
