import { CAP_SETGID } from '../../capability.ts';
import { sameIds } from '../../credentials.ts';
import { isMapped } from '../../userNamespace.ts';
import { valueOf } from '../unit.ts';
import { hasEnteredUserNamespace, may, refuse, type Child, type Ending } from './child.ts';

/** `enforce_groups()`, after the PAM session was opened. */
export function setGroups(child: Child): Ending | null {
  const { account, assumptions, changesIds, sandbox, system } = child;
  if (!changesIds) return null;
  const { settings } = sandbox;
  if (valueOf(settings, 'PAMName') !== null) {
    if (system.manager.scope === 'user' && system.rules.sessionGroupsAreSet) {
      return refuse(child, '216/GROUP', 'session-groups', 'PAMName');
    }
    assumptions.push('that the PAM session brings no capability');
  }
  const { gid, groups } = account;
  if (groups !== null && groups.length > 0) {
    if (hasEnteredUserNamespace(child) || !may(child, CAP_SETGID)) {
      return refuse(child, '216/GROUP', 'supplementary-groups', 'SupplementaryGroups');
    }
    child.credentials = { ...child.credentials, groups };
  }
  if (gid === null) return null;
  const { gid: own, userNamespace } = child.credentials;
  const isOwn = [own.real, own.effective, own.saved].includes(gid);
  if (!isMapped(userNamespace.gidMap, gid) || (!may(child, CAP_SETGID) && !isOwn)) {
    const directive = valueOf(settings, 'Group') === null ? 'User' : 'Group';
    return refuse(child, '216/GROUP', 'another-group', directive);
  }
  child.credentials = { ...child.credentials, gid: sameIds(gid) };
  return null;
}
