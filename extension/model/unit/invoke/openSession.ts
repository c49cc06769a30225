import { CAP_WAKE_ALARM } from '../../capability.ts';
import { setOf } from '../../capabilitySet.ts';
import { isRegularUser } from '../accounts.ts';
import { valueOf } from '../unit.ts';
import { cannotTell, refuse, type Child, type Ending } from './child.ts';

/**
 * `setup_pam()`: of another user only root may open one. Of what PAM makes of it, only what systemd’s own
 * module does is known here.
 */
export function openSession(child: Child): Ending | null {
  const { account, changesIds, credentials, sandbox, system } = child;
  const service = valueOf(sandbox.settings, 'PAMName');
  if (!changesIds || service === null || account.user === null) return null;
  if (system.manager.scope === 'user') {
    const isOwn = account.uid === null || account.uid === credentials.uid.real;
    return isOwn ? null : refuse(child, '224/PAM', 'session-of-another-user', 'PAMName');
  }
  const { users, complete } = system.accounts;
  // PAM is asked for the user by the name, also where that is a number.
  if (sandbox.dynamicUser && !users.some(({ name }) => name === account.user)) {
    if (!complete) return cannotTell(child, 'whether PAM finds the dynamic user');
    return refuse(child, '224/PAM', 'session-of-unknown-user', 'PAMName');
  }
  const ofManager = service.kind === 'text' && service.text === 'systemd-user';
  if (
    ofManager &&
    system.rules.sessionOfManagerWakes &&
    account.uid !== null &&
    isRegularUser(account.uid)
  ) {
    child.ambient |= setOf(CAP_WAKE_ALARM);
  }
  return null;
}
