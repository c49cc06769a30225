/** From evidence to verdicts: who decides, in what order, and which reasons are kept. */
import { describe, expect, it } from 'vitest';
import { CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_PTRACE } from '../../extension/model/capability.ts';
import { allNamed, names, setOf, without } from '../../extension/model/capabilitySet.ts';
import type { Credentials } from '../../extension/model/credentials.ts';
import { known, unknown } from '../../extension/model/evidence.ts';
import { judge, judgePath, judgeProcess } from '../../extension/model/judge.ts';
import type { LaunchPath } from '../../extension/model/launchPath.ts';
import {
  findOperation,
  neededCapabilities,
  operations,
  type OperationId,
} from '../../extension/model/operations.ts';
import { reasonSource } from '../../extension/model/reason.ts';
import type { System } from '../../extension/model/system.ts';
import type { Verdict } from '../../extension/model/verdict.ts';
import {
  exampleMount,
  exampleOperation,
  exampleProgram,
  exampleSystem,
  exampleUser,
  tunCreate,
} from '../../extension/rules/exampleSystem.ts';
import { child } from './namespaces.ts';

const admin = setOf(CAP_NET_ADMIN);
const tracing = setOf(CAP_SYS_PTRACE);

function verdict(
  system: System,
  path: LaunchPath = 'terminal',
  id: OperationId = 'tun.create',
): Verdict {
  const [first] = judgePath(path, system, [exampleOperation(id)]).verdicts;
  if (first === undefined) throw new RangeError('one operation, one verdict');
  return first.verdict;
}

/** `allowed`, `unknown`, or the call and its errno. */
function short(each: Verdict): string {
  return each.kind === 'denied' ? `${each.call} ${each.errno}` : each.kind;
}

const rulesOf = ({ reasons }: Verdict): readonly string[] =>
  reasons.map((reason) => (reason.rule === 'gate' ? reason.gate : reason.rule));

const startedBy = (change: Partial<Credentials>): System['launcher']['credentials'] =>
  known({ ...exampleUser, ...change }, 'a test');

const program = exampleProgram({ capability: 'cap_net_admin=ep' });
const refused = 'ioctl(TUNSETIFF) EPERM';

describe('creating a TUN device', () => {
  const nosuid = exampleProgram({ capability: 'cap_net_admin=ep', nosuid: true });
  const noNewPrivs = { credentials: startedBy({ noNewPrivs: true }) };

  it.each<[string, System, readonly string[]]>([
    // terminal, debugger, ambient, ambient-debugger, sandbox, child
    [
      'a plain program',
      exampleSystem({}),
      [refused, refused, 'allowed', 'allowed', 'allowed', refused],
    ],
    [
      'cap_net_admin=ep',
      exampleSystem({ program }),
      ['allowed', refused, 'allowed', 'allowed', 'allowed', 'allowed'],
    ],
    [
      'on nosuid',
      exampleSystem({ program: nosuid }),
      [refused, refused, 'allowed', 'allowed', 'allowed', refused],
    ],
    [
      'with no_new_privs',
      exampleSystem({ program, launcher: noNewPrivs }),
      [refused, refused, refused, refused, 'allowed', refused],
    ],
    [
      'with a debugger started from where CAP_SYS_PTRACE is held',
      exampleSystem({ program, debugLauncher: { credentials: startedBy({ effective: tracing }) } }),
      ['allowed', 'allowed', 'allowed', 'allowed', 'allowed', 'allowed'],
    ],
    [
      'with a debugger started from where nothing can be seen',
      exampleSystem({ program, debugLauncher: { credentials: unknown('it is dark', 'a test') } }),
      ['allowed', 'unknown', 'allowed', 'allowed', 'allowed', 'allowed'],
    ],
    [
      'a file without x',
      exampleSystem({ program: exampleProgram({ mode: 0o644 }) }),
      Array<string>(6).fill('execve EACCES'),
    ],
    [
      'no node',
      exampleSystem({ program, tun: { node: known(null, 'a test') } }),
      Array<string>(6).fill('open(/dev/net/tun) ENOENT'),
    ],
    [
      'no user namespaces',
      exampleSystem({ limits: { maxUserNamespaces: known(0, 'a test') } }),
      [refused, refused, 'allowed', 'allowed', 'unshare(CLONE_NEWUSER) ENOSPC', refused],
    ],
  ])('%s', (_, system, expected) => {
    const { paths } = judge(system, [tunCreate]);
    expect(paths.map(({ path }) => path)).toEqual([
      'terminal',
      'debugger',
      'ambient',
      'ambient-debugger',
      'sandbox',
      'child',
    ]);
    expect(paths.flatMap(({ verdicts }) => verdicts.map((each) => short(each.verdict)))).toEqual(
      expected,
    );
  });
});

