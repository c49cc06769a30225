import type { Accounts } from '../unit/accounts.ts';
import type { SystemdRules } from '../unit/systemdRules.ts';
import { judgeNetdev, type NetdevOutcome } from './judgeNetdev.ts';
import type { Machine } from './machine.ts';
import { readNetdev, type Netdev } from './netdev.ts';
import { readNetwork, type Network } from './network.ts';
import type { FoundNetworkdFile } from './networkdSources.ts';

/** All files of systemd-networkd that are read together, each type in its order. */
export interface Networkd {
  readonly netdevs: readonly JudgedNetdev[];
  readonly networks: readonly Network[];
}

export interface JudgedNetdev {
  readonly netdev: Netdev;
  readonly outcome: NetdevOutcome;
}

/** Reads the files and judges what is made of them on a machine. They are in their order. */
export function judgeNetworkd(
  files: readonly FoundNetworkdFile[],
  accounts: Accounts,
  machine: Machine,
  rules: SystemdRules,
): Networkd {
  const netdevs: JudgedNetdev[] = [];
  const taken = new Map<string, Netdev>();
  for (const file of files) {
    if (file.type !== 'netdev') continue;
    const netdev = readNetdev(file, machine, rules);
    const outcome = judgeNetdev(netdev, taken, accounts, rules);
    netdevs.push({ netdev, outcome });
    const name = netdev.name?.value;
    if (name !== undefined && keepsName(netdev, outcome, rules)) taken.set(name, netdev);
  }
  return {
    netdevs,
    networks: files.flatMap((file) =>
      file.type === 'network' ? readNetwork(file, machine, rules) : [],
    ),
  };
}

/** Whether later files of the same name are passed over. Where [Match] cannot be told, that is not known. */
function keepsName(
  { isForMachine }: Netdev,
  outcome: NetdevOutcome,
  { netdevsAreReadFirst }: SystemdRules,
): boolean {
  if (isForMachine !== true || outcome.kind === 'other') return false;
  if (outcome.kind !== 'not-made') return netdevsAreReadFirst || outcome.kind === 'made';
  const failed = ['unknown-user', 'unknown-group', 'loopback'].includes(outcome.why.cause);
  return netdevsAreReadFirst && failed;
}
