import { commandDirectives } from './unitExecution.ts';
import { pathText } from './sandbox.ts';
import type { Resolved } from './specifiers.ts';
import { valueOf, type Settings } from './unit.ts';

/** The programs that the unit’s commands name by their paths. */
export function namedPrograms(settings: Settings): readonly string[] {
  return texts(
    commandDirectives.flatMap((directive) =>
      valueOf(settings, directive).map(({ program }) => program),
    ),
  ).filter((path) => path.startsWith('/'));
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
  const network = valueOf(settings, 'NetworkNamespacePath');
  return texts([
    ...lists.flatMap((directive) => valueOf(settings, directive).map(({ path }) => path)),
    ...valueOf(settings, 'BindPaths').map(({ source }) => source),
    ...(network === null ? [] : [network]),
  ]);
}

function texts(paths: readonly Resolved[]): readonly string[] {
  return [...new Set(paths.map(pathText).filter((path) => path !== null))];
}
