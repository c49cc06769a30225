import { findGroup, findUser, type Accounts, type Lookup } from '../unit/accounts.ts';
import type { SystemdRules } from '../unit/systemdRules.ts';

/**
 * The user id that User= of [Tun] or [Tap] leads to: `get_user_creds()` with USER_CREDS_ALLOW_MISSING, by which a
 * number needs no entry; later `userdb_by_name()`, by which it does.
 */
export function findOwner(accounts: Accounts, text: string, rules: SystemdRules): Lookup<number> {
  const id = rules.unknownOwnerIsLeftOut ? null : idOf(text);
  if (id !== null) return { kind: 'found', account: id };
  const user = findUser(accounts, text);
  if (user.kind === 'found') return { kind: 'found', account: user.account.uid };
  return isNoName(text) ? { kind: 'missing' } : user;
}

/** The group id that Group= of [Tun] or [Tap] leads to, in the same way. */
export function findOwnerGroup(
  accounts: Accounts,
  text: string,
  rules: SystemdRules,
): Lookup<number> {
  const id = rules.unknownOwnerIsLeftOut ? null : idOf(text);
  if (id !== null) return { kind: 'found', account: id };
  const group = findGroup(accounts, text);
  if (group.kind === 'found') return { kind: 'found', account: group.account.gid };
  return isNoName(text) ? { kind: 'missing' } : group;
}

/** `parse_uid()`: digits without a leading zero, and neither of the two that mean none. */
function idOf(text: string): number | null {
  const id = /^(?:0|[1-9]\d*)$/.test(text) ? Number(text) : NaN;
  return id < 0xffff_ffff && id !== 0xffff ? id : null;
}

/** Whether no source of names has the text, whichever is asked: no number, a specifier, a comment, a colon. */
function isNoName(text: string): boolean {
  return /^[+-]\d+$|^0\d+$|^%|:|\s[#;]/.test(text) || (/^\d+$/.test(text) && idOf(text) === null);
}
