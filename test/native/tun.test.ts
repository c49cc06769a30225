import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, onTestFinished, test } from 'vitest';

import type { HelperClient } from '../../extension/probe/helper/helperClient.ts';
import type { TunDevice } from '../../extension/protocol/probe.ts';
import { ask, isRoot, prepared, sandboxAllowed, unprivileged, useStage } from './vantage.ts';

const stage = useStage();
const folder = join(stage.folder, 'dev');
const device = join(folder, 'tun');
const missing = join(folder, 'missing');

/** A network of its own and a node of the TUN device that everyone may open. */
function inNetwork(script: string, ...vantage: string[]): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const node = 'mount -t tmpfs none "$1"; mknod -m 666 "$1/tun" c 10 200';
  return [...prepared(['--mount', '--net'], `${node}\n${script}`, folder), ...vantage];
}

/** Inside the namespaces of a helper. */
function beside({ pid }: { readonly pid: number }, ...vantage: string[]): readonly string[] {
  return ['nsenter', '--target', String(pid), '--mount', '--net', '--', ...vantage];
}

const withNetAdmin = [
  ...['setpriv', '--reuid', '1000', '--regid', '1000', '--clear-groups'],
  ...['--inh-caps', '+net_admin', '--ambient-caps', '+net_admin', '--'],
];
const asUser = (uid: number, ...groups: number[]) => [
  ...['setpriv', '--reuid', String(uid), '--regid', String(uid)],
  ...(groups.length === 0 ? ['--clear-groups'] : ['--groups', groups.join()]),
  '--',
];