describe('a judgement', () => {
  it('has a verdict for each operation that is asked, in order', () => {
    const asked = [exampleOperation('socket.raw'), tunCreate];
    expect(
      judgePath('terminal', exampleSystem({}), asked).verdicts.map((each) => each.operation),
    ).toEqual(['socket.raw', 'tun.create']);
    expect(judgePath('terminal', exampleSystem({}), []).verdicts).toEqual([]);
  });

  it('says what the program would hold', () => {
    expect(judgePath('terminal', exampleSystem({ program }), [tunCreate])).toMatchObject({
      path: 'terminal',
      credentials: { permitted: admin, effective: admin },
      secureExec: true,
    });
    expect(judgePath('terminal', exampleSystem({}), [tunCreate])).toMatchObject({
      secureExec: false,
    });
  });

  it.each([
    ['the exec fails', exampleSystem({ program: exampleProgram({ mode: 0 }) }), 'terminal'],
    [
      'the sandbox cannot be made',
      exampleSystem({ limits: { maxUserNamespaces: known(0, 'a test') } }),
      'sandbox',
    ],
    [
      'the launcher was not seen',
      exampleSystem({ launcher: { credentials: unknown('it is dark', 'a test') } }),
      'terminal',
    ],
  ] as const)('does not where %s', (_, system, path) => {
    expect(judgePath(path, system, [tunCreate])).toMatchObject({
      path,
      credentials: null,
      secureExec: null,
      verdicts: [{ operation: 'tun.create' }],
    });
  });

  it('raises for all operations together what the ambient launcher can', () => {
    const asked = [tunCreate, exampleOperation('socket.packet')];
    expect(judgePath('ambient', exampleSystem({}), asked)).toMatchObject({
      credentials: { ambient: setOf(CAP_NET_ADMIN, CAP_NET_RAW) },
    });
  });
});

describe('what was not seen', () => {
  const dark = unknown('it is dark', 'a test');

  it.each<[string, System, readonly string[]]>([
    [
      'the credentials',
      exampleSystem({ launcher: { credentials: dark } }),
      ['the credentials of bash: it is dark'],
    ],
    [
      'the network namespace',
      exampleSystem({ launcher: { networkNamespace: dark } }),
      ['the network namespace of bash: it is dark'],
    ],
  ])('leaves every path open: %s', (_, system, unseen) => {
    for (const { verdicts } of judge(system, [tunCreate]).paths) {
      expect(verdicts).toEqual([
        { operation: 'tun.create', verdict: { kind: 'unknown', unseen, reasons: [] } },
      ]);
    }
    expect(judgeProcess(system, [tunCreate])).toEqual([
      { operation: 'tun.create', verdict: { kind: 'unknown', unseen, reasons: [] } },
    ]);
  });

  it('of the file matters where it would count', () => {
    const unseen = exampleSystem({});
    const system = { ...unseen, program: { ...unseen.program, capabilityUnseen: 'it is dark' } };
    expect(verdict(system)).toEqual({
      kind: 'unknown',
      unseen: [`the file capabilities of ${program.path}: it is dark`],
      reasons: [],
    });
    const file = exampleProgram({ nosuid: true });
    expect(short(verdict({ ...system, program: { ...system.program, file } }))).toBe(refused);
    const mount = { ...exampleMount, superblockNamespace: child };
    const elsewhere = { ...system, program: { ...system.program, file: { ...file, mount } } };
    expect(short(verdict(elsewhere))).toBe(refused);
    const inside = {
      ...elsewhere,
      launcher: { ...elsewhere.launcher, credentials: startedBy({ userNamespace: child }) },
    };
    expect(
      short(
        verdict({
          ...inside,
          program: { ...system.program, file: { ...exampleProgram({}), mount } },
        }),
      ),
    ).toBe('unknown');
  });

  it('at a gate leaves it open, where no other gate refuses', () => {
    const tun = { attempt: dark };
    const open = verdict(exampleSystem({ program, tun }));
    expect(open).toMatchObject({ kind: 'unknown', unseen: ['it is dark'] });
    expect(rulesOf(open)).toEqual([
      'launched-by',
      'file-grants',
      'ambient-empty',
      'device-node-exists',
      'device-node-mount',
      'device-node-permission',
      'device-cgroup',
      'tun-net-admin',
      'tun-lsm',
      'tun-name',
    ]);
    expect(short(verdict(exampleSystem({ tun })))).toBe(refused);
  });

  it('at several gates is all told', () => {
    const open = verdict(
      exampleSystem({ program, tun: { node: dark, attempt: unknown('no time', 'a test') } }),
    );
    expect(open).toMatchObject({
      unseen: ['it is dark', 'no time'],
    });
  });
});

