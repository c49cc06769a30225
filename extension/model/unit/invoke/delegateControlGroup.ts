import { valueOf } from '../unit.ts';
import { refuse, type Child, type Ending } from './child.ts';

/** `cg_set_access()`: with Delegate= the control group is given to the unit’s user and group. */
export function delegateControlGroup(child: Child): Ending | null {
  const { account, credentials, sandbox, system } = child;
  const { manager, rules } = system;
  if (!valueOf(sandbox.settings, 'Delegate') || manager.scope === 'system') return null;
  const { uid, gid } = credentials;
  if (account.uid === null && !rules.groupAloneIsDelegatedTo) return null;
  const isOwn = (account.uid ?? uid.real) === uid.real && (account.gid ?? gid.real) === gid.real;
  if (isOwn) return null;
  return refuse(child, '219/CGROUP', 'control-group-of-another-user', 'Delegate');
}
