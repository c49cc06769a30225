import { describe, expect, it } from 'vitest';
import {
  CAP_NET_ADMIN,
  CAP_NET_BIND_SERVICE,
  CAP_NET_RAW,
} from '../../extension/model/capability.ts';
import { setOf } from '../../extension/model/capabilitySet.ts';
import { known, unknown } from '../../extension/model/evidence.ts';
import { capabilityConstant, type GateContext } from '../../extension/model/gate.ts';
import {
  lowPortGates,
  packetGates,
  pingGates,
  rawGates,
  rtnetlinkGates,
} from '../../extension/model/socketGates.ts';
import { ask, context, holding, netAdmin } from './gateContext.ts';
import { child } from './namespaces.ts';

const netRaw = holding(setOf(CAP_NET_RAW));

describe('one capability over the network namespace', () => {
  it.each([
    [packetGates, 'packet-net-raw', 'socket(AF_PACKET)', CAP_NET_RAW, netRaw, netAdmin],
    [rawGates, 'raw-net-raw', 'socket(SOCK_RAW)', CAP_NET_RAW, netRaw, netAdmin],
    [
      rtnetlinkGates,
      'rtnetlink-net-admin',
      'sendmsg(RTM_NEWLINK)',
      CAP_NET_ADMIN,
      netAdmin,
      netRaw,
    ],
  ] as const)('%#: %s', (gates, id, call, capability, with_, without) => {
    expect(gates).toHaveLength(1);
    expect(ask(gates, id, { ...context, credentials: with_ })).toEqual({
      rule: 'gate',
      gate: id,
      call,
      outcome: 'passes',
      errno: null,
      looked: {
        kind: 'capability',
        capability,
        held: true,
        namespace: '4026531837',
        ownNamespace: '4026531837',
      },
    });
    const refused = { call, outcome: 'refuses', errno: 'EPERM', looked: { capability } };
    expect(ask(gates, id, { ...context, credentials: without })).toMatchObject(refused);
    const below = { ...with_, userNamespace: child };
    expect(ask(gates, id, { ...context, credentials: below })).toMatchObject(refused);
  });

  it('is named as in the kernel', () => {
    expect(capabilityConstant(CAP_NET_ADMIN)).toBe('CAP_NET_ADMIN');
  });
});

describe('a ping socket', () => {
  const call = 'socket(SOCK_DGRAM, IPPROTO_ICMP)';
  const ranged = (
    range: readonly [number, number],
    groups: readonly number[] = [],
  ): GateContext => ({
    ...context,
    credentials: { ...context.credentials, groups },
    limits: { ...context.limits, pingGroupRange: known(range, 'a test') },
  });
  const asked = (each: GateContext) => ask(pingGates, 'ping-group-range', each);

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
    expect(asked({ ...ranged([1, 0]), credentials: netRaw })).toMatchObject({ outcome: 'refuses' });
  });

  it('cannot be told where the range was not seen', () => {
    const pingGroupRange = unknown('it is dark', 'a test');
    expect(asked({ ...context, limits: { ...context.limits, pingGroupRange } })).toMatchObject({
      call,
      outcome: 'unknown',
      looked: { what: 'it is dark' },
    });
  });
});

describe('a low port', () => {
  const bind = (port: number, change: Partial<GateContext> = {}) =>
    ask(lowPortGates, 'low-port', { ...context, request: { ...context.request, port }, ...change });

  it.each([
    [1023, 'refuses'],
    [1, 'refuses'],
    [1024, 'passes'],
    [8080, 'passes'],
    [0, 'passes'],
  ])('%i below 1024: %s', (port, outcome) => {
    expect(bind(port)).toMatchObject({
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

  const unseen = {
    limits: { ...context.limits, unprivilegedPortStart: unknown('it is dark', 'a test') },
  };

  it('is free with CAP_NET_BIND_SERVICE, whatever the sysctl is', () => {
    const credentials = holding(setOf(CAP_NET_BIND_SERVICE));
    expect(bind(80, { credentials, ...unseen })).toMatchObject({
      call: 'bind(port 80)',
      outcome: 'passes',
      looked: { kind: 'capability', held: true },
    });
    expect(bind(80, { credentials: netAdmin })).toMatchObject({ outcome: 'refuses' });
  });

  it('cannot be told where the sysctl was not seen', () => {
    expect(bind(80, unseen)).toMatchObject({
      call: 'bind(port 80)',
      outcome: 'unknown',
      looked: { what: 'it is dark' },
    });
  });
});
