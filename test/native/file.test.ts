import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import {
  ask,
  errnoOf,
  isRoot,
  prepared,
  sandboxAllowed,
  unprivileged,
  useStage,
  valueOf,
} from './vantage.ts';

const stage = useStage();
const at = (name: string) => join(stage.folder, name);

/** cap_net_admin+ep; version 3 has the namespace's root, uid 1000, at the end. */
const version2 = '0100000200100000000000000000000000000000';
const version3 = '0100000300100000000000000000000000000000e8030000';

function program(name: string, content = '#!/bin/sh\n'): string {
  writeFileSync(at(name), content, { mode: 0o755 });
  return at(name);
}

function setCapability(path: string, ...options: string[]): void {
  execFileSync('setcap', [...options, 'cap_net_admin+ep', path]);
}

test('a file is told as stat(2) tells it', async () => {
  const path = program('plain', 'content');
  chmodSync(path, 0o4751);
  const facts = await ask(stage.client(), { kind: 'file', path });
  const stats = statSync(path, { bigint: true });
  expect(facts).toMatchObject({
    path,
    type: 'regular',
    mode: 0o4751,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    size: 7,
    inode: String(stats.ino),
    mtimeNs: String(stats.mtimeNs),
    ctimeNs: String(stats.ctimeNs),
    capability: { value: null },
    replaced: false,
  });
  expect(['ENODATA', 'EOPNOTSUPP']).toContain(facts.capabilityAbsence);
  expect(valueOf(facts.realPath)).toBe(path);
  expect(valueOf(facts.head)).toBe(Buffer.from('content').toString('hex'));
  const { major, minor } = facts.device;
  const device = execFileSync('stat', ['--format=%Hd:%Ld', '--', path], { encoding: 'utf8' });
  expect(`${major}:${minor}`).toBe(device.trim());
});

test('only the head of a long file is read', async () => {
  const path = program('long', 'x'.repeat(10_000));
  const facts = await ask(stage.client(), { kind: 'file', path });
  expect(valueOf(facts.head)).toBe('78'.repeat(4096));
});

describe.skipIf(!isRoot)('capabilities (needs root)', () => {
  test('version 2 is told byte by byte, to anyone', async () => {
    const path = program('v2');
    setCapability(path);
    for (const vantage of [[], unprivileged]) {
      const facts = await ask(stage.client(vantage), { kind: 'file', path });
      expect(valueOf(facts.capability)).toBe(version2);
      expect(facts.capabilityAbsence).toBeNull();
    }
  });

  test('version 3 is told with the root of its user namespace', async () => {
    const path = program('v3');
    setCapability(path, '-n', '1000');
    const facts = await ask(stage.client(), { kind: 'file', path });
    expect(valueOf(facts.capability)).toBe(version3);
  });

  test.skipIf(!sandboxAllowed)(
    'version 3 of the own user namespace is shown by the kernel as version 2',
    async () => {
      const path = program('v3-own');
      setCapability(path, '-n', '65534');
      const inside = stage.client([...unprivileged, 'unshare', '-Ur', '--']);
      const facts = await ask(inside, { kind: 'file', path });
      expect(valueOf(facts.capability)).toBe(version2);
    },
  );

  test.skipIf(!sandboxAllowed)(
    'version 3 of a user namespace without a name here is an error, not an absence',
    async () => {
      const path = program('v3-foreign');
      setCapability(path, '-n', '1000');
      const inside = stage.client([...unprivileged, 'unshare', '-Ur', '--']);
      const facts = await ask(inside, { kind: 'file', path });
      expect(errnoOf(facts.capability)).toBe('EOVERFLOW');
      expect(facts.capabilityAbsence).toBeNull();
    },
  );

  const debugfs = spawnSync('debugfs', ['-V']).status === 0;
  test.skipIf(!debugfs)('what no setxattr(2) would write is EINVAL (needs debugfs)', async () => {
    const malformed = {
      'version-1': '010000010010000000000000',
      short: '01000002',
      long: '00'.repeat(40),
      'version-5': '0100000500100000000000000000000000000000',
    };
    const image = at('image.ext4');
    const content = at('image-content');
    const mountPoint = at('image-mount');
    mkdirSync(content);
    mkdirSync(mountPoint);
    for (const name of Object.keys(malformed)) writeFileSync(join(content, name), '');
    execFileSync('mkfs.ext4', ['-q', '-O', '^has_journal', '-d', content, image, '4M']);
    for (const [name, hex] of Object.entries(malformed)) {
      writeFileSync(at('value'), Buffer.from(hex, 'hex'));
      const command = `ea_set -f ${at('value')} ${name} security.capability`;
      execFileSync('debugfs', ['-w', '-R', command, image], { stdio: 'ignore' });
    }
    const mounted = stage.client(
      prepared(['--mount'], 'mount -o loop,ro -- "$1" "$2"', image, mountPoint),
    );
    for (const name of Object.keys(malformed)) {
      const facts = await ask(mounted, { kind: 'file', path: join(mountPoint, name) });
      expect.soft(errnoOf(facts.capability), name).toBe('EINVAL');
    }
  });

  test('a file system without attributes is told apart from a file without one', async () => {
    const mountPoint = at('ramfs');
    mkdirSync(mountPoint);
    const mounted = stage.client(
      prepared(['--mount'], 'mount -t ramfs none "$1"; touch "$1/file"', mountPoint),
    );
    const facts = await ask(mounted, { kind: 'file', path: join(mountPoint, 'file') });
    expect(valueOf(facts.capability)).toBeNull();
    expect(facts.capabilityAbsence).toBe('EOPNOTSUPP');
  });
});

