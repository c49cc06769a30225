/** The table of operations: its rows as a whole, and what a row can say about its gates. */
import { describe, expect, it } from 'vitest';
import {
  CAP_BPF,
  CAP_NET_ADMIN,
  CAP_NET_RAW,
  CAP_SYS_ADMIN,
  capabilityName,
} from '../../extension/model/capability.ts';
import { emptySet, names, setOf } from '../../extension/model/capabilitySet.ts';
import { known, unknown } from '../../extension/model/evidence.ts';
import { everyFeature, features, featureTitle } from '../../extension/model/feature.ts';
import { askGate, capabilityConstant, type GateContext } from '../../extension/model/gate.ts';
import { judgeProcess } from '../../extension/model/judge.ts';
import { kernelRules } from '../../extension/model/kernel.ts';
import { operationFamilies } from '../../extension/model/operation.ts';
import {
  operations,
  usualOperations,
  type Operation,
  type OperationId,
} from '../../extension/model/operations.ts';
import type { GateReason } from '../../extension/model/reason.ts';
import type { Launcher } from '../../extension/model/system.ts';
import {
  exampleOperation,
  exampleSystem,
  exampleUser,
} from '../../extension/rules/exampleSystem.ts';
import { attaching, context, holding } from './gateContext.ts';
import { child } from './namespaces.ts';

/** A context in which every gate that can refuse does. */
const hostile: GateContext = {
  ...context,
  features: everyFeature(({ symbol }) => known(false, `the lack of ${symbol}`)),
  limits: {
    ...context.limits,
    maxUserNamespaces: known(0, 'a test'),
    maxNetworkNamespaces: known(0, 'a test'),
    networkSysctlsReadOnly: known(true, 'a test'),
  },
};

/** The same where `tun0` exists: another user's, of another kind, held. */
const taken: GateContext = attaching(
  { owner: 7, attached: true, layer: 'tap', multiQueue: true },
  { ...hostile, request: { ...hostile.request, tunDevice: 'tun0' } },
);

function everyAnswer(operation: Operation, asked: GateContext): readonly GateReason[] {
  const request = { ...asked.request, ...operation.request };
  return operation.gates
    .map((gate) => askGate(gate, { ...asked, request }))
    .filter((answer) => answer !== null);
}

function line({ gate, call, errno, looked, source }: GateReason): string {
  const what =
    looked.kind === 'capability'
      ? `${[looked.capability, ...(looked.alternative === null ? [] : [looked.alternative])].map(capabilityName).join(' or ')} (${looked.scope})`
      : looked.kind === 'feature'
        ? `${looked.title} (${looked.source})`
        : '';
  return `    ${[gate, call, errno ?? '-', what, source].join(' | ')}`;
}

it('says of each row what it asks, where and in which order', async () => {
  const table = operations.map((operation) =>
    [
      `${operation.id} [${operation.family}${operation.filtered === true ? ', filtered' : ''}] ${operation.title}`,
      `    ${operation.manPage}; ${names(operation.capabilities).join(', ') || 'no capability'}`,
      ...everyAnswer(operation, operation.id === 'tun.attach' ? taken : hostile).map(line),
    ].join('\n'),
  );
  await expect(`${table.join('\n\n')}\n`).toMatchFileSnapshot('golden/operations.txt');
});

describe('the table', () => {
  it('has its rows family by family, under ids of their own', () => {
    expect(operations.length).toBeGreaterThanOrEqual(45);
    const families = operations.map(({ family }) => family);
    expect([...new Set(families)]).toEqual(operationFamilies.map(({ id }) => id));
    expect(families.filter((each, index) => each !== families[index - 1])).toHaveLength(
      operationFamilies.length,
    );
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
    expect(new Set(operations.map(({ title }) => title)).size).toBe(operations.length);
  });

  it('has titles that begin a sentence, and pages to read', () => {
    for (const { title, manPage } of operations) {
      expect(title).toMatch(/^[A-Z].*[^.]$/);
      expect(manPage).toMatch(/\(\d\)|\(\) in |^Documentation\/|^RFC /);
    }
  });

  it('has a use for every feature', () => {
    const used = operations.flatMap((operation) =>
      everyAnswer(operation, hostile).flatMap(({ looked }) =>
        looked.kind === 'feature' ? [looked.feature] : [],
      ),
    );
    expect([...new Set(used)].sort()).toEqual(features.map(({ id }) => id).sort());
  });

  it('asks the usual ones where nothing is named', () => {
    expect(usualOperations).toEqual([
      'tun.create',
      'socket.packet',
      'socket.raw',
      'socket.ping',
      'bind.low-port',
      'netlink.write',
    ]);
  });
});

/** What a process of the example machine may do. */
function may(
  id: OperationId,
  effective = emptySet,
  change: Parameters<typeof exampleSystem>[0] = {},
) {
  const credentials = known({ ...exampleUser, effective }, 'a test');
  const system = exampleSystem({ ...change, launcher: { credentials, ...change.launcher } });
  const [first] = judgeProcess(system, [exampleOperation(id)]);
  if (first === undefined) throw new RangeError(id);
  return first.verdict;
}

