import type { IgnoreComment } from '../../model/unit/ignoreComment.ts';
import type { Accounts } from '../../model/unit/accounts.ts';
import type { SystemdRules } from '../../model/unit/systemdRules.ts';
import type { Machine } from '../../model/networkd/machine.ts';
import type { NetdevOutcome } from '../../model/networkd/judgeNetdev.ts';
import type { Netdev } from '../../model/networkd/netdev.ts';
import type { Network } from '../../model/networkd/network.ts';
import type { Networkd } from '../../model/networkd/networkd.ts';
import type { FoundNetworkdFile } from '../../model/networkd/networkdSources.ts';
import type { RulePage } from '../rule.ts';
import type { UnitFinding } from '../unit/unitRule.ts';

/** A file of systemd-networkd among the others: what rules about these files look at. */
export interface JudgedNetworkd {
  readonly file: FoundNetworkdFile;
  readonly subject:
    | { readonly type: 'netdev'; readonly netdev: Netdev; readonly outcome: NetdevOutcome }
    | { readonly type: 'network'; readonly network: Network };
  /** All that are read together, the file among them. */
  readonly files: readonly FoundNetworkdFile[];
  readonly networkd: Networkd;
  readonly accounts: Accounts;
  readonly machine: Machine;
  /** Whether the accounts are those of the machine that the file is for. */
  readonly installed: boolean;
  readonly rules: SystemdRules;
  readonly ignoreComments: readonly IgnoreComment[];
}

/** One rule is one file whose name is the id. `severity` is the highest that it gives. */
export interface NetworkdRule extends RulePage {
  readonly category: 'networkd';
  readonly check: (judged: JudgedNetworkd) => readonly UnitFinding[];
  readonly examples: readonly NetworkdExample[];
}

export interface NetworkdExample extends NetworkdSituation {
  readonly title: string;
  readonly finds: boolean;
}

/** Files on a machine with the users root, alice and bob, and the group `tunners`, which has alice. */
export interface NetworkdSituation {
  readonly lines: readonly string[];
  /** `50-test.netdev` where it is not given. */
  readonly name?: string;
  readonly dropIns?: readonly (readonly string[])[];
  /** Other files in the same directory, by name. */
  readonly beside?: Readonly<Record<string, readonly string[]>>;
  /** 257 where it is not given. */
  readonly version?: number;
}
