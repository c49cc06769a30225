import { CAP_SETGID } from '../../capability.ts';
import { findGroup, findUser, groupsOf, type Lookup } from '../accounts.ts';
import type { Resolved } from '../specifiers.ts';
import { valueOf } from '../unit.ts';
import type { UnitSystem } from '../unitSystem.ts';
import { may, refuse, type Account, type Child, type Ending } from './child.ts';

/** The first id that DynamicUser= gives away. */
const firstDynamicId = 61184;

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

function findDynamic(child: Child): Ending | null {
  const { sandbox, system } = child;
  if (system.manager.scope === 'user') {
    return refuse(child, '217/USER', 'unknown-user', 'DynamicUser');
  }
  const userSetting = valueOf(sandbox.settings, 'User');
  const groupSetting = valueOf(sandbox.settings, 'Group');
  let [uid, gid] = [firstDynamicId, firstDynamicId];
  const fixed = userSetting === null ? null : find(findUser, userSetting, system);
  if (fixed?.kind === 'found') ({ uid, gid } = fixed.account);
  const group = groupSetting === null ? null : find(findGroup, groupSetting, system);
  const number = Number(groupSetting === null ? NaN : nameText(groupSetting));
  if (group?.kind === 'found') ({ gid } = group.account);
  else if (Number.isInteger(number)) gid = number;
  const user = userSetting === null ? 'a dynamic user' : (nameText(userSetting) ?? 'a user');
  child.account = { ...child.account, user, uid, gid };
  return null;
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
