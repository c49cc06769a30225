/** What each fix runs, what undoes it, and what the model makes of it. */
import { describe, expect, it } from 'vitest';
import {
  allowDeviceInCgroup,
  createDeviceNode,
  honourDeviceNodes,
  loadTunDriver,
  openDeviceNode,
  ownTunDevice,
  releaseTunDevice,
} from '../../extension/fixes/deviceFixes.ts';
import {
  moveOffMount,
  removeFileCapabilities,
  replaceFileCapabilities,
  setFileCapabilities,
} from '../../extension/fixes/fileCapabilityFixes.ts';
import { applyFix, combine, type FixStep } from '../../extension/fixes/fix.ts';
import { enterGroup, logInAgain, missingGroups } from '../../extension/fixes/groupFixes.ts';
import {
  debugWithAmbientCapabilities,
  runInSandbox,
  runParentWithAmbientCapabilities,
  runWithAmbientCapabilities,
  withOwnLock,
} from '../../extension/fixes/launchFixes.ts';
import { raiseAmbientInParent } from '../../extension/fixes/parentFixes.ts';
import {
  allowTracing,
  allowUserNamespaces,
  lowerUnprivilegedPortStart,
  makeExecutable,
  widenPingGroupRange,
} from '../../extension/fixes/systemFixes.ts';
import { CAP_NET_ADMIN, CAP_NET_RAW } from '../../extension/model/capability.ts';
import { emptySet, setOf } from '../../extension/model/capabilitySet.ts';
import { known, unknown } from '../../extension/model/evidence.ts';
import { encodeFileCapability } from '../../extension/model/fileCapability.ts';
import type { OpenAttempt, System } from '../../extension/model/system.ts';
import type { DeviceNode, TunDevice } from '../../extension/model/tunDevice.ts';
import { exampleDevice } from '../../extension/rules/exampleDevice.ts';
import {
  exampleMount,
  exampleNode,
  exampleProgram,
  exampleSystem,
  exampleUser,
} from '../../extension/rules/exampleSystem.ts';

/** All that a shell, a tool's options or a careless join could trip over. */
const hostile = '/home/dev/a b\'c"d\n-rf $(reboot) `id` ;&|<>*?[]{}~#!\\é';
const admin = setOf(CAP_NET_ADMIN);
const raw = setOf(CAP_NET_RAW);
const dark = unknown('it is dark', 'a test');

const withFile = (change: Parameters<typeof exampleProgram>[0]): System =>
  exampleSystem({ program: exampleProgram({ path: hostile, ...change }) });
const withNode = (node: Partial<DeviceNode> | null): System =>
  exampleSystem({
    tun: { node: known(node === null ? null : { ...exampleNode, ...node }, 'a test') },
  });
const withAttempt = (errno: OpenAttempt['errno']): System =>
  exampleSystem({ tun: { attempt: known({ errno, uid: 1000, groups: [1000] }, 'a test') } });
const command = (...argv: readonly string[]): FixStep => ({ kind: 'command', argv });
const plain = withFile({});

function some<T>(fix: T | null | undefined): T {
  if (fix === null || fix === undefined) throw new TypeError('the fix is not offered');
  return fix;
}

