import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, onTestFinished, test } from 'vitest';

import { HelperClient, helperCommand } from '../../extension/probe/helper/helperClient.ts';
import type { ProbeReply } from '../../extension/protocol/probe.ts';
import { ask, useStage } from './vantage.ts';

const stage = useStage();
const hello = { kind: 'hello' } as const;
const self = { kind: 'process', pid: 'self' } as const;

const kindOf = (reply: ProbeReply) => (reply.ok ? 'ok' : reply.error.kind);
const reasonOf = (reply: ProbeReply) => (reply.ok ? '' : reply.error.reason);
const isRunning = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

async function untilGone(pid: number): Promise<void> {
  while (isRunning(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A client of a stand-in for the helper, which is wrong in some way. */
function clientOf(script: string, timeoutMs = 30_000): HelperClient {
  const client = new HelperClient({ command: [stage.node, '-e', script], timeoutMs });
  onTestFinished(() => client.dispose());
  return client;
}

/** The real helper, but wrong the first time that it is started. */
function wrongAtFirst(name: string, script: string, timeoutMs = 30_000): HelperClient {
  const mark = join(stage.folder, name);
  const shell = `if [ -e "$1" ]; then shift; exec "$@"; fi; : >"$1"; ${script}`;
  const client = new HelperClient({
    command: ['sh', '-c', shell, 'sh', mark, ...stage.command()],
    timeoutMs,
  });
  onTestFinished(() => client.dispose());
  return client;
}

describe('a helper', () => {
  test('is started by the first request and serves those that follow', async () => {
    const client = stage.client();
    const first = await ask(client, self);
    const second = await ask(client, self);
    expect(second.pid).toBe(first.pid);
  });

  test('answers many at once, each with its own', async () => {
    const client = stage.client();
    const paths = Array.from({ length: 500 }, (_, i) => join(stage.folder, `many-${i}`));
    paths.forEach((path, i) => writeFileSync(path, 'x'.repeat(i)));
    const replies = await Promise.all(paths.map((path) => ask(client, { kind: 'file', path })));
    expect(replies.map(({ size }) => size)).toEqual(paths.map((_, i) => i));
  });

  test('starts nothing to answer', async () => {
    const client = stage.client();
    const { pid } = await ask(client, self);
    await ask(client, { kind: 'file', path: stage.helper });
    await ask(client, { kind: 'namespaces', pid: 'self' });
    const { threads } = await ask(client, self);
    const children = threads.map(({ tid }) =>
      readFileSync(`/proc/${pid}/task/${tid}/children`, 'utf8'),
    );
    expect(children.join('')).toBe('');
  });

  test('is ended when it has had nothing to do, and the next request starts another', async () => {
    const client = new HelperClient({ command: stage.command(), idleMs: 20 });
    onTestFinished(() => client.dispose());
    const first = await ask(client, self);
    await untilGone(first.pid);
    const second = await ask(client, self);
    expect(second.pid).not.toBe(first.pid);
  });

  test('keeps nobody alive while it is idle', () => {
    const module = fileURLToPath(
      new URL('../../extension/probe/helper/helperClient.ts', import.meta.url),
    );
    const program = `
      import { HelperClient } from ${JSON.stringify(module)};
      const client = new HelperClient({ command: ${JSON.stringify(stage.command())} });
      const reply = await client.request({ kind: 'hello' });
      console.log(reply.ok);`;
    const options = { encoding: 'utf8', timeout: 30_000 } as const;
    const { stdout, status, signal } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', program],
      options,
    );
    expect({ stdout, status, signal }).toEqual({ stdout: 'true\n', status: 0, signal: null });
  });

  test('ends when its client does, even by force', async () => {
    const module = fileURLToPath(
      new URL('../../extension/probe/helper/helperClient.ts', import.meta.url),
    );
    const program = `
      import { HelperClient } from ${JSON.stringify(module)};
      const client = new HelperClient({ command: ${JSON.stringify(stage.command())} });
      const reply = await client.request({ kind: 'process', pid: 'self' });
      console.log(reply.result.pid);
      setInterval(() => {}, 1e6);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output: readonly unknown[] = await once(child.stdout, 'data');
    const pid = Number(output[0]);
    expect(isRunning(pid)).toBe(true);
    child.kill('SIGKILL');
    await untilGone(pid);
  });

  test('does not take the debugger along', async () => {
    const before = process.env['NODE_OPTIONS'];
    process.env['NODE_OPTIONS'] = '--require /nonexistent-debugger';
    onTestFinished(() => {
      if (before === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = before;
    });
    expect(await ask(stage.client(), hello)).toMatchObject({ version: 1 });
  });

  test('is the very program that runs the client', () => {
    expect(helperCommand('/x/helper.mjs')).toEqual([process.execPath, '/x/helper.mjs']);
    expect(helperCommand('/h', '/a')).toEqual([process.execPath, '/h', '--addon', '/a']);
  });
});

describe('what goes wrong is an answer', () => {
  test('killed while it is asked: all that waited fail, the next request works', async () => {
    const client = stage.client();
    const { pid } = await ask(client, self);
    process.kill(pid, 'SIGSTOP');
    const waiting = [client.request(hello), client.request(self)];
    process.kill(pid, 'SIGKILL');
    const replies = await Promise.all<ProbeReply>(waiting);
    expect(replies.map(kindOf)).toEqual(['crash', 'crash']);
    expect(replies.map(reasonOf).join()).toContain('SIGKILL');
    expect((await ask(client, self)).pid).not.toBe(pid);
  });

  test('stopped: the time limit ends it', async () => {
    const client = stage.client([], { timeoutMs: 2_000 });
    const { pid } = await ask(client, self);
    process.kill(pid, 'SIGSTOP');
    const reply = await client.request(hello);
    expect(kindOf(reply)).toBe('timeout');
    expect(reasonOf(reply)).toContain('"hello" was not answered within 2000 ms');
    await untilGone(pid);
    expect(await ask(client, hello)).toMatchObject({ version: 1 });
  });

  test('exits at once: its status and its last words are told', async () => {
    const client = wrongAtFirst('exits', 'echo "no such luck" >&2; exit 7');
    const reply = await client.request(hello);
    expect(kindOf(reply)).toBe('crash');
    expect(reasonOf(reply)).toMatch(/exit status 7.*no such luck/);
    expect(kindOf(await client.request(hello))).toBe('ok');
  });

  test('hangs with a child of its own: both are gone', async () => {
    const pidFile = join(stage.folder, 'grandchild');
    const client = wrongAtFirst(
      'hangs',
      `sleep 1000 & echo $! >'${pidFile}'; trap '' TERM; wait`,
      1_000,
    );
    expect(kindOf(await client.request(hello))).toBe('timeout');
    await untilGone(Number(readFileSync(pidFile, 'utf8')));
  });

  test.each([
    ['garbage', 'console.log("warning: something")'],
    ['no line', 'process.stdout.write("x".repeat(70_000_000))'],
    ['another version', 'console.log(JSON.stringify({ v: 2, id: 0, ok: true, result: {} }))'],
    ['an answer to nothing', 'console.log(JSON.stringify({ v: 1, id: 9, ok: true, result: {} }))'],
    [
      'a result of another kind',
      'console.log(JSON.stringify({ v: 1, id: 0, ok: true, result: {} }))',
    ],
    ['bytes that are no text', 'process.stdout.write(Buffer.from([0xff, 0xfe, 0x0a]))'],
  ])('%s on its output is a failure of the protocol', async (_, script) => {
    const client = clientOf(`${script}; setInterval(() => {}, 1e6)`);
    const reply = await client.request(hello);
    expect(kindOf(reply)).toBe('protocol');
    expect(reasonOf(reply)).not.toBe('');
  });

  test('nonsense after a good answer is not forgiven, the next helper is asked', async () => {
    const client = wrongAtFirst('nonsense', 'read -r line; echo nonsense; sleep 1000');
    const replies = await Promise.all([client.request(hello), client.request(self)]);
    expect(replies.map(kindOf)).toEqual(['protocol', 'protocol']);
    expect(kindOf(await client.request(hello))).toBe('ok');
  });

  test('a closed input is noticed', async () => {
    const client = new HelperClient({ command: ['sh', '-c', 'exec 0<&-; sleep 1000'] });
    onTestFinished(() => client.dispose());
    const big = { kind: 'file', path: `/${'x'.repeat(500_000)}` } as const;
    const replies = await Promise.all([client.request(big), client.request(big)]);
    expect(replies.map(kindOf)).toEqual(['crash', 'crash']);
  });

  test.each([
    ['there is no such program', ['/nonexistent/program'], 'ENOENT'],
    ['it may not be run', ['/etc/passwd'], 'EACCES'],
    ['the command is empty', [], 'empty'],
    ['the command has a NUL byte', ['/bin/sh\0'], 'null bytes'],
  ])('%s: a failure to start', async (_, command, reason) => {
    const client = new HelperClient({ command });
    const replies = await Promise.all([client.request(hello), client.request(hello)]);
    expect(replies.map(kindOf)).toEqual(['spawn', 'spawn']);
    expect(reasonOf(replies[0])).toContain(reason);
  });

  test('an addon upon which the loader dies costs the answers, and no more', async () => {
    const cut = join(stage.folder, 'cut.node');
    copyFileSync(stage.addon, cut);
    // Its headers promise pages that are past the end of the file.
    truncateSync(cut, 4000);
    const client = new HelperClient({ command: [stage.node, stage.helper, '--addon', cut] });
    onTestFinished(() => client.dispose());
    const replies = await Promise.all([client.request(hello), client.request(hello)]);
    expect(replies.map(kindOf)).toEqual(['crash', 'crash']);
    expect(reasonOf(replies[0])).toContain('SIGBUS');
  });

  test('a refusal of the vantage is quoted', async () => {
    const client = stage.client(['setpriv', '--reuid', 'no-such-user', '--']);
    const reply = await client.request(hello);
    expect(kindOf(reply)).toBe('crash');
    expect(reasonOf(reply)).toContain('setpriv');
  });
});

describe('after dispose()', () => {
  test('what waited and what comes is answered, and the helper is gone', async () => {
    const client = stage.client();
    const { pid } = await ask(client, self);
    const waiting = client.request(hello);
    client.dispose();
    expect(kindOf(await waiting)).toBe('disposed');
    expect(kindOf(await client.request(hello))).toBe('disposed');
    await untilGone(pid);
  });

  test('of a client that never asked, nothing was started', async () => {
    const client = clientOf('');
    client.dispose();
    client.dispose();
    expect(kindOf(await client.request(hello))).toBe('disposed');
  });
});
