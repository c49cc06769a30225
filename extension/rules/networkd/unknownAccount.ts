import { commentIn, commentFix } from '../../fixes/commentFix.ts';
import { linesOf } from '../../model/unit/unitFile.ts';
import type { Origin } from '../../model/unit/unit.ts';
import type { UnitFix } from '../../fixes/unitFix.ts';
import { findingOn, writing } from '../unit/unitFindings.ts';
import type { UnitFinding } from '../unit/unitRule.ts';
import { helpful, netdevOf, sourceAt } from './networkdFindings.ts';
import type { JudgedNetworkd, NetworkdRule } from './networkdRule.ts';

/** A finding where the name of User= or Group= leads to nobody, and so the device is not made. */
export function unknownAccount(
  rule: Pick<NetworkdRule, 'id' | 'severity'>,
  judged: JudgedNetworkd,
  account: 'user' | 'group',
): readonly UnitFinding[] {
  const { netdev, outcome } = netdevOf(judged) ?? {};
  const origin = netdev?.tun[account]?.origins[0];
  if (outcome === undefined || origin === undefined) return [];
  const { text } = origin.value;
  const name = JSON.stringify(text);
  const device = netdev?.name?.value ?? 'the device';
  const fixes = helpful(judged, meant(judged, origin, account), (after) => {
    const made = netdevOf(after)?.outcome;
    if (made?.kind === 'made') return !made.lost.includes(account);
    return made?.kind === 'not-made' && made.why.cause !== `unknown-${account}`;
  });
  if (outcome.kind === 'not-made' && outcome.why.cause === `unknown-${account}`) {
    const message = `There is no ${account} ${name}. systemd-networkd says “Cannot resolve ${account} name” and does not make ${device}.`;
    return [findingOn(rule, origin, message, { fixes })];
  }
  if (outcome.kind === 'made' && outcome.lost.includes(account)) {
    const message = `There is no ${account} ${name}. systemd-networkd says “Cannot resolve ${account} name”, and makes ${device} without: since 258 that is no error.`;
    return [findingOn(rule, origin, message, { fixes })];
  }
  // What is for another machine has its users there.
  const isHere = judged.installed && netdev?.isForMachine === true;
  if (outcome.kind !== 'unknown' || outcome.why !== account || !isHere) return [];
  const list = account === 'user' ? '/etc/passwd' : '/etc/group';
  const then = judged.rules.unknownOwnerIsLeftOut ? 'is made without' : 'is not made';
  const message = `${list} has no ${account} ${name}. If no other source of nsswitch.conf(5), which was not asked, has one when systemd-networkd starts, ${device} ${then}.`;
  return [findingOn(rule, origin, message, { fixes, severity: 'warning', confidence: 'likely' })];
}

/** What the value was most likely to say. */
function meant(
  judged: JudgedNetworkd,
  origin: Origin,
  account: 'user' | 'group',
): readonly (UnitFix | null)[] {
  const { text } = origin.value;
  if (commentIn(text) !== null) {
    const source = sourceAt(judged, origin.path);
    const line =
      source === null
        ? undefined
        : linesOf(source).find(({ span }) => span.start === origin.span.start);
    return line?.kind === 'assignment' ? [commentFix(origin.path, line)] : [];
  }
  const { users, groups } = judged.accounts;
  const known = account === 'user' ? users : groups;
  return known
    .filter(({ name }) => name.toLowerCase() === text.toLowerCase())
    .map(({ name }) => writing(origin, name));
}
