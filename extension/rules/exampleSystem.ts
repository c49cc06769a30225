import { allNamed, emptySet } from '../model/capabilitySet.ts';
import { parseCapabilityText } from '../model/capabilityText.ts';
import { ordinaryUser } from '../model/credentials.ts';
import { known } from '../model/evidence.ts';
import { everyFeature } from '../model/feature.ts';
import { encodeFileCapability } from '../model/fileCapability.ts';
import type { Mount } from '../model/mount.ts';
import { findOperation, type Operation, type OperationId } from '../model/operations.ts';
import type { CapabilityAttribute, ProgramFile } from '../model/programFile.ts';
import type { FileStamp, Sighting } from '../model/sighting.ts';
import { unawareParent, type Launcher, type System } from '../model/system.ts';
import { initialUserNamespace, type UserNamespace } from '../model/userNamespace.ts';

/** A made-up developer's machine for the examples of rules: uid 1000, a plain program, all defaults. */
export function exampleSystem(change: {
  readonly program?: ProgramFile;
  readonly capabilityStorage?: System['program']['capabilityStorage'];
  readonly stamp?: Partial<FileStamp>;
  readonly previous?: Sighting;
  readonly launcher?: Partial<System['launcher']>;
  /** What is different about the process that starts the debugger. */
  readonly debugLauncher?: Partial<System['launcher']>;
  readonly tun?: Partial<System['tun']>;
  readonly limits?: Partial<System['limits']>;
  readonly securityModules?: readonly string[];
  readonly features?: Partial<System['features']>;
  readonly request?: Partial<System['request']>;
}): System {
  const launcher = { ...exampleLauncher, ...change.launcher };
  return {
    kernelRelease: '6.18.44',
    program: {
      name: 'target/release/tunnel',
      file: change.program ?? exampleProgram({}),
      capabilityUnseen: null,
      assumptions: [],
      capabilityStorage: change.capabilityStorage ?? 'possible',
      stamp: { ...exampleStamp, ...change.stamp },
      previous: known(change.previous ?? null, 'an example'),
      language: 'c',
    },
    launcher,
    debugLauncher:
      change.debugLauncher === undefined
        ? null
        : { ...launcher, ...exampleExtensionHost, ...change.debugLauncher },
    parent: unawareParent,
    tun: {
      node: known(exampleNode, 'an example'),
      attempt: known({ errno: null, uid: 1000, groups: [1000] }, 'an example'),
      devices: known([], 'an example'),
      interfaces: known(['lo', 'eth0'], 'an example'),
      ...change.tun,
    },
    limits: {
      unprivilegedPortStart: known(1024, 'an example'),
      pingGroupRange: known([1, 0], 'an example'),
      maxUserNamespaces: known(95000, 'an example'),
      unprivilegedUserNamespaces: known(1, 'an example'),
      ptraceScope: known(0, 'an example'),
      maxNetworkNamespaces: known(95000, 'an example'),
      appArmorUserNamespaces: known(0, 'an example'),
      unprivilegedBpfDisabled: known(2, 'an example'),
      networkSysctlsReadOnly: known(false, 'an example'),
      xtablesLock: known(
        { path: '/run/xtables.lock', folder: false, readOnly: false, mode: 0o600, uid: 0, gid: 0 },
        'an example',
      ),
      ...change.limits,
    },
    securityModules: known(change.securityModules ?? ['capability'], 'an example'),
    features: {
      ...everyFeature(() => known(true, 'an example')),
      ...change.features,
    },
    request: { tunDevice: null, tunLayer: 'tun', multiQueue: false, port: 80, ...change.request },
  };
}

/** Made on 2026-11-25 at 10:31:07 UTC. */
export const exampleStamp: FileStamp = {
  inode: '34',
  device: '8:1',
  size: 4096,
  uid: 1000,
  gid: 1000,
  modified: '1795602667100000000',
  changed: '1795602667200000000',
  born: '1795602667000000000',
};

export const exampleMount: Mount = {
  nosuid: false,
  noexec: false,
  nodev: false,
  foreign: false,
  superblockNamespace: initialUserNamespace,
  idmap: null,
  mountPoint: '/home',
  fsType: 'ext4',
  id: 31,
};

/** `capability` is text for setcap(8), `''` for an empty attribute; absent means no attribute. */
export function exampleProgram({
  capability,
  nosuid = false,
  ...change
}: {
  readonly capability?: string;
  readonly nosuid?: boolean;
} & Partial<Pick<ProgramFile, 'path' | 'mode' | 'uid' | 'gid' | 'format' | 'mount'>>): ProgramFile {
  return {
    path: '/home/dev/tunnel/target/release/tunnel',
    mode: 0o755,
    uid: 1000,
    gid: 1000,
    capability: capability === undefined ? { kind: 'none' } : attribute(capability),
    mount: { ...exampleMount, nosuid },
    format: { kind: 'native' },
    ...change,
  };
}

export const exampleUser = ordinaryUser(1000, 1000, allNamed);

/** One that the user has made, in which the user is root. */
export const exampleNamespace: UserNamespace = {
  id: '4026532801',
  parent: initialUserNamespace,
  ownerUid: 1000,
  uidMap: [{ inside: 0, base: 1000, count: 1 }],
  gidMap: [{ inside: 0, base: 1000, count: 1 }],
};

/** Root of that namespace. */
export const exampleNamespaceRoot = known(
  { ...exampleUser, permitted: allNamed, effective: allNamed, userNamespace: exampleNamespace },
  'an example',
);

const exampleLauncher: Launcher = {
  vantage: { process: 'example', pid: 4121, name: 'bash' },
  credentials: known(exampleUser, 'an example'),
  networkNamespace: known({ id: 'host', owner: initialUserNamespace }, 'an example'),
  accountGroups: known([{ name: 'dev', gid: 1000 }], 'an example'),
  confinement: known(null, 'an example'),
  sandboxAttempt: known({ refusal: null, chrooted: false }, 'an example'),
  securityLabel: null,
  otherThreads: [],
  seccomp: 0,
};

const exampleExtensionHost = {
  vantage: { process: 'extension-host', pid: 4100, name: 'the extension host' },
} as const;

export const exampleNode = {
  path: '/dev/net/tun',
  type: 'character',
  major: 10,
  minor: 200,
  mode: 0o666,
  uid: 0,
  gid: 0,
  mount: { ...exampleMount, mountPoint: '/dev', fsType: 'devtmpfs' },
} as const;

export const tunCreate = exampleOperation('tun.create');

export function exampleOperation(id: OperationId): Operation {
  const operation = findOperation(id);
  if (operation === null) throw new RangeError(`no operation ${id}`);
  return operation;
}

function attribute(text: string): CapabilityAttribute {
  const parsed = parseCapabilityText(text);
  if (parsed.kind === 'error') throw new RangeError(parsed.message);
  const { permitted, inheritable, effective } = parsed.sets;
  const bytes = encodeFileCapability({
    permitted,
    inheritable,
    effective: effective !== emptySet,
    rootId: 0,
  });
  return { kind: 'bytes', bytes };
}
