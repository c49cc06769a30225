/** Gates that ask a sysctl, a mount or a file: each alone. */
import { describe, expect, it } from 'vitest';
import {
  CAP_BPF,
  CAP_DAC_OVERRIDE,
  CAP_DAC_READ_SEARCH,
  CAP_NET_ADMIN,
  CAP_NET_BIND_SERVICE,
  CAP_NET_RAW,
  CAP_SYS_ADMIN,
} from '../../extension/model/capability.ts';
import { emptySet, setOf } from '../../extension/model/capabilitySet.ts';
import { sameIds } from '../../extension/model/credentials.ts';
import { known, unknown } from '../../extension/model/evidence.ts';
import { inInitial, type GateContext } from '../../extension/model/gate.ts';
import {
  lowPort,
  networkNamespaceAllowed,
  networkSysctlMount,
  networkSysctlOwner,
  pingGroupRange,
  userNamespaceAllowed,
  whereBpfIsPrivileged,
  xtablesLock,
} from '../../extension/model/gates/limitGates.ts';
import type { Limits, SandboxAttempt, XtablesLock } from '../../extension/model/system.ts';
import { hiddenUserNamespace } from '../../extension/model/userNamespace.ts';
import { ask, context, holding, netAdmin } from './gateContext.ts';
import { child } from './namespaces.ts';

const dark = unknown('it is dark', 'a test');
const limited = (limits: Partial<Limits>, change: Partial<GateContext> = {}): GateContext => ({
  ...context,
  limits: { ...context.limits, ...limits },
  ...change,
});

describe('a ping socket', () => {
  const call = 'socket(SOCK_DGRAM, IPPROTO_ICMP)';
  const asked = (each: GateContext) => ask([pingGroupRange(call)], 'ping-group-range', each);
  const ranged = (range: readonly [number, number], groups: readonly number[] = []): GateContext =>
    limited(
      { pingGroupRange: known(range, 'a test') },
      { credentials: { ...context.credentials, groups } },
    );

  it.each([
    [[0, 2147483647], [], true],
    [[1000, 1000], [], true],
    [[1001, 2000], [], false],
    [[1, 999], [], false],
    [[1, 0], [], false],
    [[2000, 2000], [1999, 2000], true],
  ] as const)('with the range %j and the groups 1000 and %j', (range, groups, fits) => {
    expect(asked(ranged(range, groups))).toEqual({
      rule: 'gate',
      gate: 'ping-group-range',
      source: 'ping_init_sock() in net/ipv4/ping.c',
      call,
      outcome: fits ? 'passes' : 'refuses',
      errno: fits ? null : 'EACCES',
      looked: {
        kind: 'sysctl',
        name: 'net.ipv4.ping_group_range',
        value: `${range[0]} ${range[1]}`,
        detail: fits ? 'a group of the process is in it' : 'no group of the process is in it',
      },
    });
  });

  it('is not opened by a capability', () => {
    const credentials = holding(setOf(CAP_NET_RAW));
    expect(asked({ ...ranged([1, 0]), credentials })).toMatchObject({ outcome: 'refuses' });
  });

  it('cannot be told where the range was not seen', () => {
    expect(asked(limited({ pingGroupRange: dark }))).toMatchObject({
      call,
      outcome: 'unknown',
      looked: { what: 'net.ipv4.ping_group_range: it is dark' },
    });
  });
});

