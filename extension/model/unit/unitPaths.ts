import type { Manager } from './specifiers.ts';

/**
 * Where a manager looks for units, the first directory first (systemd.unit(5), “Unit File Load
 * Path”; `lookup_paths_init()`).
 */
export function unitPaths(manager: Manager): readonly string[] {
  return manager.scope === 'system'
    ? systemPaths
    : userPaths(manager.home, manager.runtimeDirectory);
}

const systemPaths: readonly string[] = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/etc/systemd/system',
  '/etc/systemd/system.attached',
  '/run/systemd/system',
  '/run/systemd/system.attached',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
  '/run/systemd/generator.late',
];

function userPaths(home: string, runtime: string): readonly string[] {
  return [
    `${home}/.config/systemd/user.control`,
    `${runtime}/systemd/user.control`,
    `${runtime}/systemd/transient`,
    `${runtime}/systemd/generator.early`,
    `${home}/.config/systemd/user`,
    '/etc/xdg/systemd/user',
    '/etc/systemd/user',
    `${runtime}/systemd/user`,
    '/run/systemd/user',
    `${runtime}/systemd/generator`,
    `${home}/.local/share/systemd/user`,
    '/usr/local/share/systemd/user',
    '/usr/share/systemd/user',
    '/usr/local/lib/systemd/user',
    '/usr/lib/systemd/user',
    `${runtime}/systemd/generator.late`,
  ];
}
