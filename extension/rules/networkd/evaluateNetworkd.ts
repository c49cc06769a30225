import { filesOf } from '../../model/unit/unitSources.ts';
import { ignoreOfNothing } from '../unit/ignore-of-nothing.ts';
import { ignoreOfUnknownRule } from '../unit/ignore-of-unknown-rule.ts';
import { ignoreWithoutReason } from '../unit/ignore-without-reason.ts';
import { heardFindings, type UnitFindings } from '../unit/ignoredBy.ts';
import { networkdRules } from './index.ts';
import type { JudgedNetworkd } from './networkdRule.ts';

/** What all rules say of a file of systemd-networkd, in the order of its drop-ins and their lines. */
export function findingsOfNetworkd(judged: JudgedNetworkd): UnitFindings {
  const { file, ignoreComments } = judged;
  const found = networkdRules.flatMap((rule) => rule.check(judged));
  const ofComments = rulesOfComments.flatMap((rule) =>
    rule.check({ unit: file, ignoreComments }, { ids, findings: found }),
  );
  return heardFindings(filesOf(file), ignoreComments, [...found, ...ofComments]);
}

const rulesOfComments = [ignoreOfNothing, ignoreOfUnknownRule, ignoreWithoutReason];
const ids: ReadonlySet<string> = new Set(
  [...networkdRules, ...rulesOfComments].map(({ id }) => id),
);