describe('a group that the session is not in', () => {
  const groups = [
    { name: 'dev', gid: 1000 },
    { name: '$(id) x', gid: 2000 },
    { name: 'tunners', gid: 3000 },
  ];
  const accountGroups = known(groups, 'a test');
  const outside = exampleSystem({
    launcher: { accountGroups },
    debugLauncher: {},
    tun: {
      node: known({ ...exampleNode, mode: 0o660, gid: 3000 }, 'a test'),
      attempt: known({ errno: 'EACCES', uid: 1000, groups: [1000] }, 'a test'),
    },
  });
  const [odd, tunners] = missingGroups(outside.launcher);

  it('is one that the database knows and the process is not in', () => {
    expect(missingGroups(outside.launcher)).toEqual(groups.slice(1));
    const credentials = known({ ...exampleUser, groups: [2000, 3000] }, 'a test');
    expect(missingGroups({ ...outside.launcher, credentials })).toEqual([]);
    expect(missingGroups({ ...outside.launcher, credentials: dark })).toEqual([]);
    expect(missingGroups({ ...outside.launcher, accountGroups: dark })).toEqual([]);
  });

  it('is entered by newgrp, in that shell alone', () => {
    const fix = some(enterGroup(outside, some(odd)));
    expect(fix.steps[0]).toEqual(command('newgrp', '$(id) x'));
    const after = applyFix(outside, some(enterGroup(outside, some(tunners))));
    expect(after.launcher.credentials).toMatchObject({ value: { groups: [3000] } });
    expect(after.debugLauncher).toBe(outside.debugLauncher);
    expect(after.tun.attempt).toMatchObject({ value: { errno: null, groups: [1000, 3000] } });
    expect(applyFix(outside, fix).tun).toBe(outside.tun);
  });

  it('is not entered below no_new_privs, where newgrp is nobody else, or by the name of an option', () => {
    const credentials = known({ ...exampleUser, noNewPrivs: true }, 'a test');
    const confined = { ...outside, launcher: { ...outside.launcher, credentials } };
    expect(enterGroup(confined, some(tunners))).toBeNull();
    const unseen = { ...outside, launcher: { ...outside.launcher, credentials: dark } };
    expect(enterGroup(unseen, some(tunners))).toBeNull();
    expect(enterGroup(outside, { name: '-x', gid: 3000 })).toBeNull();
  });

  it('comes to every process by logging in again', () => {
    const fix = logInAgain(some(tunners));
    expect(fix).toMatchObject({ applicability: 'template', needs: 'restart', inverse: [] });
    const after = applyFix(outside, fix);
    for (const { credentials } of [after.launcher, some(after.debugLauncher)]) {
      expect(credentials).toMatchObject({ value: { groups: [3000] } });
    }
  });
});

describe('a sandbox', () => {
  it('needs nothing and leaves nothing', () => {
    expect(runInSandbox(plain)).toMatchObject({
      id: 'run-in-sandbox',
      applicability: 'safe',
      needs: 'nothing',
      steps: [
        command('unshare', '--user', '--map-current-user', '--net', '--keep-caps', '--', hostile),
      ],
      inverse: [],
      effects: [{ kind: 'start-with', path: 'sandbox' }],
    });
  });
});

describe('ambient capabilities', () => {
  const asRoot = ['sudo', 'setpriv', '--reuid=1000', '--regid=1000', '--init-groups'];
  const owned = (change: Partial<typeof exampleUser>): System => ({
    ...plain,
    launcher: {
      ...plain.launcher,
      credentials: known({ ...exampleUser, ...change }, 'a test'),
    },
  });

  it('are raised by root, who becomes the user again', () => {
    expect(runWithAmbientCapabilities(plain, admin | raw)).toMatchObject({
      id: 'run-with-ambient-capabilities',
      applicability: 'safe',
      needs: 'root',
      remark: 'asks for sudo each time · survives rebuilds, nosuid and no_new_privs',
      steps: [
        command(
          ...asRoot,
          '--inh-caps=+net_admin,+net_raw',
          '--ambient-caps=+net_admin,+net_raw',
          '--',
          hostile,
        ),
      ],
      inverse: [],
      effects: [{ kind: 'start-with', path: 'ambient' }],
    });
  });

  it('are raised for the debugger and the program', () => {
    expect(debugWithAmbientCapabilities(plain, admin)).toMatchObject({
      id: 'debug-with-ambient-capabilities',
      needs: 'root',
      remark: 'asks for sudo each time · debugger and program keep your user id',
      steps: [
        command(
          ...asRoot,
          '--inh-caps=+net_admin',
          '--ambient-caps=+net_admin',
          '--',
          'gdb',
          '--args',
          hostile,
        ),
      ],
      effects: [{ kind: 'start-with', path: 'ambient-debugger' }],
    });
  });

  it('need no root where the launcher holds them', () => {
    const system = owned({ permitted: admin, bounding: emptySet });
    expect(runWithAmbientCapabilities(system, admin)).toMatchObject({
      needs: 'nothing',
      remark: 'survives rebuilds, nosuid and no_new_privs',
      steps: [
        command('setpriv', '--inh-caps=+net_admin', '--ambient-caps=+net_admin', '--', hostile),
      ],
    });
  });

  it('are raised as far as the bounding set goes: setpriv raises all or fails', () => {
    const system = owned({ bounding: raw, uid: { real: 7, effective: 8, saved: 9 } });
    const [step] = some(runWithAmbientCapabilities(system, admin | raw)).steps;
    expect(step).toEqual(
      command(
        'sudo',
        'setpriv',
        '--reuid=7',
        '--regid=1000',
        '--init-groups',
        '--inh-caps=+net_raw',
        '--ambient-caps=+net_raw',
        '--',
        hostile,
      ),
    );
    expect(runWithAmbientCapabilities(system, admin)).toBeNull();
  });

  it('are not offered where none is needed, or the launcher was not seen', () => {
    expect(runWithAmbientCapabilities(plain, emptySet)).toBeNull();
    const unseen = { ...plain, launcher: { ...plain.launcher, credentials: dark } };
    expect(runWithAmbientCapabilities(unseen, admin)).toBeNull();
  });
});

