import type { DeviceRule } from '../../model/unit/pathAssignments.ts';
import { pathText } from '../../model/unit/sandbox.ts';
import { valueOf } from '../../model/unit/unit.ts';
import type { JudgedUnit } from './unitRule.ts';

/** What a DeviceAllow= line meant TUN by. */
export interface TunRule {
  readonly rule: DeviceRule;
  /** Whether it is a device that systemd finds; the others allow nothing. */
  readonly exists: boolean;
}

/** The rules of DeviceAllow= that mean TUN, also by a name that is none of its. */
export function tunRules({ reading }: JudgedUnit): readonly TunRule[] {
  return valueOf(reading.settings, 'DeviceAllow').flatMap((rule): readonly TunRule[] => {
    const node = pathText(rule.node) ?? '';
    if (real.has(node)) return [{ rule, exists: true }];
    return mistaken.test(node) ? [{ rule, exists: false }] : [];
  });
}

const real: ReadonlySet<string> = new Set(['/dev/net/tun', '/dev/char/10:200']);

const mistaken = /^(?:char-(?:tun|tap|net)|\/dev\/(?:net\/)?(?:tun|tap)\d*)$/;
