import { applyFix } from '../fixes/fix.ts';
import { logInAgain, missingGroups } from '../fixes/groupFixes.ts';
import { judgePath } from '../model/judge.ts';
import { launcherOn } from '../model/launchPath.ts';
import type { AccountGroup, System } from '../model/system.ts';
import { refusalAt, type Denial } from './denial.ts';

/**
 * The group without which a gate refuses, where the user is in it by the database and the session
 * that starts the program is not; null where no such group changes the answer of that gate.
 */
export function groupMissingInSession(system: System, denial: Denial): AccountGroup | null {
  const { path, operation } = denial;
  const refusal = refusalAt(denial, 'device-node-permission', 'tun-owner', 'ping-group-range');
  if (refusal === null) return null;
  const lets = (group: AccountGroup): boolean => {
    const inGroup = applyFix(system, logInAgain(group));
    const then = judgePath(path, inGroup, [operation]).verdicts[0]?.verdict;
    if (then?.kind !== 'denied') return true;
    return then.refusal.rule !== 'gate' || then.refusal.gate !== refusal.gate;
  };
  return missingGroups(launcherOn(path, system)).find(lets) ?? null;
}
