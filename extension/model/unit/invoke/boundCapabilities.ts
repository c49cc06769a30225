import { CAP_SETPCAP, CAP_SYS_ADMIN } from '../../capability.ts';
import { emptySet, has, isSubset, setOf, without } from '../../capabilitySet.ts';
import { allowsDroppingPrivileges } from '../systemCalls.ts';
import { valueOf } from '../unit.ts';
import { referenceTo } from '../unitReason.ts';
import { raiseAmbient } from './ambientSet.ts';
import { boundingDirective, boundingOf, dropBounding } from './boundingSet.ts';
import { hasEnteredUserNamespace, refuse, type Child, type Ending } from './child.ts';

/** `capability_bounding_set_drop()`, and the first `capability_ambient_set_apply()`. */
export function boundCapabilities(child: Child): Ending | null {
  const { account, changesIds, sandbox, sandboxed, system } = child;
  if (!sandboxed) return null;
  const { settings, filters } = sandbox;
  child.keepsPrivileges =
    system.rules.filtersLoadWithPrivilege &&
    changesIds &&
    account.uid !== null &&
    filters.length > 0 &&
    allowsDroppingPrivileges(valueOf(settings, 'SystemCallFilter'));
  const bounding = boundingOf(settings);
  const kept = child.keepsPrivileges ? bounding | setOf(CAP_SYS_ADMIN, CAP_SETPCAP) : bounding;
  if (without(child.credentials.bounding, kept) !== emptySet) {
    if (!has(child.credentials.permitted, CAP_SETPCAP)) {
      const directive = boundingDirective(settings);
      return refuse(child, '218/CAPABILITIES', 'bounding-set-not-permitted', directive);
    }
    child.credentials = dropBounding(child.credentials, kept);
  }
  return inheritAmbient(child);
}

/** What is to be ambient has to be inheritable; what is not in the bounding set is left out without a word. */
function inheritAmbient(child: Child): Ending | null {
  const { ambient: requested, credentials, kernel, reasons, sandbox, system } = child;
  const { rules, manager } = system;
  if (requested === emptySet && !rules.emptyAmbientClearsInheritable) return null;
  const raised = requested & credentials.bounding;
  const setting = referenceTo(sandbox.settings, 'AmbientCapabilities');
  const ofSetting = valueOf(sandbox.settings, 'AmbientCapabilities');
  const missing = without(ofSetting & kernel.validCapabilities, raised);
  const asked = setting.origins.length > 0 && missing !== kernel.validCapabilities;
  if (missing !== emptySet && asked) {
    reasons.push({ rule: 'unit-ambient-outside-bounding-set', missing, setting });
  }
  const allowed = credentials.permitted | credentials.inheritable;
  const lostOnTheWay =
    rules.ambientOfManagerIsLost && manager.scope === 'user' && !hasEnteredUserNamespace(child);
  if (raised !== emptySet && (!isSubset(raised, allowed) || lostOnTheWay)) {
    return refuse(child, '218/CAPABILITIES', 'ambient-not-permitted', 'AmbientCapabilities');
  }
  child.credentials = { ...credentials, inheritable: raised };
  const session = referenceTo(sandbox.settings, 'PAMName');
  for (const [capabilities, by] of [
    [raised & ofSetting, setting],
    [without(raised, ofSetting), session],
  ] as const) {
    if (capabilities === emptySet) continue;
    reasons.push({ rule: 'unit-raises-ambient', capabilities, setting: by });
  }
  return raiseAmbient(child);
}