describe('file capabilities', () => {
  const setcap = (...args: readonly string[]): FixStep => command('sudo', 'setcap', ...args);

  it('are set, and removed again', () => {
    const fix = some(setFileCapabilities(plain, admin));
    expect(fix).toMatchObject({
      id: 'set-file-capabilities',
      applicability: 'safe',
      needs: 'root',
      steps: [setcap('cap_net_admin=ep', hostile)],
      inverse: [setcap('-r', hostile)],
    });
    expect(applyFix(plain, fix).program.file).toEqual(
      exampleProgram({ path: hostile, capability: 'cap_net_admin=ep' }),
    );
  });

  it.each([
    ['cap_net_raw=ep', 'cap_net_admin,cap_net_raw=ep'],
    ['cap_net_raw=p', 'cap_net_admin,cap_net_raw=ep'],
    ['cap_net_admin=p', 'cap_net_admin=ep'],
    ['cap_net_admin=ei', 'cap_net_admin=ep'],
    ['cap_net_raw=ei', 'cap_net_admin=ep cap_net_raw=ei'],
    ['', 'cap_net_admin=ep'],
  ])('are set beside %j', (before, after) => {
    const system = withFile({ capability: before });
    const fix = some(setFileCapabilities(system, admin));
    expect(fix.steps).toEqual([setcap(after, hostile)]);
    expect(fix.inverse).toEqual([setcap(before === '' ? '=' : before, hostile)]);
    expect(applyFix(system, fix).program.file).toEqual(
      exampleProgram({ path: hostile, capability: after }),
    );
  });

  it('are replaced where what is there cannot stay', () => {
    const system = withFile({ capability: 'cap_net_raw=ep' });
    expect(replaceFileCapabilities(system, admin)).toMatchObject({
      id: 'set-file-capabilities',
      steps: [setcap('cap_net_admin=ep', hostile)],
      inverse: [setcap('cap_net_raw=ep', hostile)],
    });
    expect(replaceFileCapabilities(plain, admin)).toBeNull();
    expect(replaceFileCapabilities(withFile({ capability: '' }), admin)).toBeNull();
  });

  it('are not set on a script, nor where none is needed', () => {
    const format = { kind: 'script', interpreter: exampleProgram({}) } as const;
    expect(setFileCapabilities(withFile({ format }), admin)).toBeNull();
    expect(setFileCapabilities(plain, emptySet)).toBeNull();
  });

  it('are not set on a filesystem that keeps none, from which the build can move', () => {
    const system = {
      ...plain,
      program: { ...plain.program, capabilityStorage: 'unsupported' },
    } as const;
    expect(setFileCapabilities(system, admin)).toBeNull();
    const moved = applyFix(system, some(moveOffMount(system, admin)));
    expect(moved.program.capabilityStorage).toBe('possible');
    expect(setFileCapabilities(moved, admin)).not.toBeNull();
  });

  it.each([
    ['fuse.sshfs', true],
    ['fuseblk', true],
    ['fuse', true],
    ['9p', true],
    ['virtiofs', true],
    ['fusectl', false],
    ['ext4', false],
  ])('hang on a server on %s: %s', (fsType, served) => {
    const fix = some(setFileCapabilities(withFile({ mount: { ...exampleMount, fsType } }), admin));
    expect(fix.applicability).toBe(served ? 'review' : 'safe');
    expect(fix.remark.endsWith(`if the server behind ${fsType} takes them`)).toBe(served);
  });

  it('make the attribute seen that was not', () => {
    const unseen = { ...plain, program: { ...plain.program, capabilityUnseen: 'it is dark' } };
    const repaired = applyFix(unseen, some(setFileCapabilities(unseen, admin)));
    expect(repaired.program.capabilityUnseen).toBeNull();
    const executable = {
      ...unseen,
      program: { ...unseen.program, file: exampleProgram({ mode: 0 }) },
    };
    expect(applyFix(executable, some(makeExecutable(executable))).program.capabilityUnseen).toBe(
      'it is dark',
    );
  });

  it('are removed, and set again', () => {
    const system = withFile({ capability: 'cap_net_raw=eip' });
    const fix = some(removeFileCapabilities(system));
    expect(fix).toMatchObject({
      id: 'remove-file-capabilities',
      applicability: 'safe',
      needs: 'root',
      steps: [setcap('-r', hostile)],
      inverse: [setcap('cap_net_raw=eip', hostile)],
    });
    expect(applyFix(system, fix).program.file).toEqual(exampleProgram({ path: hostile }));
    expect(removeFileCapabilities(plain)).toBeNull();
  });

  it('of another root are set again with it', () => {
    const bytes = encodeFileCapability({
      permitted: admin,
      inheritable: emptySet,
      effective: false,
      rootId: 1000,
    });
    const file = {
      ...exampleProgram({ path: hostile }),
      capability: { kind: 'bytes', bytes },
    } as const;
    expect(removeFileCapabilities(exampleSystem({ program: file }))).toMatchObject({
      inverse: [setcap('-n', '1000', 'cap_net_admin=p', hostile)],
    });
  });

  it.each([
    ['malformed', { kind: 'bytes', bytes: new Uint8Array(3) }],
    ['of a root unknown here', { kind: 'other-namespace' }],
  ] as const)('that are %s cannot be set again, and that is said', (_, capability) => {
    const system = exampleSystem({ program: { ...exampleProgram({ path: hostile }), capability } });
    for (const fix of [removeFileCapabilities(system), setFileCapabilities(system, admin)]) {
      expect(fix?.inverse).toEqual([
        { kind: 'advice', text: `setcap cannot write back what ${hostile} had.` },
      ]);
    }
    expect(some(setFileCapabilities(system, admin)).steps).toEqual([
      setcap('cap_net_admin=ep', hostile),
    ]);
  });

  describe('off the mount', () => {
    const moved = `/var/tmp/${hostile.slice(hostile.lastIndexOf('/') + 1)}`;

    it.each(['nosuid', 'noexec', 'foreign'] as const)('that is %s, they count', (flag) => {
      const system = withFile({ mount: { ...exampleMount, [flag]: true } });
      const fix = some(moveOffMount(system, admin));
      expect(fix).toMatchObject({
        id: 'move-off-mount',
        applicability: 'template',
        needs: 'root',
        steps: [command('cp', '--', hostile, moved), setcap('cap_net_admin=ep', moved)],
        inverse: [command('rm', '--', moved)],
      });
      expect(applyFix(system, fix).program.file).toEqual(
        exampleProgram({ path: hostile, capability: 'cap_net_admin=ep' }),
      );
    });

    it('a copy has none where none is needed', () => {
      const system = withFile({
        capability: 'cap_net_raw=ep',
        mount: { ...exampleMount, noexec: true },
      });
      const fix = some(moveOffMount(system, emptySet));
      expect(fix).toMatchObject({ needs: 'nothing', steps: [command('cp', '--', hostile, moved)] });
      expect(applyFix(system, fix).program.file).toEqual(exampleProgram({ path: hostile }));
    });

    it('is for programs on such a mount only', () => {
      expect(moveOffMount(plain, admin)).toBeNull();
      const format = { kind: 'script', interpreter: exampleProgram({}) } as const;
      expect(moveOffMount(withFile({ nosuid: true, format }), admin)).toBeNull();
    });
  });
});