describe('the reasons of a verdict', () => {
  it('are the whole chain where it is allowed', () => {
    expect(rulesOf(verdict(exampleSystem({ program })))).toEqual([
      'launched-by',
      'file-grants',
      'ambient-empty',
      'device-node-exists',
      'device-node-mount',
      'device-node-permission',
      'device-cgroup',
      'tun-net-admin',
      'tun-lsm',
      'tun-name',
    ]);
  });

  it('end with the refusal', () => {
    const denied = verdict(exampleSystem({}));
    expect(denied).toMatchObject({
      kind: 'denied',
      refusal: { rule: 'gate', gate: 'tun-net-admin', outcome: 'refuses' },
    });
    expect(denied.kind === 'denied' ? denied.reasons.at(-1) : null).toBe(
      denied.kind === 'denied' ? denied.refusal : undefined,
    );
    expect(rulesOf(denied)).toEqual([
      'launched-by',
      'file-without-capabilities',
      'ambient-empty',
      'device-node-exists',
      'device-node-mount',
      'device-node-permission',
      'device-cgroup',
      'tun-net-admin',
    ]);
  });

  it('leave the way through exec out where a file mode refuses', () => {
    const system = exampleSystem({ program, tun: { node: known(null, 'a test') } });
    expect(rulesOf(verdict(system))).toEqual(['device-node-exists']);
  });

  it('tell it where a device has an owner', () => {
    const device = {
      name: 'tun0',
      layer: 'tun',
      owner: 7,
      group: null,
      persistent: true,
      multiQueue: false,
      attached: false,
    } as const;
    const system = exampleSystem({
      tun: { devices: known([device], 'a test') },
      request: { tunDevice: 'tun0' },
    });
    expect(rulesOf(verdict(system))).toEqual([
      'launched-by',
      'file-without-capabilities',
      'ambient-empty',
      'device-node-exists',
      'device-node-mount',
      'device-node-permission',
      'device-cgroup',
      'tun-kind-matches',
      'tun-queues-match',
      'tun-owner',
    ]);
  });

  it('are those of the launch and the exec where the exec fails', () => {
    const denied = verdict(exampleSystem({ program: exampleProgram({ mode: 0 }) }));
    expect(rulesOf(denied)).toEqual(['launched-by', 'not-executable']);
    expect(denied).toMatchObject({ call: 'execve', refusal: { rule: 'not-executable' } });
  });

  it('are those of the launch alone where that fails', () => {
    const system = exampleSystem({ limits: { maxUserNamespaces: known(0, 'a test') } });
    const denied = verdict(system, 'sandbox');
    expect(rulesOf(denied)).toEqual(['sandbox-refused']);
    expect(denied).toMatchObject({ refusal: { rule: 'sandbox-refused' } });
  });

  // Each step of exec that speaks of cap_net_admin is told to who needs that, and to nobody else.
  it.each<[string, Partial<Credentials>, string]>([
    ['inheritable-unmet', {}, 'cap_net_admin=ei'],
    ['inheritable-met', { inheritable: admin, noNewPrivs: true }, 'cap_net_admin=ei'],
    ['effective-flag-missing', {}, 'cap_net_admin=p'],
    ['permitted-not-passed-on', { permitted: admin }, ''],
    ['ambient-cleared', { permitted: admin, inheritable: admin, ambient: admin }, ''],
    ['beyond-bounding-set', { bounding: without(allNamed, admin) }, 'cap_net_admin=p'],
    ['downgraded', { noNewPrivs: true }, 'cap_net_admin=ep'],
  ])('are told to whom they concern: %s', (rule, old, capability) => {
    const system = exampleSystem({
      program: exampleProgram({ capability }),
      launcher: { credentials: startedBy(old) },
    });
    expect(rulesOf(verdict(system, 'terminal', 'netlink.write'))).toContain(rule);
    expect(rulesOf(verdict(system, 'terminal', 'socket.raw'))).not.toContain(rule);
  });

  it.each<[string, Partial<Credentials>]>([
    ['ambient-kept', { permitted: admin, inheritable: admin, ambient: admin }],
    ['root-gains-all', { uid: { real: 0, effective: 0, saved: 0 }, bounding: admin }],
  ])('are told to whom they concern: %s', (rule, old) => {
    const system = exampleSystem({ launcher: { credentials: startedBy(old) } });
    expect(rulesOf(verdict(system, 'terminal', 'netlink.write'))).toContain(rule);
    expect(rulesOf(verdict(system, 'terminal', 'socket.raw'))).not.toContain(rule);
  });

  it('each have a source', () => {
    for (const { verdicts } of judge(exampleSystem({ program }), operations).paths) {
      for (const { verdict: each } of verdicts) {
        for (const reason of each.reasons)
          expect(reasonSource(reason)).toMatch(/\(\)|\(\d\)|prctl/);
      }
    }
  });
});

