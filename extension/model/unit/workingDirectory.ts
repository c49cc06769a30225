import { findUser, type Accounts } from './accounts.ts';
import { pathText } from './sandbox.ts';
import type { Manager } from './specifiers.ts';
import { valueOf, type Settings } from './unit.ts';

/** Whether it is the home of User=, or of the manager’s own user. */
export function beginsAtHome(settings: Settings): boolean {
  const directory = valueOf(settings, 'WorkingDirectory');
  return directory !== null && pathText(directory.path) === '~';
}

/** Where the unit’s commands have to be able to begin; null where nothing is asked, or it is not known. */
export function workingDirectory(
  settings: Settings,
  manager: Manager,
  accounts: Accounts,
): string | null {
  const directory = valueOf(settings, 'WorkingDirectory');
  if (directory === null || directory.optional) return null;
  if (!beginsAtHome(settings)) return pathText(directory.path);
  // Of DynamicUser= only commands as the manager’s own user have a home: that user’s.
  const user = valueOf(settings, 'DynamicUser') ? null : valueOf(settings, 'User');
  if (user === null) return manager.scope === 'user' ? manager.home : '/root';
  const name = pathText(user);
  const found = name === null ? null : findUser(accounts, name);
  return found?.kind === 'found' ? found.account.home : null;
}
