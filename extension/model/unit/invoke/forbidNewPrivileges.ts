import { CAP_SYS_ADMIN } from '../../capability.ts';
import { referenceTo } from '../unitReason.ts';
import { may, type Child } from './child.ts';

/** prctl(PR_SET_NO_NEW_PRIVS): asked for, or because the seccomp filters cannot be loaded without it. */
export function forbidNewPrivileges(child: Child): null {
  const { reasons, sandbox, sandboxed } = child;
  const { filters, noNewPrivileges, noNewPrivilegesBy, settings } = sandbox;
  const [filter] = filters;
  if (!sandboxed) return null;
  if (noNewPrivileges) {
    const setting = referenceTo(settings, noNewPrivilegesBy);
    reasons.push({ rule: 'unit-no-new-privs', cause: 'asked', setting });
  } else if (filter !== undefined && !may(child, CAP_SYS_ADMIN)) {
    const setting = referenceTo(settings, filter);
    reasons.push({ rule: 'unit-no-new-privs', cause: 'filters', setting });
  } else return null;
  child.credentials = { ...child.credentials, noNewPrivs: true };
  return null;
}