describe('each operation', () => {
  const lock = { path: '/run', folder: true, readOnly: false, mode: 0o777, uid: 0, gid: 0 };
  const limits = {
    xtablesLock: known(lock, 'a test'),
    pingGroupRange: known([0, 2147483647] as const, 'a test'),
  };

  it.each(operations.map((operation) => [operation.id, operation] as const))(
    '%s is allowed with the capabilities of its row, and with none less',
    (id, { capabilities }) => {
      expect(may(id, capabilities, { limits })).toMatchObject({ kind: 'allowed', unseen: [] });
      for (const name of names(capabilities)) {
        const less = names(capabilities).filter((each) => each !== name);
        const rest = operations
          .flatMap(({ capabilities: set }) => names(set).map((each) => [each, set] as const))
          .filter(([each, set]) => less.includes(each) && names(set).length === 1)
          .reduce((set, [, one]) => set | one, emptySet);
        const free = ['option.bind-to-device', 'namespace.user', 'namespace.sandbox'].includes(id);
        expect(may(id, rest, { limits }).kind).toBe(free ? 'allowed' : 'denied');
      }
    },
  );
});

describe('what depends on the kernel', () => {
  const before = { kernel: kernelRules('5.4.0') };
  const answers = (id: OperationId, effective: bigint, change: Partial<GateContext> = {}) =>
    everyAnswer(exampleOperation(id), {
      ...context,
      credentials: holding(effective),
      ...change,
    }).map(({ outcome, looked }) => [
      outcome,
      looked.kind === 'capability' ? capabilityConstant(looked.capability) : looked.kind,
    ]);

  it.each(['option.mark', 'option.priority'] as const)('CAP_NET_RAW and %s', (id) => {
    expect(answers(id, setOf(CAP_NET_RAW))).toEqual([['passes', 'CAP_NET_ADMIN']]);
    expect(answers(id, setOf(CAP_NET_RAW), before)).toEqual([['refuses', 'CAP_NET_ADMIN']]);
    expect(answers(id, setOf(CAP_NET_ADMIN), before)).toEqual([['passes', 'CAP_NET_ADMIN']]);
  });

  it('the first SO_BINDTODEVICE', () => {
    expect(answers('option.bind-to-device', emptySet)).toEqual([]);
    expect(answers('option.bind-to-device', emptySet, before)).toEqual([
      ['refuses', 'CAP_NET_RAW'],
    ]);
    expect(answers('option.rebind-to-device', emptySet)).toEqual([['refuses', 'CAP_NET_RAW']]);
  });

  it('CAP_BPF', () => {
    const old = { ...before, limits: { ...context.limits } };
    expect(answers('bpf.map', setOf(CAP_BPF)).at(-1)).toEqual(['passes', 'CAP_BPF']);
    expect(answers('bpf.map', setOf(CAP_SYS_ADMIN)).at(-1)).toEqual(['passes', 'CAP_BPF']);
    expect(answers('bpf.map', setOf(CAP_BPF), old).at(-1)).toEqual(['refuses', 'CAP_SYS_ADMIN']);
    expect(answers('bpf.map', setOf(CAP_SYS_ADMIN), old).at(-1)).toEqual([
      'passes',
      'CAP_SYS_ADMIN',
    ]);
  });
});

describe('a part of the kernel', () => {
  const withWireguard = (
    evidence: ReturnType<typeof known<boolean>> | ReturnType<typeof unknown>,
  ) => may('wireguard.create', setOf(CAP_NET_ADMIN), { features: { wireguard: evidence } });

  it('is there, is not there, or was not seen', () => {
    expect(withWireguard(known(true, '/proc/modules')).reasons.at(-1)).toMatchObject({
      gate: 'feature',
      outcome: 'passes',
      looked: {
        kind: 'feature',
        feature: 'wireguard',
        title: 'WireGuard',
        source: '/proc/modules',
      },
    });
    expect(withWireguard(known(false, '/proc/config.gz'))).toMatchObject({
      kind: 'denied',
      call: 'sendmsg(RTM_NEWLINK)',
      errno: 'EOPNOTSUPP',
    });
    expect(withWireguard(unknown('it is dark', 'a test'))).toMatchObject({
      kind: 'unknown',
      unseen: ['whether this kernel has WireGuard: it is dark'],
    });
  });

  it('was not looked at', () => {
    const operation = exampleOperation('wireguard.create');
    expect(everyAnswer(operation, { ...context, features: {} }).at(-1)).toMatchObject({
      outcome: 'unknown',
      looked: { what: 'whether this kernel has WireGuard: nobody looked' },
    });
  });

  it('is asked for after the capability, where the kernel does so', () => {
    expect(
      may('wireguard.create', emptySet, { features: { wireguard: known(false, '') } }),
    ).toMatchObject({ errno: 'EPERM' });
    expect(may('socket.key', emptySet, { features: { key: known(false, '') } })).toMatchObject({
      errno: 'EAFNOSUPPORT',
    });
  });

  it('has a title', () => {
    expect(featureTitle('nf-tables')).toBe('nf_tables');
    const drawn = everyFeature(({ title }) => unknown(title, 'a test'));
    expect(drawn['ip-vs']).toEqual(unknown('IPVS', 'a test'));
    expect(Object.keys(drawn)).toEqual(features.map(({ id }) => id));
  });
});

