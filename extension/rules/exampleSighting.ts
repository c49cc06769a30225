import { CAP_NET_ADMIN } from '../model/capability.ts';
import { emptySet, setOf } from '../model/capabilitySet.ts';
import { encodeFileCapability } from '../model/fileCapability.ts';
import type { FileStamp, Sighting } from '../model/sighting.ts';
import { exampleStamp } from './exampleSystem.ts';

/** The made-up program as it was with `cap_net_admin=ep`; `change` is in what its stamp differs from now. */
export function exampleSighting(change: Partial<FileStamp>): Sighting {
  return {
    capability: encodeFileCapability({
      permitted: setOf(CAP_NET_ADMIN),
      inheritable: emptySet,
      effective: true,
      rootId: 0,
    }),
    stamp: { ...exampleStamp, ...change },
  };
}
