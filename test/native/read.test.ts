import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { ask, isRoot, prepared, unprivileged, useStage } from './vantage.ts';

const stage = useStage();

test.each([
  '/proc/sys/kernel/cap_last_cap',
  '/proc/filesystems',
  '/proc/sys/net/ipv4/ping_group_range',
  '/sys/kernel/uevent_seqnum',
])('%s is told as it stands', async (path) => {
  const { text, truncated } = await ask(stage.client(), { kind: 'read', path });
  expect(truncated).toBe(false);
  expect(text).not.toBe('');
  expect(text.split('\n').length).toBe(readFileSync(path, 'utf8').split('\n').length);
});

test('links that stay inside are followed', async () => {
  const client = stage.client();
  const { text } = await ask(client, { kind: 'read', path: '/proc/self/comm' });
  const { name } = await ask(client, { kind: 'process', pid: 'self' });
  expect(text).toBe(`${name}\n`);
  const index = await ask(client, { kind: 'read', path: '/sys/class/net/lo/ifindex' });
  expect(index.text).toBe('1\n');
});

test('at most 64 KiB are read', async () => {
  const reply = await ask(stage.client(), { kind: 'read', path: '/proc/kallsyms' });
  expect(reply.text.length).toBe(64 * 1024);
  expect(reply.truncated).toBe(true);
});

test('files elsewhere are refused, whatever leads to them', async () => {
  const client = stage.client();
  const outside = join(stage.folder, 'outside');
  writeFileSync(outside, 'secret');
  mkdirSync(join(stage.folder, 'proc'));
  writeFileSync(join(stage.folder, 'proc', 'file'), 'secret');
  symlinkSync('/proc/self', join(stage.folder, 'to-proc'));
  for (const path of [
    outside,
    '/proc/../etc/passwd',
    '/proc/self/root/etc/passwd',
    `/proc/self/root${outside}`,
    '/proc/self/exe',
    '/proc/self/cwd/etc/passwd',
    join(stage.folder, 'proc', 'file'),
    join(stage.folder, 'to-proc', 'root/etc/passwd'),
    '/proc',
    '/proc/self/task',
    '/processes',
  ]) {
    const reply = await client.request({ kind: 'read', path });
    expect.soft(reply, path).toMatchObject({ ok: false });
    expect.soft(JSON.stringify(reply), path).not.toContain('secret');
  }
});

test('the log of the kernel is not drained', async () => {
  const reply = await stage.client().request({ kind: 'read', path: '/proc/kmsg' });
  expect(reply).toMatchObject({ ok: false, error: { kind: 'refused' } });
});

describe.skipIf(!isRoot)('with mounts (needs root)', () => {
  test('a disk file that is mounted below /proc is refused', async () => {
    const disguised = join(stage.folder, 'disguised');
    writeFileSync(disguised, 'secret');
    const script = 'mount --bind "$1" /proc/version';
    const client = stage.client(prepared(['--mount'], script, disguised));
    const reply = await client.request({ kind: 'read', path: '/proc/version' });
    expect(reply).toMatchObject({ ok: false, error: { kind: 'refused' } });
  });

  test('what only root may read is the failure of open', async () => {
    const client = stage.client(unprivileged);
    const reply = await client.request({ kind: 'read', path: '/proc/1/environ' });
    expect(reply).toMatchObject({ ok: false, error: { kind: 'call', error: { errno: 'EACCES' } } });
  });
});
