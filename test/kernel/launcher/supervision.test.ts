import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, readFile, readdir } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { User } from '../world/world.ts';
import { as, openBench, shellOf, type Bench } from './bench.ts';

let bench: Bench;
let dev: User;
let installed: string;

beforeAll(async () => {
  bench = await openBench();
  ({ installed } = bench);
  ({ dev } = bench.world);
  return () => bench.dispose();
});

const supervising = ['--caps', 'net_admin', '--supervise', '--'];

/** A program that leaves a child, one in a session of its own, and one whose parent is gone. */
const leaving = (then: string): readonly string[] => [
  ...['sh', '-c', `sleep 1000 & setsid sleep 1001 & (setsid sleep 1002 &); echo ready; ${then}`],
];

/** The names and permitted sets of the user's processes. */
async function processesOf(user: User): Promise<readonly { name: string; permitted: bigint }[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  // Any of them may have ended since it was listed.
  const texts = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')),
  );
  return texts
    .filter((text) => new RegExp(`^Uid:\\s+${user.uid}\\s`, 'm').test(text))
    .filter((text) => !/^State:\s+Z/m.test(text))
    .map((text) => ({
      name: /^Name:\s*(.*)$/m.exec(text)?.[1] ?? '',
      permitted: BigInt(`0x${/^CapPrm:\s*(.*)$/m.exec(text)?.[1] ?? '0'}`),
    }));
}

async function expectNothing(): Promise<void> {
  await expect.poll(() => processesOf(dev), { timeout: 20_000, interval: 20 }).toEqual([]);
}

/** Starts it with a pipe as standard input, and waits until it says “ready”. */
async function start(...command: readonly string[]): Promise<ChildProcess> {
  const [file = '', ...args] = [...shellOf(dev), ...command];
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/' });
  await once(child.stdout, 'data');
  return child;
}

describe('supervised', () => {
  test('nothing that a program started outlives it, and its status is passed on', async () => {
    const child = spawn(
      'setpriv',
      [...shellOf(dev).slice(1), installed, ...supervising, ...leaving('exit 42')],
      { stdio: ['pipe', 'ignore', 'inherit'], cwd: '/' },
    );
    expect(await once(child, 'exit')).toEqual([42, null]);
    await expectNothing();
  });

  test('the supervisor holds nothing, and the program what was asked for', async () => {
    const child = await start(installed, ...supervising, ...leaving('sleep 1003'));
    const found = await processesOf(dev);
    expect(found.filter(({ name }) => name === 'capwright-launc')).toEqual([
      { name: 'capwright-launc', permitted: 0n },
    ]);
    expect(found.find(({ name }) => name === 'sleep')?.permitted).toBe(1n << 12n);
    child.stdin?.destroy();
    await expectNothing();
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGHUP'] as const)(
    'killed by %s itself, it leaves no program',
    async (signal) => {
      const child = await start(
        installed,
        ...supervising,
        'sh',
        '-c',
        'echo ready; exec sleep 1004',
      );
      child.kill(signal);
      await expectNothing();
    },
  );

  test('the end of its parent is the end of all', async () => {
    const parent = await start(
      ...['sh', '-c', '"$@" </dev/zero & echo $!; read -r line', 'sh'],
      ...[installed, ...supervising, ...leaving('sleep 1005')],
    );
    await expect
      .poll(async () => (await processesOf(dev)).filter(({ name }) => name === 'sleep').length)
      .toBe(4);
    parent.kill('SIGKILL');
    await expectNothing();
  });

  test('so is it in a sandbox, whose processes hold everything there', async () => {
    const child = await start(
      ...[bench.plain, '--sandbox', '--supervise', '--', ...leaving('sleep 1006')],
    );
    child.stdin?.destroy();
    await expectNothing();
  });
});

describe('supervised gently', () => {
  const gently = ['--caps', 'net_admin', '--supervise', '--gently', '--'];
  /** Writes how it was told to end, and does not by itself. */
  const stubborn = (file: string): readonly string[] => [
    ...['sh', '-c', `trap 'echo told >>"$0"' TERM; echo ready; while :; do sleep 0.1; done`, file],
  ];
  const told = `trap 'echo told >"$0"; exit 3' TERM; echo ready; while :; do sleep 0.1; done`;
  const said = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');

  test('a program that reads its input ends by itself, and its status is passed on', async () => {
    const file = join(dev.home, 'leave');
    const child = await start(
      ...[installed, ...gently],
      ...['sh', '-c', 'echo ready; cat; sleep 1; echo left >"$0"; exit 42', file],
    );
    const ended = once(child, 'exit');
    child.stdin?.destroy();
    expect(await ended).toEqual([42, null]);
    expect(await said(file)).toBe('left\n');
    await expectNothing();
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
    'where its input stays, %s of the supervisor reaches it as SIGTERM',
    async (signal) => {
      const file = join(dev.home, signal);
      const child = await start(...[installed, ...gently], ...['sh', '-c', told, file]);
      child.kill(signal);
      await expect.poll(() => said(file), { timeout: 20_000, interval: 20 }).toBe('told\n');
      await expectNothing();
    },
  );

  test('it is not waited for longer than five seconds, whatever it is told meanwhile', async () => {
    const file = join(dev.home, 'stubborn');
    const child = await start(...[installed, ...gently, ...stubborn(file)]);
    const ended = once(child, 'exit');
    const before = Date.now();
    child.stdin?.destroy();
    child.kill('SIGTERM');
    child.kill('SIGHUP');
    await ended;
    expect(Date.now() - before).toBeGreaterThan(4_900);
    expect(Date.now() - before).toBeLessThan(8_000);
    await expectNothing();
  });
});

test('--connect makes a socket of the user’s standard input and output', async () => {
  const path = join(dev.home, 'socket');
  const server = createServer();
  server.listen(path);
  await once(server, 'listening');
  await chown(path, dev.uid, dev.gid);
  const ran = as(dev, installed, '--caps', 'net_admin', '--connect', path, '--', 'cat');
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.end('said\n');
  expect(String(await once(socket, 'data'))).toContain('said');
  expect((await ran).code).toBe(0);
  server.close();
});

test('--foreground gives the program the terminal of standard error', async () => {
  const inside = `${bench.plain} --sandbox --foreground -- sh -c 'tty; ps -o tpgid=,pgid= -p $$' </dev/null`;
  const ran = await as(dev, 'script', '-qec', inside, '/dev/null');
  const [tty = '', groups = ''] = ran.stdout.replaceAll('\r', '').trim().split('\n');
  expect(tty).toMatch(/^\/dev\/pts\/\d+$/);
  const [foreground, own] = groups.trim().split(/\s+/);
  expect(foreground).toBe(own);
});