describe('a descriptor that another process opened', () => {
  const network = (id: string) => known({ id, owner: child }, 'a test');
  const inside = known(
    { ...exampleUser, effective: setOf(CAP_NET_ADMIN), userNamespace: child },
    'a test',
  );
  const base = exampleSystem({
    launcher: { credentials: inside, networkNamespace: network('net') },
  });
  const opener = (change: Partial<Launcher>): Launcher => ({ ...base.launcher, ...change });
  const verdictOf = (id: OperationId, opened: Launcher | null, system = base) => {
    const [first] = judgeProcess(system, [exampleOperation(id)], opened);
    if (first === undefined) throw new RangeError(id);
    return first.verdict;
  };
  const powerless = known({ ...exampleUser, userNamespace: child }, 'a test');

  it('is judged by the opener’s credentials first, where it is a netlink socket', () => {
    expect(verdictOf('netlink.address', null)).toMatchObject({ kind: 'allowed' });
    expect(verdictOf('netlink.address', opener({}))).toMatchObject({ kind: 'allowed' });
    const denied = verdictOf('netlink.address', opener({ credentials: powerless }));
    expect(denied).toMatchObject({
      kind: 'denied',
      errno: 'EPERM',
      call: 'sendmsg(RTM_NEWADDR)',
      refusal: {
        gate: 'opener-capability',
        source: 'file_ns_capable() in kernel/capability.c',
        looked: { capability: CAP_NET_ADMIN, alternative: null, held: false, scope: 'network' },
      },
    });
    expect(verdictOf('option.mark', opener({ credentials: powerless }))).toMatchObject({
      kind: 'allowed',
    });
  });

  it('belongs to the network namespace in which it was opened', () => {
    const outside = opener({
      networkNamespace: known({ id: 'host', owner: context.network.owner }, 'a test'),
    });
    expect(verdictOf('tun.create', null)).toMatchObject({ kind: 'allowed' });
    expect(verdictOf('tun.create', outside)).toMatchObject({ kind: 'denied', errno: 'EPERM' });
    const sibling = opener({ networkNamespace: network('another') });
    expect(verdictOf('tun.create', sibling)).toMatchObject({ kind: 'allowed' });
    const named = { ...base, request: { ...base.request, tunDevice: 'tun0' } };
    expect(verdictOf('tun.create', sibling, named)).toMatchObject({
      kind: 'unknown',
      unseen: ['whether tun0 exists: it is that of another network namespace'],
    });
    expect(verdictOf('socket.ping', sibling)).toMatchObject({
      unseen: ['net.ipv4.ping_group_range: it is that of another network namespace'],
    });
    expect(verdictOf('bind.low-port', sibling)).toMatchObject({
      unseen: ['net.ipv4.ip_unprivileged_port_start: it is that of another network namespace'],
    });
    expect(verdictOf('socket.ping', opener({}))).toMatchObject({ kind: 'denied' });
  });

  it('cannot be judged where the opener was not seen', () => {
    const dark = opener({ credentials: unknown('it is dark', 'a test') });
    expect(verdictOf('netlink.address', dark)).toMatchObject({
      kind: 'unknown',
      unseen: ['the credentials of bash: it is dark'],
    });
    const blind = { ...base, launcher: dark };
    expect(verdictOf('netlink.address', dark, blind)).toMatchObject({
      unseen: ['the credentials of bash: it is dark'],
    });
  });
});

describe('what cannot be read', () => {
  const admin = setOf(CAP_NET_ADMIN, CAP_SYS_ADMIN);
  const launcher = (change: Partial<Launcher>) => ({
    launcher: {
      credentials: known({ ...exampleUser, effective: admin }, 'a test'),
      ...change,
    },
  });

  it('is the program of a seccomp filter, which is named', () => {
    const filtered = launcher({ seccomp: 2 });
    expect(may('tun.create', admin, filtered)).toMatchObject({
      kind: 'allowed',
      unseen: ['the seccomp filter of bash'],
    });
    expect(may('namespace.network', admin, filtered)).toMatchObject({
      kind: 'unknown',
      unseen: ['the seccomp filter of bash'],
      reasons: [{ gate: 'own-capability', outcome: 'passes' }, { gate: 'network-namespace' }],
    });
    expect(may('socket.packet', admin, filtered)).toMatchObject({ kind: 'denied' });
    expect(may('namespace.network', admin, launcher({}))).toMatchObject({ kind: 'allowed' });
  });

  it.each([
    ['docker-default (enforce)', ['the policy for the security label docker-default (enforce)']],
    ['unconfined', []],
    ['u:r:unconfined_t:s0', []],
    ['u:r:unconfined_t', []],
    [null, []],
  ])('is the policy behind the security label %s', (label, unseen) => {
    const labelled = launcher({ securityLabel: label });
    expect(may('netlink.write', admin, labelled)).toMatchObject({ kind: 'allowed', unseen });
  });
});
