import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

import { describe, expect, onTestFinished, test } from 'vitest';

import { ask, errnoOf, isRoot, nobody, unprivileged, useStage, valueOf } from './vantage.ts';

const stage = useStage();

/** Runs until the test is over; returns its process id once it has said something. */
async function running(command: readonly string[]): Promise<number> {
  const [file = '', ...rest] = command;
  const child = spawn(file, rest, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  if (child.pid === undefined) throw new Error(`${file} did not start`);
  return child.pid;
}

const waiting = ['sh', '-c', 'echo ready; read -r line'];

function statusField(pid: number, name: string): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
}

test('self is the helper, as /proc shows it from outside', async () => {
  const facts = await ask(stage.client(), { kind: 'process', pid: 'self' });
  expect(facts.ppid).toBe(process.pid);
  expect(valueOf(facts.exe)).toBe(stage.node);
  expect(valueOf(facts.securebits)).toBe(0);
  expect(valueOf(facts.cgroup)).toBe(readFileSync(`/proc/${facts.pid}/cgroup`, 'utf8'));
  const [main] = facts.threads;
  expect(main?.tid).toBe(facts.pid);
  expect(main?.name).toBe(facts.name);
  for (const [set, field] of [
    ['permitted', 'CapPrm'],
    ['effective', 'CapEff'],
    ['inheritable', 'CapInh'],
    ['bounding', 'CapBnd'],
    ['ambient', 'CapAmb'],
  ] as const) {
    expect(BigInt(main?.[set] ?? '')).toBe(BigInt(`0x${statusField(facts.pid, field)}`));
  }
  // Node has threads of its own.
  expect(facts.threads.length).toBeGreaterThan(1);
  expect(new Set(facts.threads.map(({ tid }) => tid)).size).toBe(facts.threads.length);
});

test('another process is told without privilege, but for its secrets', async () => {
  const pid = await running(waiting);
  const facts = await ask(stage.client(unprivileged), { kind: 'process', pid });
  expect(facts).toMatchObject({ pid, ppid: process.pid, name: 'sh' });
  expect(facts.threads).toHaveLength(1);
  expect(facts.securebits).toHaveProperty('unavailable');
  if (isRoot) expect(errnoOf(facts.exe)).toBe('EACCES');
});

test('no_new_privs is seen', async () => {
  const without = await ask(stage.client(), { kind: 'process', pid: 'self' });
  const client = stage.client(['setpriv', '--no-new-privs', '--']);
  const facts = await ask(client, { kind: 'process', pid: 'self' });
  expect(without.threads[0]?.noNewPrivs).toBe(false);
  expect(facts.threads.map(({ noNewPrivs }) => noNewPrivs)).not.toContain(false);
});

test('a process that is not there is ENOENT', async () => {
  const pid = Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
  const reply = await stage.client().request({ kind: 'process', pid });
  expect(reply).toMatchObject({ ok: false, error: { kind: 'call', error: { errno: 'ENOENT' } } });
});

test('a name of a thread that holds a line end and a backslash is told as it is', async () => {
  const name = 'a\\n\n\\b';
  const script = `require('fs').writeFileSync('/proc/self/comm', ${JSON.stringify(name)}); console.log('ready'); setInterval(() => {}, 1e6)`;
  const pid = await running([process.execPath, '-e', script]);
  const facts = await ask(stage.client(), { kind: 'process', pid });
  expect(facts.name).toBe(name);
});

const strace = spawnSync('strace', ['-V']).status === 0;

test.skipIf(!strace)('a traced process names its tracer (needs strace)', async () => {
  const tracer = await running(['strace', '-f', '-o', '/dev/null', ...waiting]);
  const children = readFileSync(`/proc/${tracer}/task/${tracer}/children`, 'utf8');
  const facts = await ask(stage.client(), { kind: 'process', pid: Number.parseInt(children, 10) });
  expect(facts.threads[0]?.tracerPid).toBe(tracer);
});

describe.skipIf(!isRoot)('as other users (needs root)', () => {
  test('four ids, the groups and the sets are those that were given', async () => {
    const client = stage.client([
      ...['setpriv', '--reuid', '1234', '--rgid', '2345', '--egid', '3456'],
      ...['--groups', '7,8,4294967294', '--inh-caps', '+net_admin,+net_raw'],
      ...['--ambient-caps', '+net_admin', '--bounding-set', '-sys_admin', '--'],
    ]);
    const facts = await ask(client, { kind: 'process', pid: 'self' });
    expect(facts.threads[0]).toMatchObject({
      uid: [1234, 1234, 1234, 1234],
      gid: [2345, 3456, 3456, 3456],
      groups: [7, 8, 4294967294],
      permitted: '0x1000',
      effective: '0x1000',
      inheritable: '0x3000',
      ambient: '0x1000',
    });
    const bounding = BigInt(facts.threads[0]?.bounding ?? '');
    expect(bounding & (1n << 21n)).toBe(0n);
    expect(bounding & (1n << 12n)).not.toBe(0n);
  });

  test('securebits are read back', async () => {
    const client = stage.client(['setpriv', '--securebits', '+noroot,+no_setuid_fixup', '--']);
    const facts = await ask(client, { kind: 'process', pid: 'self' });
    expect(valueOf(facts.securebits)).toBe(0b101);
  });

  test('without privilege there is none', async () => {
    const facts = await ask(stage.client(unprivileged), { kind: 'process', pid: 'self' });
    expect(facts.threads[0]).toMatchObject({
      uid: [nobody, nobody, nobody, nobody],
      groups: [],
      permitted: '0x0',
      effective: '0x0',
    });
  });
});
