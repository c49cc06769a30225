/** Each gate from open("/dev/net/tun") to TUNSETIFF, alone. */
import { describe, expect, it } from 'vitest';
import { CAP_DAC_OVERRIDE, CAP_NET_ADMIN, CAP_NET_RAW } from '../../extension/model/capability.ts';
import { setOf } from '../../extension/model/capabilitySet.ts';
import { known, unknown, type Evidence } from '../../extension/model/evidence.ts';
import type { GateContext } from '../../extension/model/gate.ts';
import type { GateId, GateReason } from '../../extension/model/reason.ts';
import type { OpenAttempt } from '../../extension/model/system.ts';
import type { DeviceNode } from '../../extension/model/tunDevice.ts';
import { tunGates } from '../../extension/model/gates/tunGates.ts';
import { exampleNode } from '../../extension/rules/exampleSystem.ts';
import { ask, attaching, context, holding, netAdmin } from './gateContext.ts';
import { child, ofTwo } from './namespaces.ts';

const open = 'open(/dev/net/tun)';
const setIff = 'ioctl(TUNSETIFF)';

const gate = (id: GateId, asked: GateContext): GateReason | null => ask(tunGates, id, asked);

const withNode = (node: Partial<DeviceNode>, change: Partial<GateContext> = {}): GateContext => ({
  ...context,
  ...change,
  tun: { ...context.tun, node: known({ ...exampleNode, ...node }, 'a test'), ...change.tun },
});

const withAttempt = (attempt: Evidence<OpenAttempt>): GateContext => ({
  ...context,
  tun: { ...context.tun, attempt },
});

const answered = (errno: OpenAttempt['errno'], uid = 1000, groups = [1000]) =>
  known({ errno, uid, groups }, 'a test');
const noNode = { ...context, tun: { ...context.tun, node: known(null, 'a test') } };
const unseenNode = { ...context, tun: { ...context.tun, node: unknown('it is dark', 'a test') } };

it('asks in the order of the kernel', () => {
  expect(tunGates.map(({ id }) => id)).toEqual([
    'device-node-exists',
    'device-node-mount',
    'device-node-permission',
    'device-cgroup',
    'device-driver',
    'tun-kind-matches',
    'tun-queues-match',
    'tun-owner',
    'tun-not-busy',
    'tun-net-admin',
    'tun-lsm',
    'tun-name',
  ]);
});

describe('the node', () => {
  it('is there', () => {
    expect(gate('device-node-exists', context)).toEqual({
      rule: 'gate',
      gate: 'device-node-exists',
      source: 'open(2)',
      call: open,
      outcome: 'passes',
      errno: null,
      looked: { kind: 'node', path: '/dev/net/tun', detail: 'it is there' },
    });
  });

  it('is not there: ENOENT', () => {
    expect(gate('device-node-exists', noNode)).toEqual({
      rule: 'gate',
      gate: 'device-node-exists',
      source: 'open(2)',
      call: open,
      outcome: 'refuses',
      errno: 'ENOENT',
      looked: { kind: 'node', path: '/dev/net/tun', detail: 'it is not there' },
    });
    expect(gate('device-node-mount', noNode)).toBeNull();
    expect(gate('device-node-permission', noNode)).toBeNull();
    expect(gate('device-driver', noNode)).toBeNull();
  });

  it.each(['device-node-exists', 'device-node-mount', 'device-node-permission'] as const)(
    'was not seen, so that %s cannot tell',
    (id) => {
      expect(gate(id, unseenNode)).toEqual({
        rule: 'gate',
        gate: id,
        source: expect.any(String) as string,
        call: open,
        outcome: 'unknown',
        errno: null,
        looked: { kind: 'unseen', what: 'it is dark' },
      });
    },
  );

  it('lies on a nodev mount: EACCES', () => {
    const mount = { ...exampleNode.mount, nodev: true };
    expect(gate('device-node-mount', withNode({ mount }))).toMatchObject({
      call: open,
      outcome: 'refuses',
      errno: 'EACCES',
      looked: { kind: 'node', path: '/dev/net/tun', detail: '/dev is mounted nodev' },
    });
    expect(gate('device-node-mount', context)).toMatchObject({
      outcome: 'passes',
      looked: { detail: '/dev is mounted without nodev' },
    });
  });
});

