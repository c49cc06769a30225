import { commandDirectives } from './unitExecution.ts';
import { tunDevicePath } from '../tunDevice.ts';
import { machinePath } from './mountView.ts';
import { pathText, rootOf } from './sandbox.ts';
import type { Resolved, UserManager } from './specifiers.ts';
import { valueOf, type Settings } from './unit.ts';
import { formatUnitName } from './unitName.ts';
import type { FoundUnit } from './unitSources.ts';
import { unitPaths } from './unitPaths.ts';
import { assignmentsTo } from './unitWants.ts';

/** Where on the machine the programs lie that the unit’s commands name by their paths. */
export function namedPrograms(settings: Settings): readonly string[] {
  const root = rootOf(settings);
  const named = texts(
    commandDirectives.flatMap((directive) =>
      valueOf(settings, directive).map(({ program }) => program),
    ),
  ).filter((path) => path.startsWith('/'));
  // Before chroot(2) they are looked for outside.
  return root === '' ? named : [...named, ...named.map((path) => machinePath(root, path))];
}

/** The paths whose being there decides whether the unit’s namespaces can be set up. */
export function namedPaths(settings: Settings): readonly string[] {
  const lists = [
    'ReadWritePaths',
    'ReadOnlyPaths',
    'InaccessiblePaths',
    'ExecPaths',
    'NoExecPaths',
  ] as const;
  const namespaces = ['NetworkNamespacePath', 'IPCNamespacePath', 'UserNamespacePath'] as const;
  const root = rootOf(settings);
  const listed = lists.flatMap((directive) => valueOf(settings, directive));
  const outside = texts([
    ...listed.filter(({ belowRoot }) => root === '' || !belowRoot).map(({ path }) => path),
    ...valueOf(settings, 'BindPaths').map(({ source }) => source),
    ...namespaces.map((each) => valueOf(settings, each)).filter((path) => path !== null),
  ]);
  if (root === '') return outside;
  const inside = texts([
    ...listed.filter(({ belowRoot }) => belowRoot).map(({ path }) => path),
    ...valueOf(settings, 'BindPaths').map(({ destination }) => destination),
    ...valueOf(settings, 'TemporaryFileSystem').map(({ path }) => path),
  ]);
  const below = [...inside, '/dev', '/run', tunDevicePath];
  return [...outside, root, ...below.map((path) => machinePath(root, path))];
}

/** There while systemd-networkd is enabled (`systemctl enable`). */
export const networkdEnabled =
  '/etc/systemd/system/multi-user.target.wants/systemd-networkd.service';

/** What `systemctl --user enable` makes for the unit, of which any one being there says that it is enabled. */
export function enablingLinks(unit: FoundUnit, { home }: UserManager): readonly string[] {
  const name = formatUnitName(unit.asked);
  const links = Object.entries(dependencyFolders).flatMap(([key, suffix]) =>
    assignmentsTo(unit, 'Install', key)
      .flatMap(({ value }) => value.text.split(/\s+/))
      .filter((target) => target !== '')
      .map((target) => `${home}/.config/systemd/user/${target}.${suffix}/${name}`),
  );
  return [...new Set(links)];
}

/** Where a unit of the system manager by the name of the unit’s file would lie. */
export function namesakesOf({ fragment: { path } }: FoundUnit): readonly string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return unitPaths({ scope: 'system' }).map((folder) => `${folder}/${name}`);
}

/** systemd.unit(5), “[Install] Section Options”. */
const dependencyFolders = { WantedBy: 'wants', RequiredBy: 'requires', UpheldBy: 'upholds' };

function texts(paths: readonly Resolved[]): readonly string[] {
  return [...new Set(paths.map(pathText).filter((path) => path !== null))];
}