describe('a low port', () => {
  const bind = (port: number, change: Partial<GateContext> = {}) =>
    ask([lowPort('a test')], 'low-port', {
      ...context,
      request: { ...context.request, port },
      ...change,
    });

  it.each([
    [1023, 'refuses'],
    [1, 'refuses'],
    [1024, 'passes'],
    [8080, 'passes'],
    [0, 'passes'],
  ])('%i below 1024: %s', (port, outcome) => {
    expect(bind(port)).toMatchObject({
      source: 'a test',
      call: `bind(port ${port})`,
      outcome,
      errno: outcome === 'refuses' ? 'EACCES' : null,
    });
  });

  it('is refused for want of the capability', () => {
    expect(bind(80)).toMatchObject({
      looked: { kind: 'capability', capability: CAP_NET_BIND_SERVICE, held: false },
    });
  });

  it('is free for the sysctl’s sake', () => {
    expect(bind(8080)).toMatchObject({
      looked: {
        kind: 'sysctl',
        name: 'net.ipv4.ip_unprivileged_port_start',
        value: '1024',
        detail: 'port 8080 needs no privilege',
      },
    });
  });

  const unseen = { limits: { ...context.limits, unprivilegedPortStart: dark } };

  it('is free with CAP_NET_BIND_SERVICE, whatever the sysctl is', () => {
    const credentials = holding(setOf(CAP_NET_BIND_SERVICE));
    expect(bind(80, { credentials, ...unseen })).toMatchObject({
      call: 'bind(port 80)',
      outcome: 'passes',
      looked: { kind: 'capability', held: true, scope: 'network' },
    });
    expect(bind(80, { credentials: netAdmin })).toMatchObject({ outcome: 'refuses' });
  });

  it('cannot be told where the sysctl was not seen', () => {
    expect(bind(80, unseen)).toMatchObject({
      call: 'bind(port 80)',
      outcome: 'unknown',
      looked: { what: 'net.ipv4.ip_unprivileged_port_start: it is dark' },
    });
  });
});

describe('a BPF call that a sysctl can open to all', () => {
  const call = 'bpf(BPF_PROG_LOAD)';
  const gate = whereBpfIsPrivileged(inInitial({ call, capability: CAP_BPF, source: 'a test' }));
  const asked = (disabled: Limits['unprivilegedBpfDisabled'], effective = emptySet) =>
    ask([gate], 'initial-capability', {
      ...limited({ unprivilegedBpfDisabled: disabled }),
      credentials: holding(effective),
    });

  it.each([1, 2])('and does not, at %i', (value) => {
    expect(asked(known(value, 'a test'))).toMatchObject({
      call,
      outcome: 'refuses',
      errno: 'EPERM',
      looked: { kind: 'capability', capability: CAP_BPF },
    });
    expect(asked(known(value, 'a test'), setOf(CAP_BPF))).toMatchObject({ outcome: 'passes' });
  });

  it('and does, at 0', () => {
    expect(asked(known(0, 'a test'))).toMatchObject({
      call,
      outcome: 'passes',
      looked: {
        kind: 'sysctl',
        name: 'kernel.unprivileged_bpf_disabled',
        value: '0',
        detail: 'every process may load this kind',
      },
    });
  });

  it('or that was not seen, which matters to those without the capability only', () => {
    expect(asked(dark)).toMatchObject({
      call,
      outcome: 'unknown',
      looked: { what: 'kernel.unprivileged_bpf_disabled: it is dark' },
    });
    expect(asked(dark, setOf(CAP_BPF))).toMatchObject({ outcome: 'passes' });
  });

  it('does not apply where the gate within does not', () => {
    const none = whereBpfIsPrivileged({ ...gate, check: () => null });
    expect(ask([none], 'initial-capability', context)).toBeNull();
  });
});

