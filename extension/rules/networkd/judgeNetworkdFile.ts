import { ignoreComments } from '../../model/unit/ignoreComment.ts';
import { filesOf } from '../../model/unit/unitSources.ts';
import { judgeNetworkd, type Networkd } from '../../model/networkd/networkd.ts';
import type { FoundNetworkdFile } from '../../model/networkd/networkdSources.ts';
import type { JudgedNetworkd } from './networkdRule.ts';

/** Judges one of the files that are read together, for all rules. */
export function judgeNetworkdFile(
  given: Pick<JudgedNetworkd, 'file' | 'files' | 'accounts' | 'machine' | 'installed' | 'rules'>,
): JudgedNetworkd {
  const { file, files, accounts, machine, rules } = given;
  const networkd = judgeNetworkd(files, accounts, machine, rules);
  const comments = filesOf(file).flatMap(ignoreComments);
  return { ...given, subject: subjectOf(file, networkd), networkd, ignoreComments: comments };
}

function subjectOf(
  file: FoundNetworkdFile,
  { netdevs, networks }: Networkd,
): JudgedNetworkd['subject'] {
  const judged = netdevs.find(({ netdev }) => netdev.file === file);
  if (judged !== undefined) return { type: 'netdev', ...judged };
  const network = networks.find((each) => each.file === file);
  if (network !== undefined) return { type: 'network', network };
  throw new RangeError(`${file.name} is not one of the files that are read`);
}
