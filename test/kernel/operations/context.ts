/** A context of runner.c, and the same as evidence for the model. */
import {
  allNamed,
  fromHex,
  toHex,
  type CapabilitySet,
} from '../../../extension/model/capabilitySet.ts';
import { ordinaryUser, type Credentials } from '../../../extension/model/credentials.ts';
import { known } from '../../../extension/model/evidence.ts';
import type { Features } from '../../../extension/model/feature.ts';
import type { Launcher, NetworkNamespace, System } from '../../../extension/model/system.ts';
import {
  initialUserNamespace,
  type UserNamespace,
} from '../../../extension/model/userNamespace.ts';
import { exampleNode, exampleSystem } from '../../../extension/rules/exampleSystem.ts';

export interface Context {
  readonly name: string;
  readonly uid: number;
  readonly capabilities: CapabilitySet;
  readonly userNamespace: 'initial' | 'root' | 'same';
  readonly network: 'initial' | 'own' | 'child';
  /** The letters at the top of runner.c. */
  readonly flags: string;
}

export interface Machine {
  readonly kernelRelease: string;
  readonly features: Features;
  readonly unprivilegedBpfDisabled: number;
}

export function runnerArguments(context: Context): readonly string[] {
  const { uid, capabilities, userNamespace, network, flags } = context;
  return [String(uid), toHex(capabilities), userNamespace, network, flags === '' ? '-' : flags];
}

/** What would be observed of the process, and who opened what it uses. */
export function evidenceOf(
  context: Context,
  machine: Machine,
): { readonly system: Omit<System, 'program'>; readonly opener: Launcher | null } {
  const { uid, capabilities, flags } = context;
  const own = ownUserNamespace(context);
  const credentials: Credentials = {
    ...ordinaryUser(uid, uid, allNamed),
    permitted: capabilities,
    effective: capabilities,
    noNewPrivs: flags.includes('n'),
    userNamespace: own,
  };
  const network = { id: context.network, owner: ownerOf(context, own) };
  const has = (flag: string): boolean => flags.includes(flag);
  const { launcher, ...example } = exampleSystem({
    launcher: {
      credentials: known(credentials, 'a test'),
      networkNamespace: known(network, 'a test'),
      seccomp: /s/i.test(flags) ? 2 : 0,
    },
    tun: {
      node: known(exampleNode, 'a test'),
      attempt: known({ errno: null, uid, groups: [uid] }, 'a test'),
    },
    limits: {
      pingGroupRange: known(pingRange(context), 'a test'),
      unprivilegedPortStart: known(has('b') ? 80 : 1024, 'a test'),
      maxUserNamespaces: known(has('m') ? 0 : 1000, 'a test'),
      unprivilegedBpfDisabled: known(machine.unprivilegedBpfDisabled, 'a test'),
      xtablesLock: known(
        { path: '/run', folder: true, readOnly: false, mode: 0o755, uid: 0, gid: 0 },
        'a test',
      ),
    },
    features: machine.features,
  });
  return {
    system: { ...example, launcher, kernelRelease: machine.kernelRelease },
    opener: openerOf(context, launcher, credentials, network),
  };
}

/** Written as `0 0` in a user namespace that has no other name for an id. */
function pingRange({ uid, network, flags }: Context): readonly [number, number] {
  if (!flags.includes('p')) return [1, 0];
  return network === 'initial' ? [0, 2000] : [uid, uid];
}

function ownUserNamespace({ uid, userNamespace }: Context): UserNamespace {
  if (userNamespace === 'initial') return initialUserNamespace;
  const map = [{ inside: userNamespace === 'root' ? 0 : uid, base: uid, count: 1 }];
  return { id: 'own', parent: initialUserNamespace, ownerUid: uid, uidMap: map, gidMap: map };
}

function ownerOf({ uid, network }: Context, own: UserNamespace): UserNamespace {
  switch (network) {
    case 'initial':
      return initialUserNamespace;
    case 'own':
      return own;
    case 'child':
      return { ...own, id: 'child', parent: initialUserNamespace, ownerUid: uid };
  }
}

function openerOf(
  { flags }: Context,
  launcher: Launcher,
  credentials: Credentials,
  network: NetworkNamespace,
): Launcher | null {
  const opened = (as: Credentials, where: NetworkNamespace): Launcher => ({
    ...launcher,
    credentials: known(as, 'a test'),
    networkNamespace: known(where, 'a test'),
  });
  if (flags.includes('l')) return opened({ ...credentials, effective: 0n }, network);
  return flags.includes('t')
    ? opened(credentials, { id: 'elsewhere', owner: initialUserNamespace })
    : null;
}

/** The capabilities of this process, of which a context can have some. */
export function heldHere(status: string): CapabilitySet {
  return fromHex(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`) ?? 0n;
}