describe('a user namespace', () => {
  const call = 'unshare(CLONE_NEWUSER)';
  const asked = (each: GateContext) => ask([userNamespaceAllowed(call)], 'user-namespace', each);
  const mapless = { ...context.credentials, userNamespace: { ...child, uidMap: [] } };
  const tried = (attempt: SandboxAttempt): GateContext => ({
    ...context,
    sandboxAttempt: known(attempt, 'a test'),
  });
  const groupless = { ...context.credentials, userNamespace: { ...child, gidMap: [] } };

  it.each([
    ['max-user-namespaces', 'ENOSPC', limited({ maxUserNamespaces: known(0, 'a test') })],
    [
      'unprivileged-userns-clone',
      'EPERM',
      limited({ unprivilegedUserNamespaces: known(0, 'a test') }),
    ],
    ['unmapped-ids', 'EPERM', limited({}, { credentials: mapless })],
    ['unmapped-ids', 'EPERM', limited({}, { credentials: groupless })],
    ['chrooted', 'EPERM', tried({ refusal: { call, errno: 'EPERM' }, chrooted: true })],
    ['attempt', 'ENOSPC', tried({ refusal: { call, errno: 'ENOSPC' }, chrooted: false })],
  ] as const)('is refused: %s', (cause, errno, each) => {
    expect(asked(each)).toMatchObject({
      source: 'create_user_ns() in kernel/user_namespace.c',
      call,
      outcome: 'refuses',
      errno,
      looked: { kind: 'namespace', cause },
    });
  });

  it('is created although its map is then refused, or where nothing was tried', () => {
    const map = { call: 'write(/proc/self/uid_map)', errno: 'EPERM' } as const;
    expect(asked(tried({ refusal: map, chrooted: false }))).toMatchObject({ outcome: 'passes' });
    expect(asked({ ...context, sandboxAttempt: dark })).toMatchObject({ outcome: 'passes' });
  });

  it('is allowed', () => {
    expect(asked(context)).toMatchObject({
      call,
      outcome: 'passes',
      looked: {
        kind: 'sysctl',
        name: 'user.max_user_namespaces',
        value: '95000',
        detail: 'a user namespace can be created',
      },
    });
    const credentials = holding(setOf(CAP_SYS_ADMIN));
    const closed = limited({ unprivilegedUserNamespaces: known(0, 'a test') }, { credentials });
    expect(asked(closed)).toMatchObject({ outcome: 'passes' });
  });

  it('cannot be told where the limit was not seen', () => {
    expect(asked(limited({ maxUserNamespaces: dark }))).toMatchObject({
      call,
      outcome: 'unknown',
      looked: { what: 'user.max_user_namespaces: it is dark' },
    });
  });
});

describe('a network namespace', () => {
  const call = 'unshare(CLONE_NEWNET)';

  it.each([
    [known(7, 'a test'), 'passes', null, { kind: 'sysctl', value: '7' }],
    [known(0, 'a test'), 'refuses', 'ENOSPC', { kind: 'namespace', cause: 'max-net-namespaces' }],
    [dark, 'unknown', null, { what: 'user.max_net_namespaces: it is dark' }],
  ] as const)('%#: %j', (maxNetworkNamespaces, outcome, errno, looked) => {
    const asked = limited({ maxNetworkNamespaces });
    expect(ask([networkNamespaceAllowed(call)], 'network-namespace', asked)).toMatchObject({
      source: 'copy_net_ns() in net/core/net_namespace.c',
      call,
      outcome,
      errno,
      looked,
    });
    const named = { name: 'user.max_net_namespaces', detail: 'a network namespace can be created' };
    if (outcome === 'passes') {
      expect(ask([networkNamespaceAllowed(call)], 'network-namespace', asked)).toMatchObject({
        looked: named,
      });
    }
  });
});

describe('a sysctl of the network', () => {
  const call = 'open(/proc/sys/net/…, O_WRONLY)';
  const owner = (change: Partial<GateContext>) =>
    ask([networkSysctlOwner], 'sysctl-owner', { ...context, ...change });
  const root = { ...context.credentials, uid: sameIds(0) };

  it('is open to the administrator of the network', () => {
    expect(owner({ credentials: netAdmin })).toMatchObject({
      call,
      outcome: 'passes',
      looked: { kind: 'capability', capability: CAP_NET_ADMIN, scope: 'network' },
    });
  });

  it('is open to root, whatever root holds', () => {
    expect(owner({ credentials: root })).toMatchObject({
      call,
      outcome: 'passes',
      looked: { kind: 'node', path: '/proc/sys/net', detail: 'mode 0644, and the process is root' },
    });
    const inside = { ...root, userNamespace: child };
    expect(owner({ credentials: inside })).toMatchObject({ outcome: 'passes' });
    const container = { ...root, userNamespace: { ...child, parent: hiddenUserNamespace } };
    expect(owner({ credentials: container })).toMatchObject({ outcome: 'refuses' });
  });

  it('is closed to others', () => {
    const byReal = { ...context.credentials, uid: { real: 0, effective: 1000, saved: 0 } };
    for (const credentials of [context.credentials, byReal, holding(setOf(CAP_DAC_OVERRIDE))]) {
      expect(owner({ credentials })).toMatchObject({
        source: 'net_ctl_permissions() in net/sysctl_net.c',
        call,
        outcome: 'refuses',
        errno: 'EACCES',
        looked: { kind: 'capability', capability: CAP_NET_ADMIN, held: false },
      });
    }
  });

  it.each([
    [known(false, 'a test'), 'passes', null, { detail: 'it is mounted for writing' }],
    [known(true, 'a test'), 'refuses', 'EROFS', { detail: 'it is mounted read-only' }],
    [dark, 'unknown', null, { what: 'the mount at /proc/sys/net: it is dark' }],
  ] as const)('%#: lies on a mount', (networkSysctlsReadOnly, outcome, errno, looked) => {
    expect(
      ask([networkSysctlMount], 'sysctl-mount', limited({ networkSysctlsReadOnly })),
    ).toMatchObject({
      source: 'mnt_get_write_access() in fs/namespace.c',
      call,
      outcome,
      errno,
      looked,
    });
  });
});

