import type { Accounts } from '../unit/accounts.ts';
import type { SystemdRules } from '../unit/systemdRules.ts';
import { judgeNetdev, type NetdevOutcome } from './judgeNetdev.ts';
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

/** Reads the files and judges what is made of them. They are in their order. */
export function judgeNetworkd(
  files: readonly FoundNetworkdFile[],
  accounts: Accounts,
  rules: SystemdRules,
): Networkd {
  const netdevs = files.flatMap((file) => (file.type === 'netdev' ? readNetdev(file, rules) : []));
  return {
    netdevs: netdevs.map((netdev) => ({ netdev, outcome: judgeNetdev(netdev, netdevs, accounts) })),
    networks: files.flatMap((file) => (file.type === 'network' ? readNetwork(file, rules) : [])),
  };
}
