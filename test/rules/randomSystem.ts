/** Systems as they could be observed, and stranger ones: what the properties of the rules are tried on. */
import fc from 'fast-check';
import type { Launcher, System } from '../../extension/model/system.ts';
import {
  CAP_NET_ADMIN,
  CAP_NET_BIND_SERVICE,
  CAP_NET_RAW,
  CAP_SETUID,
  CAP_SYS_ADMIN,
  CAP_SYS_PTRACE,
} from '../../extension/model/capability.ts';
import { allNamed, setOf, without } from '../../extension/model/capabilitySet.ts';
import {
  SECBIT_KEEP_CAPS,
  SECBIT_NO_CAP_AMBIENT_RAISE,
  SECBIT_NOROOT,
  type Credentials,
  type Ids,
} from '../../extension/model/credentials.ts';
import { known, unknown, type Evidence } from '../../extension/model/evidence.ts';
import { encodeFileCapability } from '../../extension/model/fileCapability.ts';
import { everyFeature, features } from '../../extension/model/feature.ts';
import type { Mount } from '../../extension/model/mount.ts';
import { operations, type Operation } from '../../extension/model/operations.ts';
import type {
  CapabilityAttribute,
  ProgramFile,
  ProgramFormat,
} from '../../extension/model/programFile.ts';
import type { FileStamp, Sighting } from '../../extension/model/sighting.ts';
import type { DeviceNode, TunDevice } from '../../extension/model/tunDevice.ts';
import { initialUserNamespace, type UserNamespace } from '../../extension/model/userNamespace.ts';

/** The ordinary thing, and once in a while another: a system has few oddities at a time. */
function mostly<const T, const U>(ordinary: T, odd: fc.Arbitrary<U>): fc.Arbitrary<T | U> {
  return fc.oneof({ weight: 15, arbitrary: fc.constant(ordinary) }, { weight: 2, arbitrary: odd });
}

const id = fc.constantFrom(0, 1000, 1000, 2000);
const oftenFalse = mostly(false, fc.constant(true));

/** Small sets of the capabilities that something asks for. */
const set = fc
  .subarray([
    CAP_NET_ADMIN,
    CAP_NET_RAW,
    CAP_NET_BIND_SERVICE,
    CAP_SETUID,
    CAP_SYS_ADMIN,
    CAP_SYS_PTRACE,
  ])
  .map((capabilities) => setOf(...capabilities));

const bounding = fc.oneof(
  { weight: 2, arbitrary: fc.constant(allNamed) },
  set.map((missing) => without(allNamed, missing)),
);

const mapped = (inside: number, base: number) => [{ inside, base, count: 1 }] as const;

const childNamespace = (name: string, inside: number): UserNamespace => ({
  id: name,
  parent: initialUserNamespace,
  ownerUid: 1000,
  uidMap: mapped(inside, 1000),
  gidMap: mapped(inside, 1000),
});

const namespace: fc.Arbitrary<UserNamespace> = mostly(
  initialUserNamespace,
  fc.constantFrom(childNamespace('rooted', 0), childNamespace('rootless', 1000)),
);

function evidence<T>(value: fc.Arbitrary<T>): fc.Arbitrary<Evidence<T>> {
  return fc.oneof(
    { weight: 30, arbitrary: value.map((each) => known(each, 'a property')) },
    fc.constant(unknown('it was not looked at', 'a property')),
  );
}

const ids: fc.Arbitrary<Ids> = fc.oneof(
  { weight: 3, arbitrary: id.map((each) => ({ real: each, effective: each, saved: each })) },
  fc.record({ real: id, effective: id, saved: id }),
);

/** What a process can hold: effective within permitted, ambient within permitted and inheritable. */
const credentials: fc.Arbitrary<Credentials> = fc
  .record({
    uid: ids,
    gid: ids,
    groups: fc.subarray([1000, 2000]),
    permitted: fc.oneof(fc.constant(0n), set, fc.constant(allNamed)),
    effective: fc.oneof(fc.constant(0n), fc.constant(allNamed), set),
    inheritable: fc.oneof(fc.constant(0n), set),
    ambient: fc.oneof(fc.constant(0n), fc.constant(allNamed)),
    bounding,
    securebits: fc.constantFrom(0, 0, SECBIT_NOROOT, SECBIT_KEEP_CAPS, SECBIT_NO_CAP_AMBIENT_RAISE),
    noNewPrivs: oftenFalse,
    userNamespace: namespace,
  })
  .map((drawn) => ({
    ...drawn,
    effective: drawn.effective & drawn.permitted,
    ambient: drawn.ambient & drawn.permitted & drawn.inheritable,
  }));

