import type { TunDevice } from '../tunDevice.ts';
import type { Accounts } from '../unit/accounts.ts';
import type { SystemdRules } from '../unit/systemdRules.ts';
import type { Netdev } from './netdev.ts';
import { findOwner, findOwnerGroup } from './owner.ts';

/** What becomes of a .netdev file. */
export type NetdevOutcome =
  | {
      readonly kind: 'made';
      readonly device: TunDevice;
      /** What was asked for and is not found: since 258 the device is made without it. */
      readonly lost: readonly ('user' | 'group')[];
      /** systemd-networkd stays attached to it, with KeepCarrier=. */
      readonly kept: boolean;
      /** Where it is not known whether this is a machine that [Match] is for. */
      readonly conditional: boolean;
    }
  | { readonly kind: 'not-made'; readonly why: NetdevRefusal }
  /** It is of another kind, and not judged. */
  | { readonly kind: 'other' }
  /** The name of the user or group is not in the files that were read. */
  | { readonly kind: 'unknown'; readonly why: 'user' | 'group' };

export type NetdevRefusal =
  /** The file is empty or a link to /dev/null. */
  | { readonly cause: 'masked' }
  /** A line in it, or in a drop-in, ends the reading. */
  | { readonly cause: 'broken' }
  /** The machine is none that [Match] is for. */
  | { readonly cause: 'other-machine' }
  | { readonly cause: 'no-kind' }
  | { readonly cause: 'no-name' }
  /** Another file has the name before. */
  | { readonly cause: 'name-taken'; readonly by: Netdev }
  /** `lo` is there in every network namespace, and no TUN device: TUNSETIFF answers EINVAL. */
  | { readonly cause: 'loopback' }
  /** ESRCH: the device goes with the descriptor that made it. */
  | { readonly cause: 'unknown-user' }
  | { readonly cause: 'unknown-group' };

/**
 * What systemd-networkd makes of the file on a machine that does not have the device yet (`netdev_load_one()`,
 * `netdev_tuntap_add()`).
 *
 * @param taken the files that were read before, by the names of the devices that are made of them
 */
export function judgeNetdev(
  netdev: Netdev,
  taken: ReadonlyMap<string, Netdev>,
  accounts: Accounts,
  rules: SystemdRules,
): NetdevOutcome {
  const refused = (why: NetdevRefusal): NetdevOutcome => ({ kind: 'not-made', why });
  const { file, kind, name, tun, broken, isForMachine } = netdev;
  if (file.fragment.text === '') return refused({ cause: 'masked' });
  if (broken !== null) return refused({ cause: 'broken' });
  if (kind?.value === 'other') return { kind: 'other' };
  if (isForMachine === false) return refused({ cause: 'other-machine' });
  if (kind === null) return refused({ cause: 'no-kind' });
  if (name === null) return refused({ cause: 'no-name' });
  const by = taken.get(name.value);
  if (by !== undefined) return refused({ cause: 'name-taken', by });
  if (name.value === 'lo') return refused({ cause: 'loopback' });
  const owner = tun.user === null ? null : findOwner(accounts, tun.user.value, rules);
  const group = tun.group === null ? null : findOwnerGroup(accounts, tun.group.value, rules);
  if (!rules.unknownOwnerIsLeftOut && owner?.kind === 'missing') {
    return refused({ cause: 'unknown-user' });
  }
  if (owner?.kind === 'unseen') return { kind: 'unknown', why: 'user' };
  if (!rules.unknownOwnerIsLeftOut && group?.kind === 'missing') {
    return refused({ cause: 'unknown-group' });
  }
  if (group?.kind === 'unseen') return { kind: 'unknown', why: 'group' };
  const lost = [
    ...(owner?.kind === 'missing' ? (['user'] as const) : []),
    ...(group?.kind === 'missing' ? (['group'] as const) : []),
  ];
  return {
    kind: 'made',
    device: {
      ...{ name: name.value, layer: kind.value, persistent: true },
      owner: owner?.kind === 'found' ? owner.account : null,
      group: group?.kind === 'found' ? group.account : null,
      multiQueue: tun.multiQueue?.value ?? false,
      attached: tun.keepCarrier?.value ?? false,
    },
    lost,
    kept: tun.keepCarrier?.value ?? false,
    conditional: isForMachine === null,
  };
}
