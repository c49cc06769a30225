import { allNamed, emptySet } from '../capabilitySet.ts';
import { sameIds, type Credentials } from '../credentials.ts';
import { known } from '../evidence.ts';
import { features, type Features } from '../feature.ts';
import type { Limits, NetworkNamespace, TunEvidence } from '../system.ts';
import { tunDeviceNumber, tunDevicePath } from '../tunDevice.ts';
import { initialUserNamespace } from '../userNamespace.ts';
import { groupsOf, type Accounts } from './accounts.ts';
import type { Manager } from './specifiers.ts';

/** The manager’s own credentials as they are where nothing has changed them. */
export function supposedCredentials(manager: Manager, accounts: Accounts): Credentials {
  const base = {
    groups: [],
    inheritable: emptySet,
    bounding: allNamed,
    ambient: emptySet,
    securebits: 0,
    noNewPrivs: false,
    userNamespace: initialUserNamespace,
  };
  if (manager.scope === 'system') {
    const root = sameIds(0);
    return { ...base, uid: root, gid: root, permitted: allNamed, effective: allNamed };
  }
  const { user, uid, gid } = manager;
  return {
    ...base,
    uid: sameIds(uid),
    gid: sameIds(gid),
    groups: groupsOf(accounts, user, gid),
    permitted: emptySet,
    effective: emptySet,
  };
}

export const supposedNetwork: NetworkNamespace = { id: 'machine', owner: initialUserNamespace };

const source = 'what systemd and its udev rules set up';

/** The TUN node as udev’s rules make it, and no device. */
export const supposedTun: TunEvidence = {
  node: known(
    {
      path: tunDevicePath,
      type: 'character',
      ...tunDeviceNumber,
      mode: 0o666,
      uid: 0,
      gid: 0,
      mount: {
        nosuid: true,
        noexec: false,
        nodev: false,
        foreign: false,
        superblockNamespace: initialUserNamespace,
        idmap: null,
        mountPoint: '/dev',
        fsType: 'devtmpfs',
        id: null,
      },
    },
    source,
  ),
  attempt: known({ errno: null, uid: 0, groups: [] }, source),
  devices: known([], source),
  interfaces: known(['lo'], source),
};

/** The sysctls as the kernel and systemd’s own settings have them. */
export const supposedLimits: Limits = {
  unprivilegedPortStart: known(1024, source),
  pingGroupRange: known([0, 2147483647], source),
  maxNetworkNamespaces: known(Infinity, source),
  maxUserNamespaces: known(Infinity, source),
  unprivilegedUserNamespaces: known(1, source),
  appArmorUserNamespaces: known(0, source),
  ptraceScope: known(0, source),
  unprivilegedBpfDisabled: known(2, source),
  networkSysctlsReadOnly: known(false, source),
  xtablesLock: known(
    { path: '/run', folder: true, readOnly: false, mode: 0o755, uid: 0, gid: 0 },
    source,
  ),
};

/** A kernel of a distribution has them all, as modules or built in. */
export const supposedFeatures: Features = Object.fromEntries(
  features.map(({ id }) => [id, known(true, source)]),
);
