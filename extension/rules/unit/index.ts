import { ambientCapabilitiesInUserUnit } from './ambient-capabilities-in-user-unit.ts';
import { ambientOutsideBoundingSet } from './ambient-outside-bounding-set.ts';
import { ambientRedundantForRoot } from './ambient-redundant-for-root.ts';
import { boundingSetInUserUnit } from './bounding-set-in-user-unit.ts';
import { capabilitiesSettingRemoved } from './capabilities-setting-removed.ts';
import { dynamicUserInUserUnit } from './dynamic-user-in-user-unit.ts';
import { fileCapabilitiesClearAmbient } from './file-capabilities-clear-ambient.ts';
import { fileCapabilityOutsideUnitBoundingSet } from './file-capability-outside-unit-bounding-set.ts';
import { filtersDropFileCapabilities } from './filters-drop-file-capabilities.ts';
import { groupInUserUnit } from './group-in-user-unit.ts';
import { instanceSpecifierOutsideTemplate } from './instance-specifier-outside-template.ts';
import { mountsDropFileCapabilities } from './mounts-drop-file-capabilities.ts';
import { noNewPrivsDropsFileCapabilities } from './no-new-privs-drops-file-capabilities.ts';
import { permissionsStartOnly } from './permissions-start-only.ts';
import { secureBitsInUserUnit } from './secure-bits-in-user-unit.ts';
import { supplementaryGroupsInUserUnit } from './supplementary-groups-in-user-unit.ts';
import { unitLineNotRead } from './unit-line-not-read.ts';
import { unknownCapabilityName } from './unknown-capability-name.ts';
import { unknownGroup } from './unknown-group.ts';
import { unknownUser } from './unknown-user.ts';
import { userInUserUnit } from './user-in-user-unit.ts';
import { userWithoutAmbientCapabilities } from './user-without-ambient-capabilities.ts';
import type { UnitRule } from './unitRule.ts';

/** Every rule about units. A test says which file is missing here. */
export const unitRules: readonly UnitRule[] = [
  ambientCapabilitiesInUserUnit,
  ambientOutsideBoundingSet,
  ambientRedundantForRoot,
  boundingSetInUserUnit,
  capabilitiesSettingRemoved,
  dynamicUserInUserUnit,
  fileCapabilitiesClearAmbient,
  fileCapabilityOutsideUnitBoundingSet,
  filtersDropFileCapabilities,
  groupInUserUnit,
  instanceSpecifierOutsideTemplate,
  mountsDropFileCapabilities,
  noNewPrivsDropsFileCapabilities,
  permissionsStartOnly,
  secureBitsInUserUnit,
  supplementaryGroupsInUserUnit,
  unitLineNotRead,
  unknownCapabilityName,
  unknownGroup,
  unknownUser,
  userInUserUnit,
  userWithoutAmbientCapabilities,
];

/** Null for an id that no rule about units has. */
export function findUnitRule(id: string): UnitRule | null {
  return unitRules.find((rule) => rule.id === id) ?? null;
}