describe('kinds of files', () => {
  test('a symbolic link is followed', async () => {
    const path = program('target');
    symlinkSync('target', at('link'));
    const facts = await ask(stage.client(), { kind: 'file', path: at('link') });
    expect(facts.path).toBe(at('link'));
    expect(valueOf(facts.realPath)).toBe(path);
    expect(facts.type).toBe('regular');
  });

  test('a FIFO is neither opened nor waited for', async () => {
    execFileSync('mkfifo', [at('fifo')]);
    const facts = await ask(stage.client(), { kind: 'file', path: at('fifo') });
    expect(facts.type).toBe('fifo');
    expect(facts.head).toHaveProperty('unavailable');
  });

  test('a directory, a socket and a device are told and not read', async () => {
    const client = stage.client();
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(at('socket'), resolve));

    const directory = await ask(client, { kind: 'file', path: stage.folder });
    const socket = await ask(client, { kind: 'file', path: at('socket') });
    const device = await ask(client, { kind: 'file', path: '/dev/null' });
    expect([directory.type, socket.type, device.type]).toEqual([
      'directory',
      'socket',
      'character',
    ]);
    expect(device.rdev).toEqual({ major: 1, minor: 3 });
    for (const facts of [directory, socket, device]) {
      expect(facts.head).toHaveProperty('unavailable');
    }
  });

  test('an anonymous inode, which has no type, is refused', async () => {
    const client = stage.client();
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, fd) =>
        client.request({ kind: 'file', path: `/proc/self/fd/${fd + 3}` }),
      ),
    );
    // Node's event loop stands on several, whatever their numbers are.
    const refused = replies.filter((reply) => !reply.ok && reply.error.kind === 'refused');
    expect(refused.length).toBeGreaterThan(0);
  });

  test('what is not there is the failure of open', async () => {
    const reply = await stage.client().request({ kind: 'file', path: at('missing') });
    expect(reply).toMatchObject({
      ok: false,
      error: { kind: 'call', error: { call: 'open', errno: 'ENOENT', path: at('missing') } },
    });
  });

  test('a loop of links is ELOOP, a file in the way ENOTDIR', async () => {
    const client = stage.client();
    symlinkSync('loop', at('loop'));
    program('file');
    const errno = async (path: string) => {
      const reply = await client.request({ kind: 'file', path });
      return !reply.ok && reply.error.kind === 'call' ? reply.error.error.errno : reply;
    };
    expect(await errno(at('loop'))).toBe('ELOOP');
    expect(await errno(at('file/inside'))).toBe('ENOTDIR');
    expect(await errno(`/${'x'.repeat(300)}`)).toBe('ENAMETOOLONG');
  });

  test.each([
    ['a line end', 'a\nb'],
    ['quotes', `'"\``],
    ['a leading dash', '-rf'],
    ['spaces and tabs', ' a \t b '],
    ['a substitution', '$(id)'],
    ['a backslash', 'a\\040b'],
    ['what a removed file is called', 'x (deleted)'],
    ['other scripts', 'ふ🙂é'],
  ])('a name with %s', async (_, name) => {
    const path = program(name);
    const facts = await ask(stage.client(), { kind: 'file', path });
    expect(facts.path).toBe(path);
    expect(valueOf(facts.realPath)).toBe(path);
  });
});

