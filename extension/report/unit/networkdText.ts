import type { NetdevOutcome, NetdevRefusal } from '../../model/networkd/judgeNetdev.ts';
import type { Netdev } from '../../model/networkd/netdev.ts';
import { matches } from '../../model/networkd/network.ts';
import type { JudgedNetworkd } from '../../rules/networkd/networkdRule.ts';

/** What becomes of a file of systemd-networkd, in one line without a full stop. */
export interface NetworkdOutcome {
  readonly text: string;
  readonly prospect: 'good' | 'bad' | 'unknown';
}

export function networkdOutcome({ subject, networkd }: JudgedNetworkd): NetworkdOutcome {
  if (subject.type === 'netdev') return netdevText(subject.netdev, subject.outcome);
  const { network } = subject;
  if (network.file.fragment.text === '') return { text: 'masked', prospect: 'unknown' };
  if (network.broken !== null)
    return { text: 'is not read to its end, and not used', prospect: 'bad' };
  if (network.isEmpty) return { text: 'matches nothing', prospect: 'bad' };
  if (network.isForMachine === false) {
    return { text: 'is for other machines', prospect: 'unknown' };
  }
  const names = networkd.netdevs.flatMap(({ outcome }) => {
    if (outcome.kind !== 'made') return [];
    const { name, layer: kind } = outcome.device;
    const first = networkd.networks.find((each) => matches(each, { name, kind }) !== 'no');
    return first === network && matches(network, { name, kind }) === 'yes' ? [name] : [];
  });
  return names.length === 0
    ? { text: 'is for none of the TUN devices that are made here', prospect: 'unknown' }
    : { text: `configures ${names.join(', ')}`, prospect: 'good' };
}

function netdevText(netdev: Netdev, outcome: NetdevOutcome): NetworkdOutcome {
  switch (outcome.kind) {
    case 'made': {
      const { name, layer } = outcome.device;
      const where = outcome.conditional ? ', where [Match] holds' : '';
      const isShut = (outcome.kept && !outcome.device.multiQueue) || outcome.lost.length > 0;
      return {
        text: `makes ${name}, a ${layer.toUpperCase()} device${where} · ${attachText(netdev, outcome)}`,
        prospect: isShut ? 'bad' : 'good',
      };
    }
    case 'not-made':
      return {
        text: refusalText(outcome.why),
        prospect: isMeant(outcome.why) ? 'unknown' : 'bad',
      };
    case 'other':
      return { text: 'makes a device of another kind', prospect: 'unknown' };
    case 'unknown':
      return {
        text: `makes ${netdev.name?.value ?? 'a device'} if the ${outcome.why} ${netdev.tun[outcome.why]?.value ?? ''} is known when systemd-networkd starts`,
        prospect: 'unknown',
      };
  }
}

/** Nothing is wrong where a file is to make nothing here. */
function isMeant({ cause }: NetdevRefusal): boolean {
  return cause === 'masked' || cause === 'other-machine';
}

/** Who may attach to the device without a capability (`tun_not_capable()`), and how. */
function attachText(
  { tun }: Netdev,
  { device, kept }: Extract<NetdevOutcome, { kind: 'made' }>,
): string {
  if (kept && !device.multiQueue) return 'TUNSETIFF answers EBUSY to all';
  const how = device.multiQueue ? ', with IFF_MULTI_QUEUE' : '';
  const user = tun.user?.value ?? '';
  const group = tun.group?.value ?? '';
  if (device.owner !== null && device.group !== null) {
    return `${user} may attach while in the group ${group}${how}`;
  }
  if (device.owner !== null) return `${user} may attach${how}`;
  if (device.group !== null) return `the group ${group} may attach${how}`;
  return `everyone may attach, or nobody without CAP_NET_ADMIN, by kernel${how}`;
}

function refusalText(why: NetdevRefusal): string {
  switch (why.cause) {
    case 'masked':
      return 'masked';
    case 'broken':
      return 'makes nothing: it is not read to its end';
    case 'other-machine':
      return 'makes nothing here: [Match] is for other machines';
    case 'no-kind':
      return 'makes nothing: it has no Kind=';
    case 'no-name':
      return 'makes nothing: it has no Name=';
    case 'name-taken':
      return `makes nothing: ${why.by.file.name} has the name`;
    case 'loopback':
      return 'makes nothing: TUNSETIFF answers EINVAL';
    case 'unknown-user':
      return 'makes nothing: ESRCH, there is no such user';
    case 'unknown-group':
      return 'makes nothing: ESRCH, there is no such group';
  }
}