describe('a program is made executable', () => {
  it('for its owner', () => {
    const system = withFile({ mode: 0o640 });
    const fix = some(makeExecutable(system));
    expect(fix).toMatchObject({
      id: 'make-executable',
      applicability: 'safe',
      needs: 'nothing',
      steps: [command('chmod', 'u+x', '--', hostile)],
      inverse: [command('chmod', 'u-x', '--', hostile)],
    });
    expect(applyFix(system, fix).program.file.mode).toBe(0o740);
    expect(makeExecutable(withFile({ mode: 0o100 }))).toBeNull();
  });
});

describe('a TUN device of one’s own', () => {
  const device = (name: string, layer: 'tun' | 'tap' = 'tun'): TunDevice => ({
    name,
    layer,
    owner: 1000,
    group: null,
    persistent: true,
    multiQueue: false,
    attached: false,
  });
  const asking = (
    tunDevice: string | null,
    existing: readonly string[],
    layer: 'tun' | 'tap' = 'tun',
  ) =>
    exampleSystem({
      tun: {
        devices: known(
          existing.map((name) => device(name)),
          'a test',
        ),
      },
      request: { tunDevice, tunLayer: layer },
    });

  it.each([
    ['the first free name', asking(null, ['tun0', 'tun1', 'tun3']), 'tun2', 'tun'],
    ['the name that is asked for', asking('vpn0', []), 'vpn0', 'tun'],
    ['not one that is taken', asking('vpn0', ['vpn0']), 'tun0', 'tun'],
    ['not one that cannot be', asking('a/b', []), 'tun0', 'tun'],
    ['not the empty one', asking('', []), 'tun0', 'tun'],
    ['not a pattern', asking('vpn%d', []), 'tun0', 'tun'],
    ['the layer that is asked for', asking(null, ['tap0'], 'tap'), 'tap1', 'tap'],
  ] as const)('has %s', (_, system, name, layer) => {
    const fix = some(ownTunDevice(system));
    expect(fix).toMatchObject({
      id: 'own-tun-device',
      applicability: 'review',
      needs: 'root',
      steps: [
        command('sudo', 'ip', 'tuntap', 'add', 'mode', layer, 'name', name, 'user', '1000'),
        {
          kind: 'advice',
          text: `Set the address and bring ${name} up as root too: whoever attaches to it may not.`,
        },
      ],
      inverse: [command('sudo', 'ip', 'tuntap', 'del', 'mode', layer, 'name', name)],
    });
    const repaired = applyFix(system, fix);
    expect(repaired.request.tunDevice).toBe(name);
    expect(repaired.tun.devices.kind === 'known' && repaired.tun.devices.value.at(-1)).toEqual(
      device(name, layer),
    );
  });

  it('belongs to the effective user, whom the driver asks for', () => {
    const credentials = known(
      { ...exampleUser, uid: { real: 7, effective: 8, saved: 9 } },
      'a test',
    );
    const [step] = some(ownTunDevice(exampleSystem({ launcher: { credentials } }))).steps;
    expect(step?.kind === 'command' && step.argv.at(-1)).toBe('8');
  });

  it('is not offered to whom was not seen', () => {
    expect(ownTunDevice(exampleSystem({ launcher: { credentials: dark } }))).toBeNull();
  });

  it('has some name where the devices were not seen', () => {
    expect(ownTunDevice(exampleSystem({ tun: { devices: dark } }))?.effects).toEqual([
      { kind: 'tun-device', device: device('tun0') },
    ]);
  });
});

