import type { OperationId } from './operations.ts';
import type { Wanted } from './systemCall.ts';

type Request = readonly [pattern: RegExp, operation: OperationId];

/** By the message’s type and flags, as strace(1) writes `struct nlmsghdr`; the first that fits. */
const requests: readonly Request[] = [
  [/\bRTM_NEWLINK\b.*\bNLM_F_CREATE\b/, 'netlink.link-create'],
  [/\bRTM_(?:NEW|DEL|SET)LINK\b/, 'netlink.write'],
  [/\bRTM_(?:NEW|DEL)ADDR\b/, 'netlink.address'],
  [/\bRTM_(?:NEW|DEL)(?:ROUTE|NEXTHOP)\b/, 'netlink.route'],
  [/\bRTM_(?:NEW|DEL)RULE\b/, 'netlink.rule'],
  [/\bRTM_(?:NEW|DEL)NEIGH\b/, 'netlink.neighbour'],
  [/\bRTM_(?:NEW|DEL)(?:QDISC|TCLASS|TFILTER|CHAIN)\b/, 'netlink.queueing'],
  [/\bRTM_(?:NEW|DEL)NSID\b/, 'netlink.namespace-id'],
  [/\bSOCK_DESTROY\b/, 'netlink.socket-destroy'],
  [/\bNFT_MSG_GET\w*/, 'nft.read'],
  [/\b(?:NFT_MSG_\w+|NFNL_MSG_BATCH_BEGIN)\b/, 'nft.write'],
  [/\bNFNL_SUBSYS_CTNETLINK\b/, 'conntrack.read'],
  [/\bNFNL_SUBSYS_IPSET\b/, 'ipset.read'],
  [/\bXFRM_MSG_(?:GET|DUMP)\w*/, 'xfrm.read'],
  [/\bXFRM_MSG_\w+/, 'xfrm.write'],
];

/**
 * What a request by netlink(7) wants.
 * @param header `nlmsg_type=RTM_NEWADDR, nlmsg_flags=NLM_F_REQUEST|NLM_F_ACK, …`
 */
export function wantedByNetlink(header: string): Wanted {
  const type = /nlmsg_type=([^,]+)/.exec(header)?.[1]?.trim() ?? '?';
  const found = requests.find(([pattern]) => pattern.test(header));
  return { call: `netlink(${type})`, operations: found === undefined ? [] : [found[1]] };
}