/** Holds a device in the namespaces of a helper until the test is over. */
async function hold(helper: { readonly pid: number }, ...request: string[]): Promise<void> {
  const script = fileURLToPath(new URL('holdTun.mjs', import.meta.url));
  const [file = '', ...rest] = beside(helper, stage.node, script, stage.addon, device, ...request);
  const child = spawn(file, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
}

const attempt = (client: HelperClient, name: string | null, layer: 'tun' | 'tap' = 'tun') =>
  ask(client, { kind: 'tunAttempt', device, name, layer });

describe.skipIf(!isRoot)('TUN devices (needs root)', () => {
  test('are listed with their owners, layers and flags', async () => {
    const client = stage.client(
      inNetwork(`
        ip tuntap add dev owned mode tun user 1000
        ip tuntap add dev grouped mode tap group 4294967294 multi_queue
        ip tuntap add dev both mode tun user 1000 group 100 vnet_hdr pi
        ip link set dev owned up
      `),
    );
    const persistent = { persist: true, attached: false };
    const plain = { multiQueue: false, vnetHdr: false, packetInfo: false, up: false };
    const devices = await ask(client, { kind: 'tunDevices' });
    const none = { owner: null, group: null };
    expect(devices.map(({ index, ...rest }) => ({ ...rest, index: index > 0 }))).toEqual([
      {
        ...persistent,
        ...plain,
        ...none,
        name: 'owned',
        layer: 'tun',
        owner: 1000,
        up: true,
        index: true,
      },
      {
        ...persistent,
        ...plain,
        ...none,
        name: 'grouped',
        layer: 'tap',
        group: 4294967294,
        multiQueue: true,
        index: true,
      },
      {
        ...persistent,
        ...plain,
        name: 'both',
        layer: 'tun',
        owner: 1000,
        group: 100,
        vnetHdr: true,
        packetInfo: true,
        index: true,
      },
    ]);
  });

  test('show whether a program holds them, single or multi-queue, persistent or not', async () => {
    const client = stage.client(
      inNetwork(`
        ip tuntap add dev single mode tun
        ip tuntap add dev multi mode tun multi_queue
        ip tuntap add dev free mode tap
      `),
    );
    const helper = await ask(client, { kind: 'process', pid: 'self' });
    await hold(helper, 'single', 'tun');
    await hold(helper, 'multi', 'tun', 'multi_queue');
    await hold(helper, 'passing', 'tap');
    const devices = await ask(client, { kind: 'tunDevices' });
    const attached = (name: string) => devices.find((found) => found.name === name)?.attached;
    expect(['single', 'multi', 'free', 'passing'].map(attached)).toEqual([true, true, false, true]);
  });

  test('by the hundred, and while they come and go, are all listed', async () => {
    const client = stage.client(
      inNetwork(`
        i=0; while [ $i -lt 300 ]; do echo "tuntap add dev t$i mode tun user $i"; i=$((i+1)); done | ip -batch -
      `),
    );
    const helper = await ask(client, { kind: 'process', pid: 'self' });
    const churn =
      'while :; do echo "tuntap add dev churn mode tap"; echo "tuntap del dev churn mode tap"; done | ip -batch -';
    const [file = '', ...rest] = beside(helper, 'sh', '-c', churn);
    const child = spawn(file, rest, { stdio: 'ignore', detached: true });
    const stop = () => {
      if (child.pid !== undefined && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    onTestFinished(stop);
    const expectAll = (devices: readonly TunDevice[]) => {
      const lasting = devices.filter(({ name }) => name !== 'churn');
      expect(lasting.map(({ owner }) => Number(owner)).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 300 }, (_, uid) => uid),
      );
    };
    for (let i = 0; i < 50; i += 1) {
      const reply = await client.request({ kind: 'tunDevices' });
      // That each of its dumps was interrupted is an answer too, a torn list is not.
      if (reply.ok) expectAll(reply.result);
      else expect(reply.error).toMatchObject({ kind: 'call', error: { errno: 'EINTR' } });
    }
    stop();
    await once(child, 'close');
    expectAll(await ask(client, { kind: 'tunDevices' }));
  });

  test.skipIf(!sandboxAllowed)(
    'show owners that have no name in a user namespace as the overflow id',
    async () => {
      const client = stage.client(
        inNetwork(
          'ip tuntap add dev owned mode tun user 1000',
          ...unprivileged,
          'unshare',
          '-Ur',
          '--',
        ),
      );
      const [owned]: readonly TunDevice[] = await ask(client, { kind: 'tunDevices' });
      expect(owned?.owner).toBe(65534);
    },
  );
});

describe.skipIf(!isRoot)('attempts (need root to prepare)', () => {
  const persistent = `
    ip tuntap add dev owned mode tun user 1000
    ip tuntap add dev grouped mode tun group 100
    ip tuntap add dev both mode tun user 1000 group 100
    ip tuntap add dev multi mode tun user 1000 multi_queue
  `;

  test('create a device for a moment, and none is left', async () => {
    const client = stage.client(inNetwork('', ...withNetAdmin));
    expect(await attempt(client, null)).toEqual({ call: null, errno: null, name: 'tun0' });
    expect(await attempt(client, 'x%d', 'tap')).toEqual({ call: null, errno: null, name: 'x0' });
    expect(await attempt(client, 'a'.repeat(15))).toMatchObject({ name: 'a'.repeat(15) });
    expect(await ask(client, { kind: 'tunDevices' })).toEqual([]);
  });

  test('without the capability are refused by the ioctl', async () => {
    const client = stage.client(inNetwork('', ...asUser(1000)));
    const denied = { call: 'ioctl(TUNSETIFF)', errno: 'EPERM', name: null };
    expect(await attempt(client, null)).toEqual(denied);
    expect(await attempt(client, 'tun7', 'tap')).toEqual(denied);
  });

  test.each([
    ['its owner', asUser(1000), 'owned', null],
    ['another user', asUser(1001), 'owned', 'EPERM'],
    ['a member of its group', asUser(1001, 100), 'grouped', null],
    ['no member of its group', asUser(1001, 101), 'grouped', 'EPERM'],
    ['its owner, not of its group', asUser(1000), 'both', 'EPERM'],
    ['of its group, not its owner', asUser(1001, 100), 'both', 'EPERM'],
    ['its owner and of its group', asUser(1000, 100), 'both', null],
    ['its owner, with one queue where it has many', asUser(1000), 'multi', 'EINVAL'],
    ['anyone, where the name is of another kind', asUser(1001), 'lo', 'EINVAL'],
  ])('on a persistent device, by %s', async (_, vantage, name, errno) => {
    const client = stage.client(inNetwork(persistent, ...vantage));
    expect(await attempt(client, name)).toEqual(
      errno === null
        ? { call: null, errno: null, name }
        : { call: 'ioctl(TUNSETIFF)', errno, name: null },
    );
  });

  test('say busy, wrong layer and wrong name as the kernel does', async () => {
    const client = stage.client(inNetwork('ip tuntap add dev busy mode tun', ...withNetAdmin));
    const helper = await ask(client, { kind: 'process', pid: 'self' });
    await hold(helper, 'busy', 'tun');
    expect(await attempt(client, 'busy')).toMatchObject({ errno: 'EBUSY' });
    expect(await attempt(client, 'busy', 'tap')).toMatchObject({ errno: 'EINVAL' });
    expect(await attempt(client, 'a/b')).toMatchObject({ errno: 'EINVAL' });
    const excl = {
      kind: 'tunAttempt',
      device,
      name: 'busy',
      layer: 'tun',
      flags: ['excl'],
    } as const;
    expect(await ask(client, excl)).toMatchObject({ errno: 'EBUSY' });
  });

  test('leave an existing device as it was, also under a program that holds it', async () => {
    const client = stage.client(
      inNetwork('ip tuntap add dev multi mode tun multi_queue user 1000 vnet_hdr', ...asUser(1000)),
    );
    const helper = await ask(client, { kind: 'process', pid: 'self' });
    await hold(helper, 'multi', 'tun', 'multi_queue', 'no_pi', 'vnet_hdr');
    const before = await ask(client, { kind: 'tunDevices' });
    const request = {
      kind: 'tunAttempt',
      device,
      name: 'multi',
      layer: 'tun',
      flags: ['multi_queue'],
    } as const;
    expect(await ask(client, request)).toMatchObject({ errno: null, name: 'multi' });
    expect(await ask(client, { kind: 'tunDevices' })).toEqual(before);
  });

  test.skipIf(!sandboxAllowed)('in a sandbox need no privilege outside', async () => {
    const client = stage.client(inNetwork('', ...unprivileged, 'unshare', '-Urn', '--'));
    expect(await attempt(client, null)).toMatchObject({ errno: null, name: 'tun0' });
    const hostNetwork = stage.client(inNetwork('', ...unprivileged, 'unshare', '-Ur', '--'));
    expect(await attempt(hostNetwork, null)).toMatchObject({ errno: 'EPERM' });
  });

  test('at a node that may not be opened, or is not there, fail in open', async () => {
    const client = stage.client(inNetwork('chmod 600 "$1/tun"', ...asUser(1000)));
    expect(await attempt(client, null)).toEqual({ call: 'open', errno: 'EACCES', name: null });
    expect(await ask(client, { kind: 'openDevice', path: device })).toEqual({
      opened: false,
      call: 'open',
      errno: 'EACCES',
    });
    expect(await ask(client, { kind: 'openDevice', path: missing })).toMatchObject({
      errno: 'ENOENT',
    });
  });

  test('on a nodev mount fail in open', async () => {
    const client = stage.client(inNetwork('mount -o remount,nodev "$1"'));
    expect(await attempt(client, null)).toMatchObject({ call: 'open', errno: 'EACCES' });
  });

  test('at what is no device fail in the ioctl', async () => {
    const client = stage.client(inNetwork('rm "$1/tun"; touch "$1/tun"'));
    expect(await ask(client, { kind: 'openDevice', path: device })).toEqual({ opened: true });
    expect(await attempt(client, null)).toMatchObject({
      call: 'ioctl(TUNSETIFF)',
      errno: 'ENOTTY',
    });
  });

  test('open the device by all means that a link leads to', async () => {
    const client = stage.client(inNetwork('ln -s tun "$1/link"'));
    const link = { kind: 'openDevice', path: join(folder, 'link') } as const;
    expect(await ask(client, link)).toEqual({ opened: true });
  });

  test.each([
    ['another character device', 'mknod "$1/it" c 1 3'],
    ['a block device', 'mknod "$1/it" b 7 200'],
    ['a FIFO', 'mkfifo "$1/it"'],
  ])('never open %s', async (_, script) => {
    const client = stage.client(inNetwork(script));
    const path = join(folder, 'it');
    for (const request of [
      { kind: 'openDevice', path },
      { kind: 'tunAttempt', device: path, name: null, layer: 'tun' },
    ] as const) {
      expect(await client.request(request)).toMatchObject({
        ok: false,
        error: { kind: 'refused' },
      });
    }
  });
});

test('a name that no struct ifreq holds is refused, not shortened', async () => {
  writeFileSync(join(stage.folder, 'file'), '');
  for (const name of ['a'.repeat(16), 'é'.repeat(8)]) {
    const reply = await stage.client().request({
      kind: 'tunAttempt',
      device: join(stage.folder, 'file'),
      name,
      layer: 'tun',
    });
    expect(reply).toMatchObject({ ok: false, error: { kind: 'refused' } });
  }
});

test('a directory is no device: open says so', async () => {
  const reply = await ask(stage.client(), { kind: 'openDevice', path: stage.folder });
  expect(reply).toEqual({ opened: false, call: 'open', errno: 'EISDIR' });
});