describe('a TUN device that is held', () => {
  it('is released', () => {
    const system = exampleDevice({ attached: true });
    const fix = some(releaseTunDevice(system));
    expect(fix).toMatchObject({
      id: 'release-tun-device',
      title: 'Stop the process that holds tun0',
      applicability: 'template',
      needs: 'restart',
      steps: [
        command('sudo', 'fuser', '--verbose', '/dev/net/tun'),
        { kind: 'advice', text: 'Stop the process that holds tun0, or ask for another name.' },
      ],
      inverse: [],
    });
    expect(applyFix(system, fix)).toMatchObject({
      tun: { devices: { value: [{ name: 'tun0', attached: false }] } },
      request: { tunDevice: 'tun0' },
    });
  });

  it('or may be', () => {
    expect(releaseTunDevice(exampleDevice({ attached: null }))).not.toBeNull();
  });

  it('is not where it is free, or not there, or not seen', () => {
    expect(releaseTunDevice(exampleDevice({ attached: false }))).toBeNull();
    expect(releaseTunDevice(exampleSystem({}))).toBeNull();
    expect(releaseTunDevice(exampleSystem({ tun: { devices: dark } }))).toBeNull();
  });
});

describe('the device node', () => {
  const usable = {
    path: '/dev/net/tun',
    type: 'character',
    major: 10,
    minor: 200,
    mode: 0o666,
    uid: 0,
    gid: 0,
  };
  const make = command('sudo', 'mknod', '-m', '0666', '/dev/net/tun', 'c', '10', '200');

  it('is created', () => {
    const fix = some(createDeviceNode(withNode(null)));
    expect(fix).toMatchObject({
      id: 'create-device-node',
      applicability: 'review',
      needs: 'root',
      steps: [command('sudo', 'mkdir', '-p', '/dev/net'), make],
      inverse: [command('sudo', 'rm', '/dev/net/tun')],
    });
    expect(applyFix(withNode(null), fix).tun).toMatchObject({
      node: { kind: 'known', value: { ...usable, mount: { nodev: false } } },
      attempt: { kind: 'known', value: { errno: null } },
    });
  });

  it('is created where something else is, which is kept', () => {
    expect(createDeviceNode(withNode({ type: 'other' }))).toMatchObject({
      steps: [command('sudo', 'mv', '/dev/net/tun', '/dev/net/tun.before'), make],
      inverse: [command('sudo', 'mv', '/dev/net/tun.before', '/dev/net/tun')],
    });
  });

  it('is not where it is there, or not seen', () => {
    expect(createDeviceNode(withNode({}))).toBeNull();
    expect(createDeviceNode(exampleSystem({ tun: { node: dark } }))).toBeNull();
  });

  it('is opened to all, and closed again', () => {
    const fix = some(openDeviceNode(withNode({ mode: 0o60 })));
    expect(fix).toMatchObject({
      id: 'open-device-node',
      applicability: 'review',
      needs: 'root',
      steps: [command('sudo', 'chmod', '0666', '/dev/net/tun')],
      inverse: [command('sudo', 'chmod', '0060', '/dev/net/tun')],
    });
    expect(applyFix(withNode({ mode: 0o60 }), fix).tun.node).toMatchObject({ value: usable });
  });

  it.each([0o666, 0o606, 0o777])('is open to all with mode %o', (mode) => {
    expect(openDeviceNode(withNode({ mode }))).toBeNull();
  });

  it.each([0o660, 0o664, 0o662])('is not with mode %o', (mode) => {
    expect(openDeviceNode(withNode({ mode }))).not.toBeNull();
  });

  it('is not opened where it is not there, or not seen', () => {
    expect(openDeviceNode(withNode(null))).toBeNull();
    expect(openDeviceNode(exampleSystem({ tun: { node: dark } }))).toBeNull();
  });

  it('counts on a mount without nodev', () => {
    const mount = { ...exampleNode.mount, nodev: true, mountPoint: '/a b\n' };
    expect(honourDeviceNodes(withNode({ mount }))).toMatchObject({
      id: 'honour-device-nodes',
      title: 'Remount /a b\n without nodev',
      applicability: 'review',
      needs: 'root',
      steps: [command('sudo', 'mount', '-o', 'remount,bind,dev', '--', '/a b\n')],
      inverse: [command('sudo', 'mount', '-o', 'remount,bind,nodev', '--', '/a b\n')],
      effects: [{ kind: 'device-node' }],
    });
    expect(honourDeviceNodes(withNode({}))).toBeNull();
    expect(honourDeviceNodes(withNode(null))).toBeNull();
    expect(honourDeviceNodes(exampleSystem({ tun: { node: dark } }))).toBeNull();
  });

  it.each(['ENODEV', 'ENXIO'] as const)('gets its driver: %s', (errno) => {
    expect(loadTunDriver(withAttempt(errno))).toMatchObject({
      id: 'load-tun-driver',
      applicability: 'review',
      needs: 'root',
      steps: [command('sudo', 'modprobe', 'tun')],
      inverse: [command('sudo', 'modprobe', '-r', 'tun')],
      effects: [{ kind: 'device-node' }],
    });
    expect(allowDeviceInCgroup(withAttempt(errno))).toBeNull();
  });

  it('is allowed in the cgroup', () => {
    expect(allowDeviceInCgroup(withAttempt('EPERM'))).toMatchObject({
      id: 'allow-device-in-cgroup',
      applicability: 'template',
      needs: 'restart',
      steps: [
        {
          kind: 'advice',
          text: 'Container: start it with --device /dev/net/tun. systemd unit: DeviceAllow=/dev/net/tun rw.',
        },
      ],
      inverse: [],
      effects: [{ kind: 'device-node' }],
    });
    expect(loadTunDriver(withAttempt('EPERM'))).toBeNull();
  });

  it('needs neither where the attempt opened it, or none was made', () => {
    for (const system of [withAttempt(null), exampleSystem({ tun: { attempt: dark } })]) {
      expect(allowDeviceInCgroup(system)).toBeNull();
      expect(loadTunDriver(system)).toBeNull();
    }
  });
});

