import { CAP_SETPCAP, CAP_SYS_ADMIN } from '../../capability.ts';
import { emptySet, has, setOf, without } from '../../capabilitySet.ts';
import { referenceTo } from '../unitReason.ts';
import { boundingDirective, boundingOf, dropAll, dropBounding } from './boundingSet.ts';
import type { Child } from './child.ts';

/** Gives up what was kept to load the filters with, now that they are loaded. */
export function dropKeptPrivileges(child: Child): null {
  const { keepsPrivileges, reasons, sandbox, sandboxed, system } = child;
  if (!sandboxed) return null;
  const { settings } = sandbox;
  const bounding = boundingOf(settings);
  if (keepsPrivileges) {
    child.credentials = dropBounding(child.credentials, bounding);
    const kept = [CAP_SYS_ADMIN, CAP_SETPCAP].filter((each) => !has(bounding, each));
    child.credentials = dropAll(child.credentials, setOf(...kept));
  }
  const lost = without(system.credentials.bounding, bounding);
  if (lost !== emptySet) {
    const setting = referenceTo(settings, boundingDirective(settings));
    reasons.push({ rule: 'unit-bounds', lost, setting });
  }
  return null;
}
