import type { Errno } from '../errno.ts';
import { unknown } from '../evidence.ts';
import { featureTitle, type FeatureId } from '../feature.ts';
import { cannotTell, passes, refuses, type Gate } from '../gate.ts';

const unlooked = unknown('nobody looked', '');

/** A part of the kernel without which the call answers `errno`, whatever the process holds. */
export function needs(
  feature: FeatureId,
  {
    call,
    errno,
    source,
  }: { readonly call: string; readonly errno: Errno; readonly source: string },
): Gate {
  return {
    id: 'feature',
    source,
    check: ({ features }) => {
      const there = features[feature] ?? unlooked;
      const title = featureTitle(feature);
      if (there.kind === 'unknown') {
        return cannotTell(call, `whether this kernel has ${title}: ${there.reason}`);
      }
      const looked = { kind: 'feature', feature, title, source: there.source } as const;
      return there.value ? passes(call, looked) : refuses(call, errno, looked);
    },
  };
}