describe('a sysctl', () => {
  const zero = known(0, 'a test');

  it.each([
    [
      widenPingGroupRange(),
      'widen-ping-group-range',
      'net.ipv4.ping_group_range=0 2147483647',
      { pingGroupRange: [0, 2147483647] },
    ],
    [
      lowerUnprivilegedPortStart(exampleSystem({ request: { port: 443 } })),
      'lower-unprivileged-port-start',
      'net.ipv4.ip_unprivileged_port_start=443',
      { unprivilegedPortStart: 443 },
    ],
    [
      some(allowUserNamespaces(exampleSystem({ limits: { maxUserNamespaces: zero } }))),
      'allow-user-namespaces',
      'user.max_user_namespaces=10000',
      { maxUserNamespaces: 10000 },
    ],
    [
      some(allowUserNamespaces(exampleSystem({ limits: { unprivilegedUserNamespaces: zero } }))),
      'allow-user-namespaces',
      'kernel.unprivileged_userns_clone=1',
      { unprivilegedUserNamespaces: 1 },
    ],
    [
      some(allowUserNamespaces(exampleSystem({ limits: { maxNetworkNamespaces: zero } }))),
      'allow-user-namespaces',
      'user.max_net_namespaces=10000',
      { maxNetworkNamespaces: 10000 },
    ],
    [
      some(
        allowUserNamespaces(
          exampleSystem({ limits: { appArmorUserNamespaces: known(1, 'a test') } }),
        ),
      ),
      'allow-user-namespaces',
      'kernel.apparmor_restrict_unprivileged_userns=0',
      { appArmorUserNamespaces: 0 },
    ],
    [
      some(allowTracing(exampleSystem({ limits: { ptraceScope: known(2, 'a test') } }))),
      'allow-tracing',
      'kernel.yama.ptrace_scope=1',
      { ptraceScope: 1 },
    ],
  ] as const)('is set until the next boot: $id', (fix, id, setting, limits) => {
    expect(fix).toMatchObject({
      id,
      applicability: 'review',
      needs: 'root',
      steps: [command('sudo', 'sysctl', '-w', setting)],
      inverse: [
        {
          kind: 'advice',
          text: `The setting ${setting.slice(0, setting.indexOf('='))} lasts until the next boot.`,
        },
      ],
    });
    const before = exampleSystem({});
    const after = applyFix(before, fix).limits;
    const [[name, value] = ['', null]] = Object.entries(limits);
    expect(after).toEqual({ ...before.limits, [name]: known(value, 'the fix') });
  });

  it('is left where user namespaces are allowed, or that was not seen', () => {
    expect(allowUserNamespaces(exampleSystem({}))).toBeNull();
    const limits = { maxUserNamespaces: dark, unprivilegedUserNamespaces: dark };
    expect(allowUserNamespaces(exampleSystem({ limits }))).toBeNull();
  });

  it('is set with the others that forbid the same', () => {
    const limits = { maxUserNamespaces: zero, unprivilegedUserNamespaces: zero };
    const before = exampleSystem({ limits });
    const fix = some(allowUserNamespaces(before));
    expect(fix.steps).toEqual([
      command('sudo', 'sysctl', '-w', 'user.max_user_namespaces=10000'),
      command('sudo', 'sysctl', '-w', 'kernel.unprivileged_userns_clone=1'),
    ]);
    expect(fix.inverse).toHaveLength(2);
    expect(allowUserNamespaces(applyFix(before, fix))).toBeNull();
  });

  it('of Yama is left by a boot alone where nothing may be traced', () => {
    const fix = some(allowTracing(exampleSystem({ limits: { ptraceScope: known(3, 'a test') } })));
    expect(fix).toMatchObject({ applicability: 'template', needs: 'restart', inverse: [] });
    expect(fix.steps.map(({ kind }) => kind)).toEqual(['advice']);
    for (const ptraceScope of [known(1, 'a test'), dark]) {
      expect(allowTracing(exampleSystem({ limits: { ptraceScope } }))).toBeNull();
    }
  });
});