describe('the mode of the node', () => {
  const looked = { kind: 'node', path: '/dev/net/tun', detail: 'mode 0600, owner 0, group 0' };

  it.each([
    ['is for all', withNode({}), 'passes'],
    ['is for the owner', withNode({ mode: 0o600, uid: 1000 }), 'passes'],
    ['is for others only', withNode({ mode: 0o066, uid: 1000 }), 'refuses'],
    ['is for reading only', withNode({ mode: 0o444 }), 'refuses'],
    ['is for writing only', withNode({ mode: 0o222 }), 'refuses'],
    ['is for root', withNode({ mode: 0o600 }), 'refuses'],
    [
      'is overridden',
      withNode({ mode: 0o600 }, { credentials: holding(setOf(CAP_DAC_OVERRIDE)) }),
      'passes',
    ],
    [
      'is not overridden by another capability',
      withNode({ mode: 0o600 }, { credentials: netAdmin }),
      'refuses',
    ],
  ] as const)('%s', (_, asked, outcome) => {
    expect(gate('device-node-permission', asked)).toMatchObject({
      call: open,
      outcome,
      errno: outcome === 'refuses' ? 'EACCES' : null,
      looked: { kind: 'node', path: '/dev/net/tun' },
    });
  });

  it('is told', () => {
    expect(gate('device-node-permission', withNode({ mode: 0o600 }))).toMatchObject({ looked });
    expect(gate('device-node-permission', withNode({ mode: 0o44, uid: 7, gid: 8 }))).toMatchObject({
      looked: { detail: 'mode 0044, owner 7, group 8' },
    });
  });

  it('allows it, and the attempt was refused', () => {
    expect(gate('device-node-permission', withAttempt(answered('EACCES')))).toMatchObject({
      outcome: 'refuses',
      errno: 'EACCES',
      looked: { kind: 'attempt', path: '/dev/net/tun', errno: 'EACCES' },
    });
  });

  it.each([
    ['another user’s attempt was', answered('EACCES', 7)],
    ['an attempt within the group was', answered('EACCES', 1000, [1000, 0])],
    ['the attempt was refused otherwise', answered('EPERM')],
    ['nothing was tried', unknown('no time', 'a test')],
  ])('allows it, and %s', (_, attempt) => {
    expect(gate('device-node-permission', withAttempt(attempt))).toMatchObject({
      outcome: 'passes',
    });
  });

  it('forbids it, and CAP_DAC_OVERRIDE counts for more than an attempt without', () => {
    const asked = withNode(
      { mode: 0o600 },
      {
        credentials: holding(setOf(CAP_DAC_OVERRIDE)),
        tun: {
          ...context.tun,
          attempt: answered('EACCES'),
          node: known({ ...exampleNode, mode: 0o600 }, 'a test'),
        },
      },
    );
    expect(gate('device-node-permission', asked)).toMatchObject({ outcome: 'passes' });
  });
});

describe('the device cgroup', () => {
  it.each([
    ['lets it be opened', null, 'passes', null],
    ['refuses', 'EPERM', 'refuses', 'EPERM'],
    ['lets it through to a driver that is not there', 'ENODEV', 'passes', null],
  ] as const)('%s', (_, errno, outcome, answer) => {
    expect(gate('device-cgroup', withAttempt(answered(errno)))).toEqual({
      rule: 'gate',
      gate: 'device-cgroup',
      source: 'devcgroup_inode_permission() in include/linux/device_cgroup.h',
      call: open,
      outcome,
      errno: answer,
      looked: { kind: 'attempt', path: '/dev/net/tun', errno },
    });
  });

  it.each([
    [unknown('no time', 'a test'), 'no time'],
    [answered('EACCES'), 'the rules of the device cgroup: the node could not be opened to try'],
  ])('cannot be seen', (attempt, what) => {
    expect(gate('device-cgroup', withAttempt(attempt))).toMatchObject({
      call: open,
      outcome: 'unknown',
      looked: { kind: 'unseen', what },
    });
  });
});

