import { valueOf } from '../unit.ts';
import { refuse, type Child, type Ending } from './child.ts';

/**
 * `cg_set_access()`: with Delegate= the control group is given to the unit’s user and group. Its owner
 * may give it to any group that the manager is in (chown(2)).
 */
export function delegateControlGroup(child: Child): Ending | null {
  const { account, credentials, sandbox, system } = child;
  const { manager, rules } = system;
  if (!valueOf(sandbox.settings, 'Delegate') || manager.scope === 'system') return null;
  const { uid, gid, groups } = credentials;
  if (account.uid === null && !rules.groupAloneIsDelegatedTo) return null;
  const group = account.gid ?? gid.real;
  const mayGive = group === gid.real || groups.includes(group);
  if ((account.uid ?? uid.real) === uid.real && mayGive) return null;
  return refuse(child, '219/CGROUP', 'control-group-of-another-user', 'Delegate');
}
