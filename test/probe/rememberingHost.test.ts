import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Host } from '../../extension/probe/host.ts';
import { readingHost } from '../../extension/probe/readingHost.ts';
import { rememberingHost } from '../../extension/probe/rememberingHost.ts';

let folder = '';
let asked: string[] = [];
let host: Host;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'capwright-memory-'));
  asked = [];
  const inner = readingHost();
  host = rememberingHost({
    ...inner,
    request: (request) => {
      asked.push(request.kind);
      return inner.request(request);
    },
  });
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Until a change would be seen by its time. */
const settle = () => pause(80);

async function textOf(path: string): Promise<string> {
  const reply = await host.request({ kind: 'text', path });
  return reply.ok ? Buffer.from(reply.result.base64, 'base64').toString() : reply.error.reason;
}

async function namesIn(path: string): Promise<readonly string[]> {
  const reply = await host.request({ kind: 'directory', path });
  return reply.ok ? reply.result.map(({ name }) => name) : [];
}

test('a text is read once, until it is written to, replaced, or reached by another link', async () => {
  const path = join(folder, 'file');
  const link = join(folder, 'link');
  writeFileSync(path, 'one');
  symlinkSync('file', link);
  await settle();
  expect([await textOf(link), await textOf(link)]).toEqual(['one', 'one']);
  expect(asked).toEqual(['text']);
  writeFileSync(path, 'two');
  expect(await textOf(link)).toBe('two');
  await settle();
  writeFileSync(join(folder, 'next'), 'new');
  renameSync(join(folder, 'next'), path);
  expect(await textOf(link)).toBe('new');
  writeFileSync(join(folder, 'other'), 'oth');
  rmSync(link);
  symlinkSync('other', link);
  expect(await textOf(link)).toBe('oth');
});

test('what was written in the same tick of the clock is read again', async () => {
  const path = join(folder, 'file');
  for (let count = 0; count < 200; count += 1) {
    writeFileSync(path, String(count % 10));
    expect(await textOf(path)).toBe(String(count % 10));
  }
});

test('what is not there is not asked for again, until it is there', async () => {
  const path = join(folder, 'unit.d');
  expect([await namesIn(path), await namesIn(path)]).toEqual([[], []]);
  expect(asked).toEqual(['directory']);
  mkdirSync(path);
  expect(await namesIn(path)).toEqual([]);
  await settle();
  expect(await namesIn(path)).toEqual([]);
  writeFileSync(join(path, 'a.conf'), '');
  expect(await namesIn(path)).toEqual(['a.conf']);
  await settle();
  const before = asked.length;
  expect([await namesIn(path), await namesIn(path)]).toEqual([['a.conf'], ['a.conf']]);
  expect(asked.length - before).toBe(1);
});

test('an answer that is no fact about the file is not kept', async () => {
  await settle();
  const path = join(folder, '..');
  // Refused here, since it needs the helper.
  await host.request({ kind: 'namespaces', pid: 'self' });
  await host.request({ kind: 'namespaces', pid: 'self' });
  await host.request({ kind: 'file', path });
  await host.request({ kind: 'file', path });
  expect(asked).toEqual(['namespaces', 'namespaces', 'file', 'file']);
});
