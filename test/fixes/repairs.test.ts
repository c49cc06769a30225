/** Which repairs are offered: those that the model, asked again, says help. */
import { describe, expect, it } from 'vitest';
import { helpedBy, inLadderOrder, repairsFor } from '../../extension/fixes/repairs.ts';
import { makeExecutable } from '../../extension/fixes/systemFixes.ts';
import { CAP_NET_ADMIN } from '../../extension/model/capability.ts';
import { allNamed, setOf, without } from '../../extension/model/capabilitySet.ts';
import { SECBIT_NO_CAP_AMBIENT_RAISE } from '../../extension/model/credentials.ts';
import { known } from '../../extension/model/evidence.ts';
import type { LaunchPath } from '../../extension/model/launchPath.ts';
import type { OperationId } from '../../extension/model/operations.ts';
import type { System } from '../../extension/model/system.ts';
import { exampleDevice } from '../../extension/rules/exampleDevice.ts';
import {
  exampleMount,
  exampleNode,
  exampleOperation,
  exampleProgram,
  exampleSystem,
  exampleUser,
} from '../../extension/rules/exampleSystem.ts';

function offered(
  system: System,
  path: LaunchPath,
  ...ids: readonly OperationId[]
): readonly string[] {
  return repairsFor(system, ids.map(exampleOperation), path).map(({ id, title }) =>
    title.includes(', then ') ? title : id,
  );
}

const launcher = (change: Partial<typeof exampleUser>): Partial<System['launcher']> => ({
  credentials: known({ ...exampleUser, ...change }, 'a test'),
});
const ep = exampleProgram({ capability: 'cap_net_admin=ep' });
const nosuid = exampleProgram({ capability: 'cap_net_admin=ep', nosuid: true });