describe('a process as it stands', () => {
  it('is asked without an exec in between', () => {
    const system = exampleSystem({ launcher: { credentials: startedBy({ effective: admin }) } });
    const asked = [tunCreate, exampleOperation('socket.raw')];
    const [tun, raw] = judgeProcess(system, asked).map(({ verdict: each }) => each);
    expect(judgeProcess(system, asked).map(({ operation }) => operation)).toEqual([
      'tun.create',
      'socket.raw',
    ]);
    expect([tun, raw].map((each) => each && short(each))).toEqual([
      'allowed',
      'socket(SOCK_RAW) EPERM',
    ]);
    expect(raw && rulesOf(raw)).toEqual(['network-capability']);
  });
});

describe('the operations', () => {
  it.each([
    ['tun.create', 'cap_net_admin', ['device-node-exists', 'tun-name']],
    ['tun.attach', 'cap_net_admin', ['device-node-exists', 'tun-name']],
    ['socket.packet', 'cap_net_raw', ['feature', 'network-capability']],
    ['socket.raw', 'cap_net_raw', ['network-capability', 'network-capability']],
    ['socket.ping', '', ['ping-group-range', 'ping-group-range']],
    ['bind.low-port', 'cap_net_bind_service', ['low-port', 'low-port']],
    ['netlink.write', 'cap_net_admin', ['opener-capability', 'network-capability']],
  ] as const)('%s needs %j and has its gates', (id, name, [first, last]) => {
    const operation = exampleOperation(id);
    expect(operation.gates.at(0)?.id).toBe(first);
    expect(operation.gates.at(-1)?.id).toBe(last);
    expect(names(operation.capabilities).join()).toBe(name);
    const system = exampleSystem({
      program: exampleProgram({ capability: name === '' ? '' : `${name}=ep` }),
    });
    expect(short(verdict(system, 'terminal', id)) === 'allowed').toBe(id !== 'socket.ping');
  });

  it('are found by their id', () => {
    expect(operations.map(({ id }) => findOperation(id))).toEqual(operations);
    expect(findOperation('tea.make')).toBeNull();
  });

  it('need together what each needs', () => {
    expect(names(neededCapabilities(operations))).toEqual([
      'cap_net_bind_service',
      'cap_net_admin',
      'cap_net_raw',
      'cap_sys_admin',
      'cap_perfmon',
      'cap_bpf',
    ]);
    expect(neededCapabilities([tunCreate])).toBe(admin);
    expect(neededCapabilities([])).toBe(0n);
  });
});