describe('access', () => {
  test('an unreadable program may be run and is not read', async () => {
    const path = program('execute-only');
    chmodSync(path, 0o711);
    const facts = await ask(stage.client(unprivileged), { kind: 'file', path });
    // As its owner one reads it all the same.
    const owner = !isRoot;
    expect(valueOf(facts.access)).toEqual({ read: owner, write: owner, execute: true });
    if (!owner) expect(errnoOf(facts.head)).toBe('EACCES');
  });

  test.skipIf(!isRoot)('is that of the effective ids (needs root)', async () => {
    const path = program('of-root');
    chmodSync(path, 0o700);
    const effective = stage.client(['setpriv', '--euid', '65534', '--clear-groups', '--']);
    const facts = await ask(effective, { kind: 'file', path });
    expect(valueOf(facts.access)).toEqual({ read: false, write: false, execute: false });
  });

  test.skipIf(!isRoot)('knows of a noexec mount (needs root)', async () => {
    const mountPoint = at('noexec');
    mkdirSync(mountPoint);
    const script = 'mount -t tmpfs -o noexec none "$1"; cp -- "$2" "$1/program"';
    const client = stage.client(prepared(['--mount'], script, mountPoint, program('runs')));
    const facts = await ask(client, { kind: 'file', path: join(mountPoint, 'program') });
    expect(valueOf(facts.access).execute).toBe(false);
    expect(valueOf(facts.mount).options).toContain('noexec');
  });
});

describe.skipIf(!isRoot)('mounts (needs root)', () => {
  test('the mount decides, not the path: a nosuid bind mount, reached by a link', async () => {
    const source = at('suid');
    const target = at('no suid\n#\\here');
    mkdirSync(source);
    mkdirSync(target);
    writeFileSync(join(source, 'program'), '', { mode: 0o755 });
    symlinkSync(join(target, 'program'), at('into-nosuid'));
    const client = stage.client(
      prepared(
        ['--mount'],
        'mount --bind -- "$1" "$2"; mount -o remount,bind,nosuid -- "$2"',
        source,
        target,
      ),
    );
    const here = await ask(client, { kind: 'file', path: join(source, 'program') });
    const bound = await ask(client, { kind: 'file', path: at('into-nosuid') });
    expect(bound.inode).toBe(here.inode);
    expect(valueOf(here.mount).options).not.toContain('nosuid');
    expect(valueOf(bound.mount).options).toContain('nosuid');
    expect(valueOf(bound.mount).mountPoint).toBe(target);
    expect(valueOf(bound.mount).id).toBe(valueOf(bound.mountId));
  });

  test('of two mounts on one place, the one that is seen', async () => {
    const place = at('twice');
    mkdirSync(place);
    const script =
      'mount -t tmpfs -o nosuid lower "$1"; mount -t tmpfs upper "$1"; touch "$1/file"';
    const client = stage.client(prepared(['--mount'], script, place));
    const facts = await ask(client, { kind: 'file', path: join(place, 'file') });
    expect(valueOf(facts.mount)).toMatchObject({ source: 'upper', fsType: 'tmpfs', root: '/' });
    expect(valueOf(facts.mount).options).not.toContain('nosuid');
  });

  test('a mount of another mount namespace is not there to be described', async () => {
    const place = at('foreign');
    mkdirSync(place);
    const elsewhere = stage.client(
      prepared(['--mount'], 'mount -t tmpfs none "$1"; touch "$1/file"', place),
    );
    const { pid } = await ask(elsewhere, { kind: 'process', pid: 'self' });
    const path = `/proc/${pid}/root${place}/file`;
    const facts = await ask(stage.client(), { kind: 'file', path });
    expect(facts.mount).toHaveProperty('unavailable');
    const own = await ask(elsewhere, { kind: 'file', path: join(place, 'file') });
    expect(facts.mountId).toEqual(own.mountId);
  });
});

describe('replaced while it is read', () => {
  test('is noticed, and every fact is still of one file', async () => {
    const client = stage.client();
    const path = at('contended');
    const contents = ['first', 'second one'];
    contents.forEach((content, i) => {
      writeFileSync(at(`version-${i}`), content);
    });
    let seen = 0;
    for (let round = 0; round < 200 && seen === 0; round += 1) {
      const replies = Array.from({ length: 20 }, () => client.request({ kind: 'file', path }));
      for (let i = 0; i < 400; i += 1) {
        rmSync(at('next'), { force: true });
        linkSync(at(`version-${i % 2}`), at('next'));
        renameSync(at('next'), path);
      }
      for (const reply of await Promise.all(replies)) {
        if (!reply.ok) continue;
        const { result } = reply;
        if (result.replaced) seen += 1;
        const content = Buffer.from(valueOf(result.head), 'hex').toString();
        expect(contents).toContain(content);
        expect(result.size).toBe(content.length);
      }
    }
    expect(seen).toBeGreaterThan(0);
  });

  test('a quiet file is never called replaced', async () => {
    const client = stage.client();
    const path = program('quiet');
    for (let i = 0; i < 100; i += 1) {
      expect((await ask(client, { kind: 'file', path })).replaced).toBe(false);
    }
  });
});