describe('one fix after another', () => {
  const safe = some(makeExecutable(withFile({ mode: 0 })));
  const review = some(createDeviceNode(withNode(null)));
  const template = some(allowDeviceInCgroup(withAttempt('EPERM')));

  it('does both, and undoes them in the other order', () => {
    expect(combine(review, safe)).toEqual({
      id: 'create-device-node',
      title: 'Create /dev/net/tun, then make it executable',
      remark: `root once per boot, then ${safe.remark}`,
      applicability: 'review',
      needs: 'root',
      steps: [...review.steps, ...safe.steps],
      inverse: [...safe.inverse, ...review.inverse],
      effects: [...review.effects, ...safe.effects],
    });
  });

  it.each([
    [safe, review, 'review', 'root'],
    [review, safe, 'review', 'root'],
    [safe, template, 'template', 'restart'],
    [template, safe, 'template', 'restart'],
    [safe, safe, 'safe', 'nothing'],
    [review, template, 'template', 'restart'],
    [template, review, 'template', 'restart'],
  ] as const)(
    'is as careful as the more careful of the two: %#',
    (one, other, applicability, needs) => {
      expect(combine(one, other)).toMatchObject({ applicability, needs });
    },
  );
});

describe('a lock of its own for legacy iptables', () => {
  const named = ['env', 'XTABLES_LOCKFILE=/tmp/xtables-1000.lock'];
  const held = exampleSystem({});

  it('is named behind what clears the environment', () => {
    const fix = some(withOwnLock(some(runWithAmbientCapabilities(held, raw)), held));
    const [step] = fix.steps;
    const argv = step?.kind === 'command' ? step.argv : [];
    expect(argv[0]).toBe('sudo');
    expect(argv.slice(argv.indexOf('--') + 1)).toEqual([...named, held.program.file.path]);
    expect(fix).toMatchObject({
      id: 'run-with-ambient-capabilities',
      title: 'Run it with ambient capabilities, with a lock of its own',
    });
  });

  it('is then what is opened', () => {
    const fix = some(withOwnLock(runInSandbox(held), held));
    expect(applyFix(held, fix).limits.xtablesLock).toMatchObject({
      value: {
        ...{ path: '/tmp/xtables-1000.lock', folder: false, readOnly: false },
        ...{ mode: 0o600, uid: 1000, gid: 1000 },
      },
    });
  });

  it('is not for a repair that is code, nor for a user who could not be seen', () => {
    const written = { ...held, program: { ...held.program, language: 'c' as const } };
    const [code] = raiseAmbientInParent(written, raw);
    expect(withOwnLock(some(code), written)).toBeNull();
    const unseen = exampleSystem({ launcher: { credentials: dark } });
    expect(withOwnLock(runInSandbox(unseen), unseen)).toBeNull();
  });
});

