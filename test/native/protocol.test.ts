import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import {
  probeResultSchemas,
  type ProbeKind,
  type ProbeRequest,
} from '../../extension/protocol/probe.ts';
import { ask, helperSource, isRoot, useStage, valueOf } from './vantage.ts';

const stage = useStage();

interface Conversation {
  readonly replies: readonly unknown[];
  readonly status: number | null;
  readonly complaints: string;
}

/** All of the input at once, then its end; all of the output until the helper ends. */
async function converse(input: string, ...extra: string[]): Promise<Conversation> {
  const [file = '', ...rest] = stage.command();
  const child = spawn(file, [...rest, ...extra], { stdio: 'pipe' });
  let output = '';
  let complaints = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (complaints += String(chunk)));
  child.stdin.end(input);
  await once(child, 'close');
  const lines = output.split('\n');
  expect(lines.pop()).toBe('');
  const replies = lines.map((line): unknown => JSON.parse(line));
  return { replies, status: child.exitCode, complaints };
}

const line = (id: number, request: unknown) => `${JSON.stringify({ v: 1, id, request })}\n`;
const hello = (id: number) => line(id, { kind: 'hello' });
const failure = (id: number | null, kind: string) => ({ v: 1, id, ok: false, error: { kind } });
const success = (id: number) => ({ v: 1, id, ok: true });

// Typed as what they are in a comparison: anything.
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const something: unknown = expect.anything();

describe('lines', () => {
  test('are answered in order, and the helper ends with its input', async () => {
    const { replies, status, complaints } = await converse(hello(1) + hello(2) + hello(3));
    expect(replies).toMatchObject([success(1), success(2), success(3)]);
    expect(status).toBe(0);
    expect(complaints).toBe('');
  });

  test.each([
    ['no JSON', 'hello\n', null, 'malformed'],
    ['nothing', '\n', null, 'malformed'],
    ['no object', '[]\n', null, 'malformed'],
    ['null', 'null\n', null, 'malformed'],
    ['no id', '{"v":1,"request":{"kind":"hello"}}\n', null, 'malformed'],
    ['an id that is no number', '{"v":1,"id":"1","request":{"kind":"hello"}}\n', null, 'malformed'],
    ['no request', '{"v":1,"id":5}\n', 5, 'malformed'],
    ['no version', '{"id":5,"request":{"kind":"hello"}}\n', 5, 'malformed'],
    ['another version', '{"v":2,"id":5,"request":{"kind":"new"}}\n', 5, 'version'],
    ['a version that is a word', '{"v":"1","id":5,"request":{"kind":"hello"}}\n', 5, 'version'],
    ['an unknown kind', line(5, { kind: 'write' }), 5, 'unknownKind'],
    ['a kind that every object has', line(5, { kind: 'constructor' }), 5, 'unknownKind'],
    ['a missing field', line(5, { kind: 'file' }), 5, 'malformed'],
    ['a field too many', line(5, { kind: 'hello', path: '/' }), 5, 'malformed'],
    ['a relative path', line(5, { kind: 'file', path: 'x' }), 5, 'malformed'],
    ['a NUL byte in a path', line(5, { kind: 'file', path: '/\0' }), 5, 'malformed'],
    ['a process id of 0', line(5, { kind: 'process', pid: 0 }), 5, 'malformed'],
    ['a process id that is a path', line(5, { kind: 'process', pid: '../1' }), 5, 'malformed'],
    ['a lone surrogate', '{"v":1,"id":5,"request":{"kind":"file","path":"/\\ud800"}}\n', 5, 'call'],
  ])('with %s get a reply of their own, and the stream goes on', async (_, input, id, kind) => {
    const { replies, status } = await converse(hello(1) + input + hello(2));
    expect(replies).toMatchObject([success(1), failure(id, kind), success(2)]);
    expect(status).toBe(0);
  });

  test('without an end are not gathered', async () => {
    const { replies } = await converse(`${'x'.repeat(3_000_000)}\n${hello(2)}`);
    expect(replies).toMatchObject([failure(null, 'malformed'), success(2)]);
  });

  test('that are cut by the end of the input are no requests', async () => {
    const { replies, status } = await converse(hello(1) + hello(2).trimEnd());
    expect(replies).toMatchObject([success(1)]);
    expect(status).toBe(0);
  });
});

test('a helper that nobody asks ends by itself', async () => {
  const [file = '', ...rest] = stage.command();
  const child = spawn(file, [...rest, '--idle-ms', '50'], { stdio: 'pipe' });
  await once(child, 'exit');
  expect(child.exitCode).toBe(0);
});

test('an idle time that is none is an error at once', async () => {
  const { status, complaints } = await converse('', '--idle-ms', 'soon');
  expect(status).not.toBe(0);
  expect(complaints).toContain('--idle-ms soon');
});