describe('the driver', () => {
  it('is that of TUN, and nothing is to be said', () => {
    expect(gate('device-driver', context)).toBeNull();
    expect(gate('device-driver', withAttempt(answered('EPERM')))).toBeNull();
    expect(gate('device-driver', withAttempt(unknown('no time', 'a test')))).toBeNull();
    expect(gate('device-driver', unseenNode)).toBeNull();
  });

  it.each(['ENODEV', 'ENXIO'] as const)('is missing: %s', (errno) => {
    expect(gate('device-driver', withAttempt(answered(errno)))).toMatchObject({
      call: open,
      outcome: 'refuses',
      errno,
      looked: { kind: 'attempt', path: '/dev/net/tun', errno },
    });
  });

  it('is missing, which an attempt tells also where the node was not seen', () => {
    const asked = { ...unseenNode, tun: { ...unseenNode.tun, attempt: answered('ENODEV') } };
    expect(gate('device-driver', asked)).toMatchObject({ outcome: 'refuses' });
  });

  it('is none: ENOTTY', () => {
    expect(gate('device-driver', withNode({ type: 'other' }))).toMatchObject({
      call: setIff,
      outcome: 'refuses',
      errno: 'ENOTTY',
      looked: { kind: 'node', path: '/dev/net/tun', detail: 'it is not a character device' },
    });
  });

  it('is another one, of which nothing is known', () => {
    expect(gate('device-driver', withNode({ major: 1, minor: 3 }))).toMatchObject({
      call: open,
      outcome: 'unknown',
      looked: {
        kind: 'unseen',
        what: 'what the driver of /dev/net/tun does: its number is 1:3, not 10:200',
      },
    });
  });
});

describe('a device of that name', () => {
  const looked = { kind: 'tun-device', name: 'tun0', owner: 1000, group: null } as const;

  it('is of the kind that is asked for', () => {
    expect(gate('tun-kind-matches', attaching({}))).toMatchObject({
      call: setIff,
      outcome: 'passes',
      looked: { ...looked, detail: 'it is a TUN device' },
    });
    const tap = { request: { ...context.request, tunDevice: 'tun0', tunLayer: 'tap' } } as const;
    expect(gate('tun-kind-matches', attaching({ layer: 'tap' }, tap))).toMatchObject({
      outcome: 'passes',
    });
  });

  it('is of another kind: EINVAL', () => {
    expect(gate('tun-kind-matches', attaching({ layer: 'tap' }))).toMatchObject({
      call: setIff,
      outcome: 'refuses',
      errno: 'EINVAL',
      looked: { ...looked, detail: 'it is a TAP device' },
    });
  });

  it('has one queue, or several: EINVAL', () => {
    const several = { request: { ...context.request, tunDevice: 'tun0', multiQueue: true } };
    const cases = [
      [attaching({}), 'passes', 'one queue', 'not '],
      [attaching({ multiQueue: true }), 'refuses', 'several queues', 'not '],
      [attaching({}, several), 'refuses', 'one queue', ''],
      [attaching({ multiQueue: true }, several), 'passes', 'several queues', ''],
    ] as const;
    for (const [asked, outcome, has, not] of cases) {
      expect(gate('tun-queues-match', asked)).toMatchObject({
        call: setIff,
        outcome,
        errno: outcome === 'refuses' ? 'EINVAL' : null,
        looked: { ...looked, detail: `it has ${has}, and IFF_MULTI_QUEUE was ${not}asked for` },
      });
    }
  });

  it('is free, held (EBUSY), or that could not be seen', () => {
    expect(gate('tun-not-busy', attaching({}))).toMatchObject({
      outcome: 'passes',
      looked: { detail: 'no process holds it' },
    });
    expect(gate('tun-not-busy', attaching({ multiQueue: true, attached: true }))).toMatchObject({
      call: setIff,
      outcome: 'passes',
      looked: { detail: 'it takes several queues' },
    });
    expect(gate('tun-not-busy', attaching({ attached: true }))).toMatchObject({
      call: setIff,
      outcome: 'refuses',
      errno: 'EBUSY',
      looked: { ...looked, detail: 'a process holds it' },
    });
    expect(gate('tun-not-busy', attaching({ attached: null }))).toMatchObject({
      call: setIff,
      outcome: 'unknown',
      looked: { what: 'whether a process holds tun0' },
    });
  });

  it.each(['tun-kind-matches', 'tun-queues-match', 'tun-owner', 'tun-not-busy'] as const)(
    'does not exist, and %s is not asked',
    (id) => {
      const broken = { layer: 'tap', multiQueue: true, owner: 7, attached: true } as const;
      const other = { request: { ...context.request, tunDevice: 'tun1' } };
      const any = { request: { ...context.request, tunDevice: null } };
      expect(gate(id, attaching(broken, other))).toBeNull();
      expect(gate(id, attaching(broken, any))).toBeNull();
      const unseen = attaching(broken);
      expect(
        gate(id, { ...unseen, tun: { ...unseen.tun, devices: unknown('it is dark', 'a test') } }),
      ).toBeNull();
    },
  );
});

