import { emptySet, type CapabilitySet } from '../../model/capabilitySet.ts';
import { decodeFileCapability } from '../../model/fileCapability.ts';

/** What an attribute `security.capability` grants; null for nothing. */
export function permittedBy(attribute: Uint8Array): CapabilitySet | null {
  const decoded = decodeFileCapability(attribute);
  const permitted = 'permitted' in decoded ? decoded.permitted : emptySet;
  return permitted === emptySet ? null : permitted;
}