describe('the lock of legacy iptables', () => {
  const call = 'open(/run/xtables.lock)';
  const file: XtablesLock = {
    path: '/run/xtables.lock',
    folder: false,
    readOnly: false,
    mode: 0o600,
    uid: 0,
    gid: 0,
  };
  const folder: XtablesLock = { ...file, path: '/run', folder: true, mode: 0o755 };
  const asked = (lock: XtablesLock, effective = emptySet) =>
    ask([xtablesLock], 'xtables-lock', {
      ...limited({ xtablesLock: known(lock, 'a test') }),
      credentials: holding(effective),
    });

  it.each([
    ['is root’s', file, emptySet, 'refuses'],
    ['is opened by CAP_DAC_OVERRIDE', file, setOf(CAP_DAC_OVERRIDE), 'passes'],
    ['is opened by CAP_DAC_READ_SEARCH', file, setOf(CAP_DAC_READ_SEARCH), 'passes'],
    ['is not opened by CAP_NET_ADMIN', file, setOf(CAP_NET_ADMIN), 'refuses'],
    ['is one’s own', { ...file, uid: 1000 }, emptySet, 'passes'],
    ['is readable by all', { ...file, mode: 0o644 }, emptySet, 'passes'],
    ['is writable by all only', { ...file, mode: 0o622 }, emptySet, 'refuses'],
    [
      'lies on a read-only mount already',
      { ...file, uid: 1000, readOnly: true },
      emptySet,
      'passes',
    ],
    ['would be made in a folder of root', folder, emptySet, 'refuses'],
    ['cannot be made by CAP_DAC_READ_SEARCH', folder, setOf(CAP_DAC_READ_SEARCH), 'refuses'],
    ['can be made by CAP_DAC_OVERRIDE', folder, setOf(CAP_DAC_OVERRIDE), 'passes'],
    ['would be made in a folder of all', { ...folder, mode: 0o777 }, emptySet, 'passes'],
    [
      'would be made in a folder that can be searched',
      { ...folder, mode: 0o771 },
      emptySet,
      'refuses',
    ],
    ['would be made in a folder that cannot', { ...folder, mode: 0o772 }, emptySet, 'refuses'],
  ] as const)('%s', (_, lock, effective, outcome) => {
    expect(asked(lock, effective)).toMatchObject({
      source: 'xtables_lock() in iptables/xshared.c',
      call,
      outcome,
      errno: outcome === 'refuses' ? 'EACCES' : null,
      looked: { kind: 'node', path: lock.path },
    });
  });

  it('is described', () => {
    expect(asked(file)).toMatchObject({ looked: { detail: 'mode 0600, owner 0, group 0' } });
    expect(asked({ ...folder, mode: 0o55, uid: 7, gid: 8 })).toMatchObject({
      looked: { detail: 'the lock would be made in it; mode 0055, owner 7, group 8' },
    });
  });

  it('cannot be made on a read-only mount', () => {
    expect(asked({ ...folder, readOnly: true }, setOf(CAP_DAC_OVERRIDE))).toMatchObject({
      call,
      outcome: 'refuses',
      errno: 'EROFS',
      looked: { kind: 'node', path: '/run', detail: 'it is mounted read-only' },
    });
  });

  it('cannot be told where it was not seen', () => {
    expect(ask([xtablesLock], 'xtables-lock', limited({ xtablesLock: dark }))).toMatchObject({
      call,
      outcome: 'unknown',
      looked: { what: '/run/xtables.lock: it is dark' },
    });
  });
});
