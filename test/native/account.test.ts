import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { ask, isRoot, prepared, useStage } from './vantage.ts';

const stage = useStage();

test('the account of user 0 is that of root, with its primary group', async () => {
  const account = await ask(stage.client(), { kind: 'account', uid: 0 });
  expect(account?.name).toBe('root');
  expect(account?.groups).toContainEqual({ name: 'root', gid: 0 });
});

test('an id without an account is told apart from a failure', async () => {
  expect(await ask(stage.client(), { kind: 'account', uid: 4294967290 })).toBeNull();
});

describe.skipIf(!isRoot)('with a database of our own (needs root)', () => {
  function withDatabase(passwd: string, group: string): readonly string[] {
    const files = [join(stage.folder, 'passwd'), join(stage.folder, 'group')] as const;
    writeFileSync(files[0], passwd);
    writeFileSync(files[1], group);
    const bind = 'mount --bind "$1" /etc/passwd; mount --bind "$2" /etc/group';
    return prepared(['--mount', '--propagation', 'private'], bind, ...files);
  }

  test('the primary group and those that name the user are told, and no other', async () => {
    const passwd =
      'root:x:0:0::/:/bin/sh\nanna:x:1201:1301::/:/bin/sh\nann:x:1202:1302::/:/bin/sh\n';
    const group = 'anna:x:1301:\nann:x:1302:\ntun:x:1400:ann,anna\nother:x:1401:ann\nodd\n:::\n';
    const client = stage.client(withDatabase(passwd, group));
    expect(await ask(client, { kind: 'account', uid: 1201 })).toEqual({
      name: 'anna',
      groups: [
        { name: 'anna', gid: 1301 },
        { name: 'tun', gid: 1400 },
      ],
    });
  });

  test('an account whose primary group has no name has the others', async () => {
    const client = stage.client(withDatabase('anna:x:1201:1301::/:/bin/sh\n', 'tun:x:1400:anna\n'));
    expect(await ask(client, { kind: 'account', uid: 1201 })).toEqual({
      name: 'anna',
      groups: [{ name: 'tun', gid: 1400 }],
    });
  });

  test('without a database there is no answer, and it says why', async () => {
    const hidden = stage.client(
      prepared(['--mount', '--propagation', 'private'], 'mount -t tmpfs none /etc', ''),
    );
    const reply = await hidden.request({ kind: 'account', uid: 0 });
    expect(reply).toMatchObject({ ok: false, error: { kind: 'call', error: { errno: 'ENOENT' } } });
  });
});