const mount: fc.Arbitrary<Mount> = fc.record({
  nosuid: oftenFalse,
  noexec: oftenFalse,
  nodev: oftenFalse,
  foreign: oftenFalse,
  superblockNamespace: namespace,
  idmap: fc.constant(null),
  mountPoint: fc.constantFrom('/', '/tmp'),
  fsType: fc.constant('ext4'),
  id: fc.constantFrom(31, null),
});

const nothing = { permitted: 0n, inheritable: 0n, effective: false, rootId: 0 } as const;

const attribute: fc.Arbitrary<CapabilityAttribute> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ kind: 'none' } as const) },
  fc.constant({ kind: 'bytes', bytes: encodeFileCapability(nothing) } as const),
  {
    weight: 6,
    arbitrary: fc
      .record({
        permitted: set,
        inheritable: set,
        effective: fc.boolean(),
        rootId: mostly(0, fc.constantFrom(1000, 7)),
      })
      .map((value) => ({ kind: 'bytes', bytes: encodeFileCapability(value) }) as const),
  },
  fc.uint8Array({ maxLength: 30 }).map((bytes) => ({ kind: 'bytes', bytes }) as const),
  fc.constant({ kind: 'other-namespace' } as const),
);

/** Down to `depth` interpreters below the file. */
function programFile(depth: number): fc.Arbitrary<ProgramFile> {
  const native = fc.constant<ProgramFormat>({ kind: 'native' });
  const refused = fc.constantFrom<ProgramFormat>(
    { kind: 'refused', errno: 'ENOEXEC', problem: 'it is not an executable' },
    { kind: 'refused', errno: 'ENOENT', problem: 'its interpreter is missing' },
  );
  const script: fc.Arbitrary<ProgramFormat> =
    depth === 0
      ? native
      : fc.record({ kind: fc.constant('script'), interpreter: programFile(depth - 1) });
  return fc.record({
    path: fc.constantFrom('/tmp/a', '/tmp/b c', "/tmp/-rf '$(x)'\n"),
    mode: mostly(0o755, fc.constantFrom(0o644, 0o750, 0o4755, 0o4755, 0o2755, 0o6755)),
    uid: id,
    gid: id,
    capability: attribute,
    mount,
    format: fc.oneof(
      { weight: 20, arbitrary: native },
      { weight: 4, arbitrary: script },
      { weight: 1, arbitrary: refused },
    ),
  });
}

const node: fc.Arbitrary<DeviceNode | null> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      path: fc.constant('/dev/net/tun'),
      type: mostly('character', fc.constant('other' as const)),
      major: mostly(10, fc.constant(1)),
      minor: fc.constant(200),
      mode: mostly(0o666, fc.constantFrom(0o600, 0o660)),
      uid: id,
      gid: id,
      mount,
    }),
  },
  fc.constant(null),
);

const device = (name: string): fc.Arbitrary<TunDevice> =>
  fc.record({
    name: fc.constant(name),
    layer: fc.constantFrom('tun', 'tun', 'tap'),
    owner: fc.option(id),
    group: fc.option(id),
    persistent: fc.boolean(),
    multiQueue: oftenFalse,
    attached: fc.constantFrom(false, false, true, null),
  });

function launcher(pid: number, name: string): fc.Arbitrary<Launcher> {
  return fc.record({
    vantage: fc.constant({ process: 'example', pid, name } as const),
    credentials: evidence(credentials),
    networkNamespace: evidence(
      fc.record({ id: fc.constantFrom('host', 'other'), owner: namespace }),
    ),
    accountGroups: evidence(
      fc.subarray([
        { name: 'dev', gid: 1000 },
        { name: 'tunners', gid: 2000 },
      ]),
    ),
    confinement: evidence(mostly(null, fc.constant({ kind: 'snap', name: 'code' } as const))),
    sandboxAttempt: evidence(
      mostly(
        { refusal: null, chrooted: false },
        fc.record({
          refusal: fc.record({
            call: fc.constant('unshare(CLONE_NEWUSER)'),
            errno: fc.constantFrom('EPERM', 'ENOSPC'),
          }),
          chrooted: fc.boolean(),
        }),
      ),
    ),
    securityLabel: fc.constantFrom(
      null,
      'unconfined',
      'snap.code.code (complain)',
      'u:r:container_t:s0',
    ),
    otherThreads: fc.constantFrom([], ['worker']),
    seccomp: mostly(0, fc.constant(2)),
  });
}

