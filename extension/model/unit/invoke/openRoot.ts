import { refuse, type Child, type Ending } from './child.ts';

/** RootDirectory=, which newer releases open before they know how it is entered. */
export function openRoot(child: Child): Ending | null {
  const { sandbox, system } = child;
  if (!system.rules.rootIsOpenedFirst || isDirectory(child, sandbox.root)) return null;
  return refuse(child, '226/NAMESPACE', 'mount-missing', 'RootDirectory');
}

/** As far as it was looked at. */
export function isDirectory({ system }: Child, path: string): boolean {
  const facts = system.paths.get(path);
  return facts === undefined || facts.kind === 'directory';
}
