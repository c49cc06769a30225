import { unknown, type Evidence } from '../model/evidence.ts';
import { enablingLinks, namesakesOf, networkdEnabled } from '../model/unit/namedPaths.ts';
import type { Manager } from '../model/unit/specifiers.ts';
import { supposedTun } from '../model/unit/supposedSystem.ts';
import type { FoundUnit } from '../model/unit/unitSources.ts';
import type { PathFacts } from '../model/unit/unitSystem.ts';
import { collectPortStart } from './limitsEvidence.ts';
import { collectInterfaces } from './tunEvidence.ts';
import { collectPaths, type UnitTree } from './unitEvidence.ts';

/** What tells which repairs a unit may have, what they must not take, and what their undoing puts back. */
export interface RepairEvidence {
  readonly paths: ReadonlyMap<string, PathFacts>;
  readonly interfaces: Evidence<readonly string[]>;
  readonly portStart: Evidence<number>;
}

/** Only the service of a user has repairs that are more than edits. */
export async function collectForRepairs(
  tree: UnitTree,
  unit: FoundUnit,
  manager: Manager,
): Promise<RepairEvidence> {
  if (manager.scope === 'system') return notForRepairs;
  const looked = [networkdEnabled, ...enablingLinks(unit, manager), ...namesakesOf(unit)];
  const [paths, interfaces, portStart] = await Promise.all([
    collectPaths(tree, looked),
    collectInterfaces(tree.host),
    collectPortStart(tree.host),
  ]);
  return { paths, interfaces, portStart };
}

/** Where nothing may be looked at, or need be. */
export const notForRepairs: RepairEvidence = {
  paths: new Map(),
  interfaces: supposedTun.interfaces,
  portStart: unknown('not looked at', 'what systemd set up'),
};