describe('the owner of a device', () => {
  const fits = 'its owner and group fit';
  const member = { ...context.credentials, groups: [2000] };

  it.each([
    ['is the user', { owner: 1000 }, context.credentials, fits],
    ['is another user', { owner: 7 }, context.credentials, 'its owner is another user'],
    [
      'is only the real user',
      { owner: 1000 },
      { ...member, uid: { real: 1000, effective: 7, saved: 1000 } },
      'its owner is another user',
    ],
    ['is a group of the process', { owner: null, group: 2000 }, member, fits],
    ['is the effective group', { owner: null, group: 1000 }, member, fits],
    [
      'is another group',
      { owner: null, group: 3000 },
      member,
      'its group is none of the process’s',
    ],
    ['is the user and a group of the process', { owner: 1000, group: 2000 }, member, fits],
    [
      'is the user and another group',
      { owner: 1000, group: 3000 },
      member,
      'its group is none of the process’s',
    ],
    [
      'is another user and a group of the process',
      { owner: 7, group: 2000 },
      member,
      'its owner is another user',
    ],
    [
      'is another user and another group',
      { owner: 7, group: 3000 },
      member,
      'neither its owner nor its group fits',
    ],
  ] as const)('%s', (_, device, credentials, detail) => {
    const asked = attaching(device, { credentials });
    expect(gate('tun-owner', asked)).toMatchObject({
      call: setIff,
      outcome: detail === fits ? 'passes' : 'refuses',
      errno: detail === fits ? null : 'EPERM',
      looked: {
        kind: 'tun-device',
        name: 'tun0',
        detail,
        uid: credentials.uid.effective,
        groups: [1000, ...credentials.groups],
      },
    });
  });

  it('is told with each group of the process once', () => {
    const credentials = { ...member, groups: [1000, 2000] };
    expect(gate('tun-owner', attaching({}, { credentials }))).toMatchObject({
      looked: { groups: [1000, 2000] },
    });
  });

  it('does not matter with CAP_NET_ADMIN over the network namespace', () => {
    const overrides = 'CAP_NET_ADMIN opens it to the process all the same';
    expect(gate('tun-owner', attaching({ owner: 7 }, { credentials: netAdmin }))).toMatchObject({
      call: setIff,
      outcome: 'passes',
      looked: { kind: 'tun-device', detail: `its owner is another user; ${overrides}` },
    });
    const kernel = { ...context.kernel, ownerlessTunNeedsNetAdmin: true };
    const nobodys = attaching({ owner: null }, { credentials: netAdmin, kernel });
    expect(gate('tun-owner', nobodys)).toMatchObject({
      call: setIff,
      outcome: 'passes',
      looked: { detail: `it has no owner and no group; ${overrides}` },
    });
    const elsewhere = { credentials: { ...netAdmin, userNamespace: child } };
    expect(gate('tun-owner', attaching({ owner: 7 }, elsewhere))).toMatchObject({
      outcome: 'refuses',
    });
  });

  it.each([
    [false, 'passes', null, { kind: 'tun-device', detail: 'it has no owner and no group' }],
    [true, 'refuses', 'EPERM', { kind: 'tun-device', detail: 'it has no owner and no group' }],
    [
      null,
      'unknown',
      null,
      {
        kind: 'unseen',
        what: 'whether this kernel lets anyone attach to a device without an owner',
      },
    ],
  ] as const)('is nobody, and CAP_NET_ADMIN needed then: %s', (needs, outcome, errno, looked) => {
    const kernel = { ...context.kernel, ownerlessTunNeedsNetAdmin: needs };
    expect(gate('tun-owner', attaching({ owner: null }, { kernel }))).toMatchObject({
      call: setIff,
      outcome,
      errno,
      looked,
    });
  });

  it('is a group alone, which is not nobody', () => {
    const kernel = { ...context.kernel, ownerlessTunNeedsNetAdmin: true };
    expect(gate('tun-owner', attaching({ owner: null, group: 1000 }, { kernel }))).toMatchObject({
      outcome: 'passes',
    });
    expect(gate('tun-owner', attaching({ owner: 1000 }, { kernel }))).toMatchObject({
      outcome: 'passes',
    });
  });
});

