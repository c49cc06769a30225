/** What dials the supervisor of a sandbox speaks with a socket outside. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, readFile, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { User } from '../world/world.ts';
import { as, openBench, refusalIn, shellOf, type Bench } from './bench.ts';

const address = '127.61.35.7';
const port = 61_357;
/** Opens it as descriptor 3. */
const dialling = `exec 3<>/dev/tcp/${address}/${String(port)}`;

let bench: Bench;
let dev: User;
let path: string;
let server: Server;

beforeAll(async () => {
  bench = await openBench();
  ({ dev } = bench.world);
  path = join(dev.home, 'outside');
  return () => bench.dispose();
});

beforeEach(async () => {
  server = createServer();
  server.listen(path);
  await once(server, 'listening');
  await chown(path, dev.uid, dev.gid);
});

afterEach(async () => {
  server.close();
  await rm(path, { force: true });
});

/** Runs a script in a sandbox, which dials, as the developer. */
function start(script: string): ChildProcess {
  const forward = ['--forward', `${address}:${String(port)}=${path}`];
  const command = [bench.plain, '--sandbox', '--supervise', ...forward, '--', 'bash', '-c', script];
  const [file = '', ...args] = [...shellOf(dev), ...command];
  return spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: '/' });
}

async function accepted(): Promise<Socket> {
  const [socket] = (await once(server, 'connection')) as [Socket];
  return socket;
}

describe('a connection that is forwarded', () => {
  test('brings what is said to the other end, however much, in both directions at once', async () => {
    const child = start(`${dialling}; cat <&3 >&3; exit 7`);
    const ended = once(child, 'exit');
    const socket = await accepted();
    const said = randomBytes(16 * 1024 * 1024);
    const heard: Buffer[] = [];
    let size = 0;
    const complete = new Promise<void>((resolve) => {
      socket.on('data', (chunk: Buffer) => {
        heard.push(chunk);
        size += chunk.length;
        if (size === said.length) resolve();
      });
    });
    socket.write(said);
    await complete;
    expect(Buffer.concat(heard).equals(said)).toBe(true);
    // The end of one is that of the other.
    socket.end();
    expect(await ended).toEqual([7, null]);
  });

  test('brings the last words of a program that has ended, and its status after them', async () => {
    const child = start(`${dialling}; head -c 8000000 /dev/zero >&3; exit 7`);
    const ended = once(child, 'exit');
    const socket = await accepted();
    expect((await buffer(socket)).length).toBe(8_000_000);
    expect(await ended).toEqual([7, null]);
  });

  test('is one: whoever dials then finds nobody, inside and outside', async () => {
    const child = start(`${dialling}; echo there >&3; exec 4<>/dev/tcp/${address}/${String(port)}`);
    const ended = once(child, 'exit');
    const socket = await accepted();
    expect(String(await buffer(socket))).toBe('there\n');
    expect((await ended)[0]).not.toBe(0);
  });

  test('is nowhere but in the sandbox', async () => {
    const child = start('echo ready; read -r line; exit 3');
    const ended = once(child, 'exit');
    await once(child.stdout ?? child, 'data');
    const [refusal] = (await once(connect(port, address), 'error')) as [NodeJS.ErrnoException];
    expect(refusal.code).toBe('ECONNREFUSED');
    child.stdin?.end('go\n');
    await ended;
  });

  test('is closed at once where nobody listens outside', async () => {
    server.close();
    await rm(path, { force: true });
    const child = start(`${dialling}; cat <&3; exit 5`);
    expect(await once(child, 'exit')).toEqual([5, null]);
  });

  test('does not keep a supervisor whose parent is gone, though nobody hears it out', async () => {
    const child = start(`${dialling}; head -c 100000000 /dev/zero >&3`);
    const ended = once(child, 'exit');
    const socket = await accepted();
    socket.pause();
    child.stdin?.destroy();
    await ended;
    socket.destroy();
    expect(child.exitCode).toBe(128 + 9);
  });

  test('is handed on by a process that holds nothing', async () => {
    const child = start(`${dialling}; echo $PPID >&3; read -r line <&3`);
    const socket = await accepted();
    const [supervisor] = (await once(socket, 'data')) as [Buffer];
    const status = await readFile(`/proc/${String(supervisor).trim()}/status`, 'utf8');
    expect(status).toMatch(/^Name:\tcapwright-launc$/m);
    for (const set of ['CapPrm', 'CapEff', 'CapAmb']) {
      expect(status).toMatch(new RegExp(`^${set}:\t0+$`, 'm'));
    }
    const ended = once(child, 'exit');
    socket.end('\n');
    await ended;
  });
});

describe('nothing is forwarded', () => {
  const forward = ['--forward', `${address}:${String(port)}=/run/socket`];

  test.each([
    ['without a sandbox', ['--caps', 'net_admin', '--supervise']],
    ['without a supervisor', ['--sandbox']],
  ])('%s', async (_, options) => {
    const ran = await as(dev, bench.plain, ...options, ...forward, '--', 'true');
    expect(refusalIn(ran)).toBe('usage 125');
    expect(ran.stderr).toContain('--forward');
  });
});
