import { describe, expect, test } from 'vitest';

import {
  ask,
  isRoot,
  prepared,
  sandboxAllowed,
  unprivileged,
  useStage,
  valueOf,
} from './vantage.ts';

const stage = useStage();
const asked = { kind: 'userNamespaceAttempt' } as const;

test('one can be made where unshare(1) can make one, and the helper stays where it is', async () => {
  const client = stage.client(unprivileged);
  const before = await ask(client, { kind: 'namespaces', pid: 'self' });
  const { refusal } = await ask(client, asked);
  expect(refusal === null).toBe(sandboxAllowed);
  const after = await ask(client, { kind: 'namespaces', pid: 'self' });
  expect(valueOf(after.user)).toEqual(valueOf(before.user));
  // It is still asked for, and no child of the first time is in the way.
  expect((await ask(client, asked)).refusal).toEqual(refusal);
});

describe.skipIf(!sandboxAllowed)('is refused (needs user namespaces)', () => {
  test('where ids have no name: by unshare', async () => {
    const client = stage.client([...unprivileged, 'unshare', '--user', '--']);
    expect(await ask(client, asked)).toMatchObject({
      refusal: { call: 'unshare(CLONE_NEWUSER)', errno: 'EPERM' },
    });
  });

  test('where none may be created, here or in a user namespace above: by unshare', async () => {
    const forbid = 'echo "$1" > /proc/sys/user/max_user_namespaces';
    const none = prepared(['--user', '--map-root-user'], forbid, '0');
    const one = prepared(['--user', '--map-root-user'], forbid, '1');
    const nested = [...one, 'unshare', '--user', '--map-root-user', '--'];
    for (const vantage of [none, nested]) {
      const client = stage.client([...unprivileged, ...vantage]);
      expect(await ask(client, asked)).toMatchObject({
        refusal: { call: 'unshare(CLONE_NEWUSER)', errno: 'ENOSPC' },
      });
    }
    const client = stage.client([...unprivileged, ...one]);
    expect(await ask(client, asked)).toEqual({ refusal: null });
  });

  test('to a root without CAP_SETFCAP: by the map of its id (Linux 5.12)', async () => {
    const drop = ['setpriv', '--bounding-set=-setfcap', '--inh-caps=-setfcap', '--'];
    const vantage = [...unprivileged, 'unshare', '--user', '--map-root-user', '--', ...drop];
    expect(await ask(stage.client(vantage), asked)).toMatchObject({
      refusal: { call: 'write(/proc/self/uid_map)', errno: 'EPERM' },
    });
  });
});

describe.skipIf(!isRoot)('in a chroot (needs root)', () => {
  test('it is refused even to root', async () => {
    const bind = 'mount -t tmpfs none "$1"; mkdir "$1/all"; mount --rbind / "$1/all"';
    const vantage = prepared(['--mount', '--propagation', 'private'], bind, '/mnt');
    const client = stage.client([...vantage, 'chroot', '/mnt/all']);
    expect(await ask(client, asked)).toMatchObject({
      refusal: { call: 'unshare(CLONE_NEWUSER)', errno: 'EPERM' },
    });
  });
});
