import { parseCapability } from '../model/capability.ts';
import { emptySet, setOf, type CapabilitySet } from '../model/capabilitySet.ts';
import { UsageError } from './usage.ts';

/** @throws {UsageError} where a list such as `net_admin,net_raw` names something else */
export function capabilityList(lists: readonly string[]): CapabilitySet {
  return lists
    .flatMap((list) => list.split(','))
    .reduce((set, name) => {
      const capability = parseCapability(name);
      if (capability === null) {
        throw new UsageError(`there is no capability ${JSON.stringify(name)}; capabilities(7)`);
      }
      return set | setOf(capability);
    }, emptySet);
}