/** Few values, so that two stamps are often of one file. */
const stamp: fc.Arbitrary<FileStamp> = fc.record({
  inode: fc.constantFrom('12', '34'),
  device: mostly('8:1', fc.constant('0:45')),
  size: mostly(4096, fc.constant(5000)),
  uid: id,
  gid: fc.constant(1000),
  modified: fc.constantFrom('1', '2000000000'),
  changed: fc.constantFrom('3000000000', '4000000000'),
  born: fc.constantFrom('1', '2000000000', null),
});

const sighting: fc.Arbitrary<Sighting | null> = fc.oneof(
  fc.constant(null),
  fc
    .record({ attribute, stamp })
    .map(({ attribute: seen, stamp: then }) =>
      seen.kind === 'bytes' ? { capability: seen.bytes, stamp: then } : null,
    ),
);

export const system: fc.Arbitrary<System> = fc.record({
  kernelRelease: fc.constantFrom('6.18.44', '6.12.117', '6.1.0', '5.4.0', '7.3.2'),
  program: fc.record({
    name: fc.constant('a'),
    file: programFile(2),
    capabilityUnseen: fc.oneof(
      { weight: 30, arbitrary: fc.constant(null) },
      fc.constant('getxattr answered EACCES'),
    ),
    assumptions: fc.constant([]),
    capabilityStorage: mostly('possible', fc.constant('unsupported' as const)),
    stamp,
    previous: evidence(sighting),
    language: fc.constantFrom('c', 'go', 'python', 'rust', null),
  }),
  launcher: launcher(4121, 'bash'),
  debugLauncher: mostly(null, launcher(4100, 'the extension host')),
  parent: fc.record({ raisesAmbient: oftenFalse }),
  tun: fc.record({
    node: evidence(node),
    attempt: evidence(
      fc.record({
        errno: mostly(null, fc.constantFrom('EPERM', 'EACCES', 'ENODEV', 'ENXIO', 'ENOENT')),
        uid: id,
        groups: fc.subarray([1000, 2000]),
      }),
    ),
    devices: evidence(fc.tuple(device('tun0'), device('tap0'))),
    interfaces: evidence(fc.constantFrom(['lo'], ['lo', 'tun9'])),
  }),
  limits: fc.record({
    unprivilegedPortStart: evidence(fc.constantFrom(1024, 0, 80)),
    pingGroupRange: evidence(fc.constantFrom([1, 0], [0, 2147483647], [1000, 1000] as const)),
    maxUserNamespaces: evidence(mostly(95000, fc.constant(0))),
    unprivilegedUserNamespaces: evidence(mostly(1, fc.constant(0))),
    unprivilegedBpfDisabled: evidence(fc.constantFrom(2, 0)),
    networkSysctlsReadOnly: evidence(oftenFalse),
    xtablesLock: evidence(
      fc.record({
        path: fc.constant('/run/xtables.lock'),
        folder: fc.boolean(),
        readOnly: oftenFalse,
        mode: fc.constantFrom(0o600, 0o755, 0o777),
        uid: id,
        gid: id,
      }),
    ),
    ptraceScope: evidence(mostly(0, fc.constantFrom(1, 2, 3))),
    maxNetworkNamespaces: evidence(mostly(95000, fc.constant(0))),
    appArmorUserNamespaces: evidence(mostly(0, fc.constant(1))),
  }),
  securityModules: evidence(fc.constantFrom(['capability'], ['capability', 'apparmor'])),
  features: fc
    .array(evidence(mostly(true, fc.constant(false))), {
      minLength: features.length,
      maxLength: features.length,
    })
    .map((drawn) =>
      everyFeature(({ symbol }) => {
        const found = drawn[features.findIndex((feature) => feature.symbol === symbol)];
        if (found === undefined) throw new RangeError(symbol);
        return found;
      }),
    ),
  request: fc.record({
    multiQueue: fc.constant(false),
    tunDevice: fc.constantFrom(null, 'tun0', 'tun0', 'tap0', 'tun9', 'a name/that is none'),
    tunLayer: fc.constantFrom('tun', 'tap'),
    port: mostly(80, fc.constantFrom(0, 8080)),
  }),
});

export const someOperations: fc.Arbitrary<readonly Operation[]> = fc.subarray([...operations], {
  minLength: 1,
  maxLength: 6,
});