describe('repairs', () => {
  it.each<[string, System, LaunchPath, OperationId, readonly string[]]>([
    [
      'of a plain program',
      exampleSystem({}),
      'terminal',
      'tun.create',
      [
        'run-in-sandbox',
        'run-with-ambient-capabilities',
        'own-tun-device',
        'set-file-capabilities',
      ],
    ],
    [
      'of iptables, whose lock is root’s',
      exampleSystem({}),
      'terminal',
      'iptables.legacy',
      ['run-in-sandbox', 'run-with-ambient-capabilities'],
    ],
    [
      'of a plain program below a debugger',
      exampleSystem({}),
      'debugger',
      'tun.create',
      ['run-in-sandbox', 'debug-with-ambient-capabilities', 'own-tun-device'],
    ],
    [
      'of a plain program below a parent',
      exampleSystem({}),
      'child',
      'tun.create',
      [
        'run-in-sandbox',
        'run-parent-with-ambient-capabilities',
        'own-tun-device',
        'set-file-capabilities',
        'raise-ambient-in-parent',
      ],
    ],
    [
      'of a child with capabilities that clear what its parent raises',
      exampleSystem({ program: exampleProgram({ capability: 'cap_net_raw=ep' }) }),
      'child',
      'tun.create',
      ['own-tun-device', 'set-file-capabilities'],
    ],
    [
      'below a parent that may raise nothing',
      exampleSystem({ launcher: launcher({ securebits: SECBIT_NO_CAP_AMBIENT_RAISE }) }),
      'child',
      'tun.create',
      ['run-in-sandbox', 'own-tun-device', 'set-file-capabilities'],
    ],
    [
      'below a parent that no_new_privs left without',
      exampleSystem({ launcher: launcher({ noNewPrivs: true }) }),
      'child',
      'tun.create',
      ['run-in-sandbox', 'own-tun-device'],
    ],
    [
      'below a parent that holds it under no_new_privs',
      exampleSystem({
        launcher: launcher({ noNewPrivs: true, permitted: setOf(CAP_NET_ADMIN) }),
      }),
      'child',
      'tun.create',
      [
        'run-in-sandbox',
        'run-parent-with-ambient-capabilities',
        'own-tun-device',
        'set-file-capabilities',
        'raise-ambient-in-parent',
      ],
    ],
    [
      'of a plain program below the ambient debugger without the capability',
      exampleSystem({ launcher: launcher({ bounding: without(allNamed, setOf(CAP_NET_ADMIN)) }) }),
      'ambient-debugger',
      'tun.create',
      ['run-in-sandbox', 'own-tun-device'],
    ],
    [
      'of a program on nosuid',
      exampleSystem({ program: nosuid }),
      'terminal',
      'tun.create',
      ['run-in-sandbox', 'run-with-ambient-capabilities', 'own-tun-device', 'move-off-mount'],
    ],
    [
      'of another operation',
      exampleSystem({}),
      'terminal',
      'socket.raw',
      ['run-in-sandbox', 'run-with-ambient-capabilities', 'set-file-capabilities'],
    ],
    ['of a ping socket', exampleSystem({}), 'terminal', 'socket.ping', ['widen-ping-group-range']],
    ['of a ping socket in a sandbox', exampleSystem({}), 'sandbox', 'socket.ping', []],
    [
      'of a low port',
      exampleSystem({}),
      'terminal',
      'bind.low-port',
      [
        'run-in-sandbox',
        'run-with-ambient-capabilities',
        'set-file-capabilities',
        'lower-unprivileged-port-start',
      ],
    ],
    [
      'of a file without x',
      exampleSystem({ program: { ...ep, mode: 0o644 } }),
      'terminal',
      'tun.create',
      ['make-executable'],
    ],
    [
      'of a noexec mount',
      exampleSystem({ program: exampleProgram({ mount: { ...exampleMount, noexec: true } }) }),
      'terminal',
      'socket.raw',
      ['move-off-mount'],
    ],
    [
      'of a held device',
      exampleDevice({ attached: true }),
      'terminal',
      'tun.attach',
      ['run-in-sandbox', 'release-tun-device', 'own-tun-device'],
    ],
    [
      'of an empty attribute below the ambient launcher',
      exampleSystem({ program: exampleProgram({ capability: '' }) }),
      'ambient',
      'tun.create',
      ['own-tun-device', 'set-file-capabilities', 'remove-file-capabilities'],
    ],
    [
      'of a forbidden sandbox',
      exampleSystem({ limits: { maxUserNamespaces: known(0, 'a test') } }),
      'sandbox',
      'tun.create',
      ['run-with-ambient-capabilities', 'allow-user-namespaces'],
    ],
    [
      'of a node that is not there',
      exampleSystem({ program: ep, tun: { node: known(null, 'a test') } }),
      'terminal',
      'tun.create',
      ['create-device-node'],
    ],
    [
      'of a node that is closed',
      exampleSystem({
        program: ep,
        tun: { node: known({ ...exampleNode, mode: 0o600 }, 'a test') },
      }),
      'terminal',
      'tun.create',
      ['open-device-node'],
    ],
    [
      'of a node on nodev',
      exampleSystem({
        program: ep,
        tun: {
          node: known({ ...exampleNode, mount: { ...exampleNode.mount, nodev: true } }, 'a test'),
        },
      }),
      'terminal',
      'tun.create',
      ['honour-device-nodes'],
    ],
    [
      'of a driver that is not loaded',
      exampleSystem({
        program: ep,
        tun: { attempt: known({ errno: 'ENODEV', uid: 1000, groups: [1000] }, 'a test') },
      }),
      'terminal',
      'tun.create',
      ['load-tun-driver'],
    ],
    [
      'of a device cgroup',
      exampleSystem({
        program: ep,
        tun: { attempt: known({ errno: 'EPERM', uid: 1000, groups: [1000] }, 'a test') },
      }),
      'terminal',
      'tun.create',
      ['allow-device-in-cgroup'],
    ],
    [
      'that stand one behind another',
      exampleSystem({ tun: { node: known(null, 'a test') } }),
      'terminal',
      'tun.create',
      [
        'Create /dev/net/tun, then run it in a sandbox',
        'Create /dev/net/tun, then run it with ambient capabilities',
        'Create /dev/net/tun, then set file capabilities',
        'Create /dev/net/tun, then give yourself the device',
      ],
    ],
    [
      'where three would be needed',
      exampleSystem({ program: exampleProgram({ mode: 0 }), tun: { node: known(null, 'a test') } }),
      'terminal',
      'tun.create',
      [],
    ],
  ])('%s', (_, system, path, id, expected) => {
    expect([...offered(system, path, id)].sort()).toEqual([...expected].sort());
  });

  it('come in the order of the privilege ladder', () => {
    expect(offered(exampleSystem({ program: nosuid }), 'terminal', 'tun.create')).toEqual([
      'run-in-sandbox',
      'run-with-ambient-capabilities',
      'own-tun-device',
      'move-off-mount',
    ]);
    const [sandbox, ambient] = repairsFor(
      exampleSystem({}),
      [exampleOperation('tun.create')],
      'terminal',
    );
    if (sandbox === undefined || ambient === undefined) throw new TypeError('two are offered');
    expect(inLadderOrder([ambient, sandbox, { ...ambient }, sandbox])).toEqual([sandbox, ambient]);
    expect(inLadderOrder([ambient, { ...ambient, steps: [] }])).toHaveLength(2);
  });

  it('are for all operations at once', () => {
    const fixes = repairsFor(
      exampleSystem({}),
      [exampleOperation('tun.create'), exampleOperation('socket.raw')],
      'terminal',
    );
    expect(fixes.map(({ id }) => id)).toEqual([
      'run-in-sandbox',
      'run-with-ambient-capabilities',
      'own-tun-device',
      'set-file-capabilities',
    ]);
    expect(fixes.at(-1)?.steps).toEqual([
      {
        kind: 'command',
        argv: ['sudo', 'setcap', 'cap_net_admin,cap_net_raw=ep', exampleProgram({}).path],
      },
    ]);
  });

  it('leave no operation out that has its own', () => {
    const system = exampleSystem({ program: ep, tun: { node: known(null, 'a test') } });
    expect(offered(system, 'terminal', 'tun.create', 'socket.ping')).toEqual([
      'create-device-node',
      'widen-ping-group-range',
    ]);
    const both = exampleSystem({ tun: { node: known(null, 'a test') } });
    expect(offered(both, 'terminal', 'tun.create', 'socket.ping')).toEqual([
      'Create /dev/net/tun, then run it in a sandbox',
      'Create /dev/net/tun, then run it with ambient capabilities',
      'Create /dev/net/tun, then give yourself the device',
      'Create /dev/net/tun, then set file capabilities',
      'widen-ping-group-range',
    ]);
  });

  it('keep what the file has, where the kernel lets it stay', () => {
    const program = exampleProgram({ capability: 'cap_net_raw=ep' });
    const argvs = (system: System) =>
      repairsFor(system, [exampleOperation('bind.low-port')], 'terminal')
        .filter(({ id }) => id === 'set-file-capabilities')
        .map(({ steps }) => steps[0]?.kind === 'command' && steps[0].argv[2]);
    expect(argvs(exampleSystem({ program }))).toEqual(['cap_net_bind_service,cap_net_raw=ep']);
    const bounding = without(allNamed, 1n << 13n);
    const limits = { maxUserNamespaces: known(0, 'a test') };
    expect(argvs(exampleSystem({ program, launcher: launcher({ bounding }), limits }))).toEqual([
      'cap_net_bind_service=ep',
    ]);
  });

  it('say where sudo works', () => {
    const remarks = (change: Partial<typeof exampleUser>) =>
      repairsFor(
        exampleSystem({ launcher: launcher(change) }),
        [exampleOperation('tun.create')],
        'terminal',
      ).map(({ id, remark }) => [
        id,
        remark.endsWith('in a shell without no_new_privs: sudo needs that'),
      ]);
    expect(remarks({ noNewPrivs: true })).toEqual([
      ['run-in-sandbox', false],
      ['own-tun-device', true],
    ]);
    expect(remarks({}).filter(([, said]) => said)).toEqual([]);
  });
});

describe('a fix helps', () => {
  it('those operations that are allowed after it', () => {
    const system = exampleSystem({ program: { ...ep, mode: 0o644 } });
    const fix = makeExecutable(system);
    if (fix === null) throw new TypeError('the fix is offered');
    const asked = [exampleOperation('tun.create'), exampleOperation('socket.raw')];
    expect(helpedBy(fix, system, asked, 'terminal')).toEqual([asked[0]]);
    expect(helpedBy(fix, system, asked, 'debugger')).toEqual([]);
  });
});
