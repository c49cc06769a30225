/**
 * A debugger of the same user attaches to the launcher while that runs: with its capabilities raised, before
 * it has become anything, and as the supervisor that stays. Who could, would hold what the launcher holds.
 */
import { spawn } from 'node:child_process';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { mustRun, run, startAndWait, type Running } from '../world/command.ts';
import type { User } from '../world/world.ts';
import { openBench, shellOf, type Bench } from './bench.ts';

let bench: Bench;
let dev: User;
const attacker = '/srv/attach';
const kills: (() => unknown)[] = [];

beforeAll(async () => {
  bench = await openBench();
  ({ dev } = bench.world);
  const source = join(import.meta.dirname, '../debug/attach.c');
  await mustRun(['cc', '-Wall', '-Wextra', '-Werror', '-o', attacker, source]);
  await chmod(attacker, 0o755);
  return () => bench.dispose();
});

afterEach(async () => {
  for (const kill of kills.splice(0).toReversed()) await kill();
});

/** Connects to this socket block: nobody accepts, and one waits already. */
async function openFullSocket(): Promise<string> {
  const path = join(dev.home, 'full');
  const script = `import os, socket, sys
server, first = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
server.bind("${path}"); server.listen(0); first.connect("${path}")
print("ready", flush=True); sys.stdin.readline(); os.unlink("${path}")`;
  const server: Running = await startAndWait([...shellOf(dev), '/usr/bin/python3', '-c', script]);
  kills.push(() => server.finish());
  return path;
}

/** Starts it, and resolves to the pid of the launcher once that has come to where it stays. */
async function start(place: 'connecting' | 'supervising', ...argv: readonly string[]) {
  const [file = '', ...args] = [...shellOf(dev), ...argv];
  const child = spawn(file, args, { stdio: ['pipe', 'inherit', 'inherit'], cwd: '/' });
  kills.push(() => child.kill('SIGKILL'));
  const found = async (): Promise<number | undefined> => {
    for (const pid of await withAncestor(child.pid ?? 0)) {
      const status = await readFile(`/proc/${String(pid)}/status`, 'utf8').catch(() => '');
      const holds = /^CapAmb:\t0000000000001000$/m.test(status);
      const asleep = /^State:\tS/m.test(status) && /^Name:\tcapwright-launc$/m.test(status);
      if (asleep && holds === (place === 'connecting')) return pid;
    }
    return undefined;
  };
  await expect.poll(found, { timeout: 20_000, interval: 20 }).toBeDefined();
  return (await found()) ?? 0;
}

/** A process, and all that descends from it. */
async function withAncestor(pid: number): Promise<readonly number[]> {
  const path = `/proc/${String(pid)}/task/${String(pid)}/children`;
  const text = await readFile(path, 'utf8').catch(() => '');
  const children = text.split(' ').filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(children.map(withAncestor))).flat()];
}

const forNet = ['--caps', 'net_admin', '--'];

const ways: readonly {
  readonly way: string;
  readonly launcher: () => readonly string[];
  /** What a tracer is answered that holds as much as the launcher does. */
  readonly equal: 'EPERM' | 'ok';
}[] = [
  { way: 'installed', launcher: () => [bench.installed, '--caps', 'net_admin'], equal: 'EPERM' },
  {
    way: 'through sudo',
    launcher: () => ['sudo', '-n', bench.plain, '--drop-to-caller', '--caps', 'net_admin'],
    equal: 'EPERM',
  },
  {
    // As a program like any other, which has nothing that the tracer has not.
    way: 'held',
    launcher: () => [bench.installed, ...forNet, bench.plain, '--caps', 'net_admin'],
    equal: 'ok',
  },
];

describe.each(ways)('$way', ({ launcher, equal }) => {
  /** What the kernel answers a user who traces it, and one who holds as much. */
  async function attack(pid: number): Promise<readonly string[]> {
    const [plain, capable] = await Promise.all([
      run([...shellOf(dev), attacker, String(pid)]),
      run([...shellOf(dev), bench.installed, ...forNet, attacker, String(pid)]),
    ]);
    return [plain.stdout, capable.stdout].map((text) => text.trim());
  }

  test('with its capabilities raised, it cannot be attached to by who holds less', async () => {
    expect(bench.world.sudoMissing).toBeNull();
    const socket = await openFullSocket();
    const pid = await start('connecting', ...launcher(), '--connect', socket, '--', 'cat');
    expect(await attack(pid)).toEqual(['EPERM', equal]);
    const gdb = ['gdb', '--batch', '-nx', '-p', String(pid)];
    expect((await run([...shellOf(dev), ...gdb])).stderr).toContain('Operation not permitted');
    const write = `open("/proc/${String(pid)}/mem", "r+b")`;
    const memory = await run([...shellOf(dev), '/usr/bin/python3', '-c', write]);
    expect(memory.stderr).toContain('PermissionError');
  });

  test('as a supervisor it holds nothing, and cannot be attached to where a file or root gave', async () => {
    const pid = await start('supervising', ...launcher(), '--supervise', '--', 'sleep', '1000');
    const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
    expect(status).toMatch(/^CapPrm:\t0+$/m);
    expect(await attack(pid)).toEqual(equal === 'ok' ? ['ok', 'ok'] : ['EPERM', 'EPERM']);
  });
});
