import { valueOf } from '../unit.ts';
import { refuse, type Child, type Ending } from './child.ts';

/** `setup_pam()`: of another user only root may open one. What PAM makes of it otherwise is not known here. */
export function openSession(child: Child): Ending | null {
  const { account, changesIds, credentials, sandbox, system } = child;
  if (!changesIds || valueOf(sandbox.settings, 'PAMName') === null) return null;
  const own = credentials.uid.real;
  if (system.manager.scope === 'system' || account.uid === null || account.uid === own) return null;
  return refuse(child, '224/PAM', 'session-of-another-user', 'PAMName');
}