describe('a new device', () => {
  it('needs CAP_NET_ADMIN over the network namespace: EPERM', () => {
    expect(gate('tun-net-admin', context)).toEqual({
      rule: 'gate',
      gate: 'tun-net-admin',
      source: 'tun_set_iff() in drivers/net/tun.c',
      call: setIff,
      outcome: 'refuses',
      errno: 'EPERM',
      looked: {
        kind: 'capability',
        capability: CAP_NET_ADMIN,
        alternative: null,
        held: false,
        scope: 'network',
        namespace: '4026531837',
        ownNamespace: '4026531837',
      },
    });
    const raw = { ...context, credentials: holding(setOf(CAP_NET_RAW)) };
    expect(gate('tun-net-admin', raw)).toMatchObject({ outcome: 'refuses' });
    expect(gate('tun-net-admin', { ...context, credentials: netAdmin })).toMatchObject({
      call: setIff,
      outcome: 'passes',
      errno: null,
    });
  });

  it('counts in the owner of the network namespace', () => {
    const inside = { ...netAdmin, userNamespace: child };
    expect(gate('tun-net-admin', { ...context, credentials: inside })).toMatchObject({
      outcome: 'refuses',
      looked: { held: false, namespace: '4026531837', ownNamespace: 'child' },
    });
    const own = { ...context, credentials: inside, network: { id: 'own', owner: child } };
    expect(gate('tun-net-admin', own)).toMatchObject({ outcome: 'passes' });
    const beside = { ...own, network: { id: 'beside', owner: ofTwo } };
    expect(gate('tun-net-admin', beside)).toMatchObject({ outcome: 'refuses' });
  });

  it.each(['tun-net-admin', 'tun-name'] as const)('is none where it exists: %s', (id) => {
    expect(gate(id, attaching({}))).toBeNull();
  });

  it.each(['tun-net-admin', 'tun-name'] as const)('may exist unseen: %s', (id) => {
    const asked = attaching({});
    const devices = unknown('it is dark', 'a test');
    expect(gate(id, { ...asked, tun: { ...asked.tun, devices } })).toMatchObject({
      call: setIff,
      outcome: 'unknown',
      looked: { what: 'whether tun0 exists: it is dark' },
    });
    const any = { ...context, credentials: netAdmin, tun: { ...context.tun, devices } };
    expect(gate('tun-net-admin', any)).toMatchObject({ outcome: 'passes' });
    expect(gate('tun-name', any)).toMatchObject({ outcome: 'passes' });
  });

  it('has a name that a device can have: EINVAL', () => {
    const named = (tunDevice: string | null): GateContext => ({
      ...context,
      request: { ...context.request, tunDevice },
    });
    expect(gate('tun-name', named(null))).toMatchObject({
      call: setIff,
      outcome: 'passes',
      looked: { kind: 'request', detail: 'the kernel chooses the name' },
    });
    expect(gate('tun-name', named('tun9'))).toMatchObject({
      call: setIff,
      outcome: 'passes',
      looked: { kind: 'request', detail: '“tun9” is a name that a network device can have' },
    });
    expect(gate('tun-name', named('a/b'))).toMatchObject({
      call: setIff,
      outcome: 'refuses',
      errno: 'EINVAL',
      looked: { kind: 'request', detail: '“a/b” is not a name that a network device can have' },
    });
  });
});

describe('a security module', () => {
  const labelled = (securityLabel: string | null) => gate('tun-lsm', { ...context, securityLabel });

  it.each([
    null,
    'unconfined',
    'docker-default (enforce)',
    'u:r:unconfined_t',
    'u:r:unconfined_t:s0',
  ])('has nothing to say of TUN devices, with the label %s', (label) => {
    expect(labelled(label)).toMatchObject({
      call: setIff,
      outcome: 'passes',
      looked: { kind: 'security-label', label },
    });
  });

  it('is SELinux, whose policy cannot be seen', () => {
    expect(labelled('u:r:container_t')).toMatchObject({
      call: setIff,
      outcome: 'unknown',
      looked: { what: 'what the SELinux policy allows u:r:container_t' },
    });
  });
});