test('the sources run unbundled and find the addon of the checkout', async () => {
  const child = spawn(process.execPath, [helperSource], { stdio: 'pipe' });
  child.stdin.end(hello(1));
  const replies: readonly unknown[] = await once(child.stdout, 'data');
  expect(JSON.parse(String(replies[0]))).toMatchObject({ result: { addon: { loaded: true } } });
});

describe('without the addon', () => {
  const everything: { readonly [K in ProbeKind]: Extract<ProbeRequest, { kind: K }> } = {
    hello: { kind: 'hello' },
    file: { kind: 'file', path: process.execPath },
    sections: { kind: 'sections', path: process.execPath },
    openDevice: { kind: 'openDevice', path: '/nonexistent' },
    process: { kind: 'process', pid: 'self' },
    ownProcesses: { kind: 'ownProcesses' },
    namespaces: { kind: 'namespaces', pid: 'self' },
    account: { kind: 'account', uid: 0 },
    userNamespaceAttempt: { kind: 'userNamespaceAttempt' },
    tunDevices: { kind: 'tunDevices' },
    binfmtEntries: { kind: 'binfmtEntries' },
    tunAttempt: { kind: 'tunAttempt', device: '/nonexistent', name: null, layer: 'tun' },
    read: { kind: 'read', path: '/proc/sys/kernel/cap_last_cap' },
    kernelConfig: { kind: 'kernelConfig', symbols: ['PACKET'] },
    directory: { kind: 'directory', path: '/proc/self/ns' },
    text: { kind: 'text', path: '/proc/sys/kernel/cap_last_cap' },
    pathBelow: { kind: 'pathBelow', root: '/proc', path: '/self/ns' },
  };

  const files: Readonly<Record<string, { make: (path: string) => void; reason: RegExp }>> = {
    'missing.node': { make: () => undefined, reason: /No such file or directory/ },
    'text.node': {
      make: (path) => writeFileSync(path, 'this is no ELF object at all\n'.repeat(10)),
      reason: /invalid ELF header/,
    },
    'empty.node': { make: (path) => writeFileSync(path, ''), reason: /file too short/ },
    'foreign.node': {
      make: (path) => {
        const bytes = readFileSync(stage.addon);
        // `e_machine` of elf(5): aarch64, or x86_64 on that.
        bytes.writeUInt16LE(process.arch === 'arm64' ? 62 : 183, 18);
        writeFileSync(path, bytes);
      },
      reason: /foreign\.node is built for another architecture than this Node, which is /,
    },
  };

  test.each(Object.entries(files))('%s: the loader is quoted', async (name, { make, reason }) => {
    const path = join(stage.folder, name);
    make(path);
    const { replies } = await converse(hello(1), '--addon', path);
    expect(replies).toMatchObject([
      {
        result: {
          addon: { loaded: false, reason: matching(reason) },
        },
      },
    ]);
  });

  test('every request says what it can, and why not the rest', async () => {
    const requests = Object.values(everything);
    const input = requests.map((request, id) => line(id, request)).join('');
    const { replies } = await converse(input, '--addon', '/nonexistent.node');
    const reason = matching(/\/nonexistent\.node: cannot open shared object file/);
    const unavailable = { unavailable: reason };
    expect(replies).toMatchObject([
      success(0),
      {
        ok: true,
        result: {
          type: 'regular',
          mount: { value: something },
          head: { value: matching(/^7f454c46/) },
          capability: unavailable,
          access: unavailable,
        },
      },
      { ok: true, result: { comment: something } },
      { result: { opened: false, call: 'open', errno: 'ENOENT' } },
      {
        ok: true,
        result: { name: 'MainThread', securebits: unavailable },
      },
      { ok: true },
      { ok: true },
      { ok: true, result: { name: 'root' } },
      { v: 1, id: 8, ok: false, error: { kind: 'unavailable', reason } },
      { v: 1, id: 9, ok: false, error: { kind: 'unavailable', reason } },
      { ok: true },
      { result: { call: 'open', errno: 'ENOENT', name: null } },
      { ok: true },
      { ok: true },
      { ok: true },
      { ok: true },
      { ok: true, result: matching(/^\/\d+\/ns$/) },
    ]);
    requests.forEach(({ kind }, id) => {
      const reply = replies[id];
      if (typeof reply === 'object' && reply !== null && 'result' in reply) {
        expect.soft(v.safeParse(probeResultSchemas[kind], reply.result).issues).toBeUndefined();
      }
    });
  });

  test.skipIf(!isRoot)('the initial user namespace is still known (needs root)', async () => {
    const client = stage.client();
    const { user } = await ask(client, everything.namespaces);
    const { replies } = await converse(line(1, everything.namespaces), '--addon', '/nonexistent');
    const { inode, end } = valueOf(user);
    expect(replies).toMatchObject([
      {
        result: {
          user: { value: { inode, end } },
        },
      },
    ]);
  });
});
