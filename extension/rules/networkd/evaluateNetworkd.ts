import { filesOf } from '../../model/unit/unitSources.ts';
import { heardFindings, type UnitFindings } from '../unit/ignoredBy.ts';
import { networkdRules } from './index.ts';
import type { JudgedNetworkd } from './networkdRule.ts';

/** What all rules say of a file of systemd-networkd, in the order of its drop-ins and their lines. */
export function findingsOfNetworkd(judged: JudgedNetworkd): UnitFindings {
  const found = networkdRules.flatMap((rule) => rule.check(judged));
  return heardFindings(filesOf(judged.file), judged.ignoreComments, found);
}
