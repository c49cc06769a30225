/** A sandbox that reaches outside: what it reaches, what it does not, and that its way out ends with it. */
import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { makeBundles } from '../world/bundles.ts';
import { run, startAndWait, toolMissing, type Ran } from '../world/command.ts';
import { openSpace, type Space } from '../world/space.ts';
import { openBench, shellOf, type Bench } from './bench.ts';

let bench: Bench;
let capwright: readonly string[];

beforeAll(async () => {
  await makeBundles();
  bench = await openBench();
  const { reach } = bench.world;
  const bundle = new URL('../../../dist/cli.mjs', import.meta.url).pathname;
  capwright = [reach(process.execPath), reach(bundle), 'run', '--sandbox'];
  return () => bench.dispose();
});

/** Neither is anybody's loopback, and the network is nobody else's. */
const own = '192.0.2.2';
const far = '198.51.100.1';

/** A machine with a default route, a server that is far away, and one on its loopback device. */
async function openMachine(): Promise<Space> {
  const space = await openSpace();
  onTestFinished(() => space.dispose());
  for (const command of [
    'link set lo up',
    `address add ${far}/32 dev lo`,
    'tuntap add dev uplink mode tap',
    `address add ${own}/24 dev uplink`,
    'link set uplink up',
    'route add default via 192.0.2.254',
  ]) {
    await space.mustRun(['ip', ...command.split(' ')]);
  }
  await space.start(serve('hello', 8080, far));
  await space.start(serve('secret', 8081, '127.0.0.1'));
  return space;
}

/** Answers everybody with a word, until its standard input ends. */
function serve(word: string, port: number, address: string): readonly string[] {
  const greet = `require('net').createServer((peer) => peer.end('${word}'))`;
  const listen = `${greet}.listen(${String(port)}, '${address}', () => console.log('ready'))`;
  const end = `process.stdin.resume().on('end', () => process.exit())`;
  return [bench.world.reach(process.execPath), '--eval', `${listen}; ${end}`];
}

/** Of the programs that connect a sandbox, only these are along PATH. */
async function pathWith(...names: readonly string[]): Promise<string> {
  const { dev } = bench.world;
  const folder = await mkdtemp(join(dev.home, 'path-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await chmod(folder, 0o755);
  await mkdir(join(folder, 'bin'));
  const usual = ['sh', 'bash', 'cat', 'ip', 'echo', 'true', 'timeout', 'mkfifo'];
  for (const name of [...usual, ...names]) {
    const found = (await run(['sh', '-c', 'command -v -- "$1"', 'sh', name])).stdout.trim();
    await symlink(found.startsWith('/') ? found : `/bin/${name}`, join(folder, 'bin', name));
  }
  return join(folder, 'bin');
}

function visit(address: string, port: number): string {
  return `exec 3<>/dev/tcp/${address}/${String(port)} && cat <&3`;
}

interface Attempt {
  readonly space: Space;
  readonly path: string;
  readonly options: readonly string[];
}

function attempt({ space, path, options }: Attempt, script: string): Promise<Ran> {
  const there = [...space.enter, ...shellOf(bench.world.dev), 'env', `PATH=${path}`];
  return run([...there, ...capwright, ...options, '--', 'bash', '-c', script]);
}

const connectors = [
  ['pasta', 'pasta', 'uplink', own, '192.0.2.254'],
  ['slirp4netns', 'slirp4netns', 'tap0', '10.0.2.100', '10.0.2.2'],
] as const;

describe.each(connectors)('by %s', (name, tool, device, address, gateway) => {
  test('it reaches what the user reaches, and without it nothing', async () => {
    expect(await toolMissing(tool)).toBeNull();
    const space = await openMachine();
    const path = await pathWith(name);
    const outside = { space, path, options: ['--outside'] };
    const ran = await attempt(
      outside,
      `ip -4 -brief address show dev ${device}; ${visit(far, 8080)}; exit 42`,
    );
    expect(ran.stdout).toContain(` ${address}/24`);
    expect(ran.stdout).toMatch(/hello$/);
    expect(ran).toMatchObject({ code: 42, stderr: '' });

    const alone = await attempt({ ...outside, options: [] }, visit(far, 8080));
    expect(alone.stdout).toBe('');
    expect(alone.stderr).toContain('Network is unreachable');
  });

  test('it does not reach the loopback device outside, by no address', async () => {
    const space = await openMachine();
    const there = { space, path: await pathWith(name), options: ['--outside'] };
    // From the machine itself the server is reached.
    const usual = await run([...space.enter, 'bash', '-c', visit('127.0.0.1', 8081)]);
    expect(usual.stdout).toBe('secret');
    for (const door of ['127.0.0.1', gateway]) {
      const ran = await attempt(there, `timeout 3 bash -c '${visit(door, 8081)}'; echo ended`);
      expect(ran.stdout).toBe('ended');
    }
  });

  test('what listens in it is not reached from outside', async () => {
    const space = await openMachine();
    const path = await pathWith(name);
    const running = await startAndWait([
      ...[...space.enter, ...shellOf(bench.world.dev), 'env', `PATH=${path}`],
      ...[...capwright, '--outside', '--', ...serve('inside', 9000, '0.0.0.0')],
    ]);
    for (const door of ['127.0.0.1', own, far]) {
      const ran = await run([...space.enter, 'bash', '-c', visit(door, 9000)]);
      expect(ran.stderr).toContain('Connection refused');
    }
    await running.finish();
  });

  test('it ends with the program, and with who started it', async () => {
    const { dev } = bench.world;
    const space = await openMachine();
    const path = await pathWith(name);
    const left = () => run(['pgrep', '--uid', String(dev.uid), '--full', `${name} `]);
    await attempt({ space, path, options: ['--outside'] }, 'true');
    await expect.poll(async () => (await left()).stdout).toBe('');

    const running = await startAndWait([
      ...[...space.enter, ...shellOf(dev), 'env', `PATH=${path}`, ...capwright, '--outside'],
      ...['--', 'sh', '-c', 'echo ready; read -r line; echo $?'],
    ]);
    expect((await left()).code).toBe(0);
    process.kill(running.pid, 'SIGKILL');
    await expect.poll(async () => (await left()).code, { timeout: 20_000 }).toBe(1);
    await running.finish();
  });
});

test('where one cannot connect it, the other does', async () => {
  const space = await openSpace();
  onTestFinished(() => space.dispose());
  await space.mustRun(['ip', 'link', 'set', 'lo', 'up']);
  // Without a default route pasta has no interface to take after.
  const both = { space, path: await pathWith('pasta', 'slirp4netns'), options: ['--outside'] };
  const ran = await attempt(both, 'ip -4 -brief address show dev tap0');
  expect(ran.stdout).toContain(' 10.0.2.100/24');
  const one = { ...both, path: await pathWith('pasta') };
  const failed = await attempt(one, 'echo ran');
  expect(failed).toMatchObject({ code: 2, stdout: '' });
  expect(failed.stderr).toContain('pasta: ');
});

test('where nothing is installed that connects it, it says what would, and runs nothing', async () => {
  const space = await openMachine();
  const ran = await attempt({ space, path: await pathWith(), options: ['--outside'] }, 'echo ran');
  expect(ran).toMatchObject({ code: 2, stdout: '' });
  expect(ran.stderr).toContain('apt install passt');
});
