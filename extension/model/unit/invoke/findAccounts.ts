import { CAP_SETGID } from '../../capability.ts';
import {
  dynamicIds,
  findGroup,
  findUser,
  groupsOf,
  isDynamicId,
  type Lookup,
} from '../accounts.ts';
import { isStrictName } from '../names.ts';
import type { Resolved } from '../specifiers.ts';
import { valueOf } from '../unit.ts';
import type { UnitSystem } from '../unitSystem.ts';
import { may, refuse, type Account, type Child, type Ending } from './child.ts';

/** They stand for those that a name without an entry gets. */
const newUser = { uid: dynamicIds.first, gid: dynamicIds.first };
const newGroup = dynamicIds.first + 1;

/** What stands for the id of a user that is not known here. */
const standInId = 61183;

/**
 * `get_fixed_user()`, `get_fixed_group()`, `get_supplementary_groups()`: asked for every command,
 * whatever its prefix.
 */
export function findAccounts(child: Child): Ending | null {
  const ending = child.sandbox.dynamicUser ? findDynamic(child) : findFixed(child);
  return ending ?? findSupplementary(child);
}

/**
 * `dynamic_creds_realize()`: who is known by the name keeps the ids, a number stands for itself, and
 * any other name gets an id of its own.
 */
function findDynamic(child: Child): Ending | null {
  const { sandbox, system } = child;
  const userSetting = valueOf(sandbox.settings, 'User');
  const groupSetting = valueOf(sandbox.settings, 'Group');
  const user = userSetting === null ? nameOfUnit(child) : nameText(userSetting);
  const group = groupSetting === null ? null : nameText(groupSetting);
  for (const [name, directive] of [
    [user, 'User'],
    [group, 'Group'],
  ] as const) {
    if (name === null || isNumber(name) || isStrictName(name)) continue;
    return refuse(child, 'resources', 'name-of-no-dynamic-user', directive);
  }
  if (system.manager.scope === 'user') {
    return refuse(child, '217/USER', 'unknown-user', 'DynamicUser');
  }
  const found = user === null ? newUser : dynamicUser(child, user);
  if (found === null) {
    const directive = userSetting === null ? 'DynamicUser' : 'User';
    return refuse(child, '217/USER', 'unknown-user', directive);
  }
  const gid = group === null || group === user ? found.gid : dynamicGroup(child, group);
  if (gid === null) return refuse(child, '217/USER', 'unknown-group', 'Group');
  const isNamed = userSetting !== null || found !== newUser;
  const name = isNamed ? (user ?? 'a user') : 'a dynamic user';
  child.account = { ...child.account, user: name, uid: found.uid, gid };
  return null;
}

/**
 * `user_from_unit_name()`: what stands before the unit’s instance or type; null where that is no name by
 * `valid_user_group_name()`, and one that nobody has takes its place.
 */
function nameOfUnit({ unit: { prefix } }: Child): string | null {
  return isStrictName(prefix) ? prefix : null;
}

/** Null where it cannot be: the name is that of a group alone, or the number that of nobody. */
function dynamicUser(
  { first, assumptions, system: { accounts } }: Child,
  name: string,
): { readonly uid: number; readonly gid: number } | null {
  const found = findUser(accounts, name);
  if (isNumber(name)) {
    const id = Number(name);
    const itself = { uid: id, gid: id };
    if (isDynamicId(id)) return itself;
    if (first && found.kind !== 'found') {
      assumptions.push(`that no other unit runs as the dynamic user ${name}`);
    }
    if (first || found.kind === 'unseen') return itself;
    // Only later commands ask for the entry that a number has: it is kept as if it had been found by name.
    return found.kind === 'found' ? found.account : null;
  }
  if (found.kind === 'found') return found.account;
  return findGroup(accounts, name).kind === 'found' ? null : newUser;
}

/** Null where the name is that of a user alone. */
function dynamicGroup({ system: { accounts } }: Child, name: string): number | null {
  if (isNumber(name)) return Number(name);
  const found = findGroup(accounts, name);
  if (found.kind === 'found') return found.account.gid;
  return findUser(accounts, name).kind === 'found' ? null : newGroup;
}

function findFixed(child: Child): Ending | null {
  const { command, sandbox, system, assumptions } = child;
  const opensSession = valueOf(sandbox.settings, 'PAMName') !== null;
  const userSetting = valueOf(sandbox.settings, 'User');
  const groupSetting = valueOf(sandbox.settings, 'Group');
  let { user, uid, gid }: Account = child.account;
  if (userSetting !== null) {
    const found = find(findUser, userSetting, system);
    user = nameText(userSetting) ?? '';
    if (found.kind === 'missing') return refuse(child, '217/USER', 'unknown-user', 'User');
    if (found.kind === 'unseen') {
      assumptions.push(`that there is an ordinary user ${JSON.stringify(user)}`);
      uid = standInId;
      gid = standInId;
    } else {
      ({ uid, gid } = found.account);
      user = found.account.name;
    }
  }
  const ownIsMeant = command.shell || (opensSession && system.rules.sessionIsOfOwnUser);
  if (userSetting === null && ownIsMeant) {
    // The shell, or the session, is that of the manager’s own user, which counts as if it were named.
    user = 'the manager’s user';
    uid = system.credentials.uid.real;
    gid = system.credentials.gid.real;
  }
  if (groupSetting !== null) {
    const found = find(findGroup, groupSetting, system);
    if (found.kind === 'missing') return refuse(child, '216/GROUP', 'unknown-group', 'Group');
    if (found.kind === 'unseen') {
      assumptions.push(`that there is a group ${JSON.stringify(nameText(groupSetting))}`);
      gid = standInId;
    } else ({ gid } = found.account);
  }
  child.account = { ...child.account, user, uid, gid };
  return null;
}

function findSupplementary(child: Child): Ending | null {
  const { sandbox, system, assumptions } = child;
  const { accounts, rules } = system;
  const { user, gid } = child.account;
  let keepsGroups = false;
  if (user !== null && gid !== null && gid !== 0) {
    if (may(child, CAP_SETGID)) {
      const groups = groupsOf(accounts, user, gid);
      child.credentials = { ...child.credentials, groups };
    } else if (!rules.ownUserIsTolerated || gid !== child.credentials.gid.real) {
      const directive = valueOf(sandbox.settings, 'User') === null ? 'Group' : 'User';
      return refuse(child, '216/GROUP', 'groups-of-another-user', directive);
    }
    keepsGroups = true;
  }
  const supplementary = valueOf(sandbox.settings, 'SupplementaryGroups');
  if (supplementary.length === 0) return null;
  const all = keepsGroups ? [...groupsOf(accounts, user ?? '', gid ?? 0)] : [];
  for (const each of supplementary) {
    const found = find(findGroup, each, system);
    if (found.kind === 'missing') {
      return refuse(child, '216/GROUP', 'unknown-group', 'SupplementaryGroups');
    }
    if (found.kind === 'unseen') {
      assumptions.push(`that there is a group ${JSON.stringify(nameText(each))}`);
    } else all.push(found.account.gid);
  }
  child.account = { ...child.account, groups: [...new Set(all)] };
  return null;
}

function find<T>(
  by: (accounts: UnitSystem['accounts'], name: string) => Lookup<T>,
  name: Resolved,
  { accounts }: UnitSystem,
): Lookup<T> {
  const text = nameText(name);
  return text === null ? { kind: 'unseen' } : by(accounts, text);
}

function nameText(name: Resolved): string | null {
  return name.kind === 'text' ? name.text : null;
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name);
}