it('a way of starting changes nothing that lasts', () => {
  expect(applyFix(plain, runInSandbox(plain))).toBe(plain);
});

it('a device that was not seen before is the only one known after', () => {
  const system = exampleSystem({ tun: { devices: dark } });
  expect(applyFix(system, some(ownTunDevice(system))).tun.devices).toMatchObject({
    value: [{ name: 'tun0' }],
  });
});

describe('a parent', () => {
  const written = (language: System['program']['language']): System => ({
    ...plain,
    program: { ...plain.program, language },
  });

  it('is started with ambient capabilities, and then has none of its own', () => {
    expect(runParentWithAmbientCapabilities(plain, admin)).toMatchObject({
      id: 'run-parent-with-ambient-capabilities',
      applicability: 'template',
      needs: 'root',
      steps: [
        command(
          ...['sudo', 'setpriv', '--reuid=1000', '--regid=1000', '--init-groups'],
          ...['--inh-caps=+net_admin', '--ambient-caps=+net_admin', '--', './parent'],
        ),
      ],
      effects: [{ kind: 'start-with', path: 'ambient' }],
    });
    expect(runParentWithAmbientCapabilities(plain, emptySet)).toBeNull();
  });

  it.each([
    ['c', 'C', 'wanted[] = {CAP_NET_ADMIN, CAP_NET_RAW};'],
    ['rust', 'Rust', 'in [Capability::CAP_NET_ADMIN, Capability::CAP_NET_RAW] {'],
    ['go', 'Go', '[]uintptr{12, 13}, // CAP_NET_ADMIN, CAP_NET_RAW'],
    ['python', 'Python', 'CAPABILITIES = (12, 13,)  # CAP_NET_ADMIN, CAP_NET_RAW'],
  ] as const)('in %s raises what is needed', (language, name, line) => {
    const fixes = raiseAmbientInParent(written(language), admin | raw);
    expect(fixes).toMatchObject([
      {
        id: 'raise-ambient-in-parent',
        title: `Raise it as ambient in its parent, in ${name}`,
        applicability: 'template',
        needs: 'restart',
        steps: [{ kind: 'code', language, text: expect.stringContaining(line) as string }],
        inverse: [],
      },
    ]);
    const [fix] = fixes;
    expect(applyFix(plain, some(fix ?? null))).toEqual({
      ...plain,
      parent: { raisesAmbient: true },
    });
  });

  it('is shown in every language where that of the program is not known', () => {
    expect(raiseAmbientInParent(written(null), admin).map(({ steps }) => steps[0])).toMatchObject(
      ['c', 'rust', 'go', 'python'].map((language) => ({ language })),
    );
  });

  it('raises nothing where nothing is needed', () => {
    expect(raiseAmbientInParent(plain, emptySet)).toEqual([]);
  });
});
