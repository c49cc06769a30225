/**
 * Real programs that are refused: their own messages are understood, and `capwright trace` names the
 * call, the operation and the gate.
 */
import { chown, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { beforeAll, describe, expect, test } from 'vitest';
import { complaintsIn } from '../../extension/model/complaint.ts';
import { traceAnswer } from '../../extension/protocol/answers/trace.ts';
import { whyReport } from '../../extension/protocol/answers/why.ts';
import { buildFixtures, type Fixtures } from '../fixtures/build.ts';
import { as, openBench, shellOf, type Bench } from './launcher/bench.ts';
import { makeBundles } from './world/bundles.ts';
import { mustRun, run, toolMissing, type Ran } from './world/command.ts';

let bench: Bench;
let fixtures: Fixtures;
let capwright: readonly string[];

beforeAll(async () => {
  await makeBundles();
  bench = await openBench();
  const { reach } = bench.world;
  capwright = [
    reach(process.execPath),
    reach(new URL('../../dist/cli.mjs', import.meta.url).pathname),
  ];
  fixtures = await buildFixtures();
  return () => bench.dispose();
});

const python = (code: string): readonly string[] => ['python3', '-c', code];
const bind = 'import socket; socket.socket().bind(("", 80))';
const raw = 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)';
const asyncServer = `import asyncio
async def main(): await asyncio.start_server(None, '0.0.0.0', 80)
asyncio.run(main())`;
const node = (code: string): readonly string[] => [
  bench.world.reach(process.execPath),
  ...['-e', code],
];

interface Row {
  readonly command: () => readonly string[];
  readonly tool?: string;
  /** In a network namespace of its own, whose sysctls are as the kernel makes them. */
  readonly apart?: boolean;
  readonly call: string;
  readonly operation: string;
  readonly gate: string;
}

const rows: readonly Row[] = [
  {
    command: () => [bench.world.reach(fixtures.tun)],
    ...{ call: 'ioctl(TUNSETIFF): EPERM', operation: 'tun.create', gate: 'tun-net-admin' },
  },
  {
    command: () => ['ip', 'tuntap', 'add', 'mode', 'tun'],
    ...{ call: 'ioctl(TUNSETIFF): EPERM', operation: 'tun.create', gate: 'tun-net-admin' },
  },
  {
    command: () => ['ip', 'link', 'set', 'lo', 'mtu', '1400'],
    ...{
      call: 'netlink(RTM_NEWLINK): EPERM',
      operation: 'netlink.write',
      gate: 'network-capability',
    },
  },
  {
    command: () => ['unshare', '--net', 'true'],
    ...{
      call: 'unshare(CLONE_NEWNET): EPERM',
      operation: 'namespace.network',
      gate: 'own-capability',
    },
  },
  {
    command: () => ['/usr/sbin/iptables-legacy', '--list'],
    tool: 'iptables',
    ...{
      call: 'openat(/run/xtables.lock): EACCES',
      operation: 'iptables.legacy',
      gate: 'xtables-lock',
    },
  },
  {
    command: () => ['/usr/sbin/iptables-nft', '--list'],
    tool: 'iptables',
    call: 'netlink(NFNL_SUBSYS_NFTABLES<<8|NFT_MSG_GETGEN): EPERM',
    ...{ operation: 'nft.read', gate: 'network-capability' },
  },
  {
    command: () => ['/usr/sbin/sysctl', '-w', 'net.ipv4.ip_forward=1'],
    call: 'openat(/proc/sys/net/ipv4/ip_forward): EACCES',
    ...{ operation: 'sysctl.network', gate: 'sysctl-owner' },
  },
  {
    command: () => node('require("net").createServer().listen(80, "0.0.0.0")'),
    ...{ call: 'bind: EACCES', operation: 'bind.low-port', gate: 'low-port' },
  },
  {
    command: () => [goServer()],
    tool: 'go',
    ...{ call: 'bind: EACCES', operation: 'bind.low-port', gate: 'low-port' },
  },
  {
    command: () => python(asyncServer),
    tool: 'python3',
    ...{ call: 'bind: EACCES', operation: 'bind.low-port', gate: 'low-port' },
  },
  {
    command: () => ['/usr/sbin/nft', 'list', 'ruleset'],
    tool: 'nft',
    call: 'netlink(NFNL_SUBSYS_NFTABLES<<8|NFT_MSG_GETGEN): EPERM',
    ...{ operation: 'nft.read', gate: 'network-capability' },
  },
  {
    command: () => ['tcpdump', '-i', 'lo', '-c', '1'],
    tool: 'tcpdump',
    ...{ call: 'socket(AF_PACKET): EPERM', operation: 'socket.packet', gate: 'network-capability' },
  },
  {
    command: () => ['/usr/sbin/nginx', '-p', nginxFolder(), '-c', 'nginx.conf', '-e', 'stderr'],
    tool: 'nginx',
    ...{ call: 'bind: EACCES', operation: 'bind.low-port', gate: 'low-port' },
  },
  {
    command: () => [plainPing(), '-c', '1', '127.0.0.1'],
    ...{ tool: 'ping', apart: true },
    ...{ call: 'socket(SOCK_RAW): EPERM', operation: 'socket.raw', gate: 'network-capability' },
  },
  {
    command: () => ['/usr/sbin/openvpn', '--mktun', '--dev', 'tun9'],
    tool: 'openvpn',
    ...{ call: 'ioctl(TUNSETIFF): EPERM', operation: 'tun.create', gate: 'tun-net-admin' },
  },
];

const goServer = (): string => join(bench.world.dev.home, 'goserver');
/** As somebody runs it for a project: Debian’s own places are root’s. */
const nginxFolder = (): string => join(bench.world.dev.home, 'nginx');
/** Debian’s has a file capability. */
const plainPing = (): string => join(bench.world.dev.home, 'ping');

const nginxConfiguration = `
daemon off;
pid nginx.pid;
events {}
http {
  access_log off;
  client_body_temp_path body;
  proxy_temp_path proxy;
  fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi;
  scgi_temp_path scgi;
  server { listen 80; }
}
`;

beforeAll(async () => {
  if ((await toolMissing('ping')) === null) await copyFile('/bin/ping', plainPing());
  await mkdir(nginxFolder());
  await writeFile(join(nginxFolder(), 'nginx.conf'), nginxConfiguration);
  await chown(nginxFolder(), bench.world.dev.uid, bench.world.dev.gid);
  if ((await toolMissing('go')) !== null) return;
  const { home } = bench.world.dev;
  const source = join(home, 'goserver.go');
  const listens = 'if _, err := net.Listen("tcp4", "0.0.0.0:80"); err != nil { log.Fatal(err) }';
  const imports = 'import ("log"; "net")';
  await writeFile(source, `package main\n${imports}\nfunc main() { ${listens} }\n`);
  const variables = ['GO111MODULE=off', 'GOPROXY=off', 'CGO_ENABLED=0', `GOCACHE=${home}/.cache`];
  await mustRun(['env', '-C', home, ...variables, 'go', 'build', '-o', goServer(), source]);
}, 120_000);

const strace = await toolMissing('strace');

describe.each(rows)('$call of $operation, $tool', (row) => {
  const { command, call, operation, gate, tool = 'true', apart = false } = row;
  const asDeveloper = (...argv: readonly string[]): Promise<Ran> =>
    run([...(apart ? ['unshare', '--net', '--'] : []), ...shellOf(bench.world.dev), ...argv]);

  test('the program’s own message is understood', async ({ skip }) => {
    const missing = await toolMissing(tool);
    if (missing !== null) return skip(missing);
    const { stdout, stderr, code } = await asDeveloper(...command());
    expect(code).not.toBe(0);
    const told = `${stdout}${stderr}`.split('\n').flatMap(complaintsIn);
    expect(told.map(({ kind }) => kind)).toEqual(told.map(() => 'refused'));
    const wanted = told.flatMap((each) => (each.kind === 'refused' ? each.wanted.operations : []));
    expect(wanted, stderr).toContain(operation);
    const why = await asDeveloper(...capwright, 'why', '--json', `${stdout}${stderr}`);
    expect(why).toMatchObject({ code: 1 });
    const { answer } = v.parse(whyReport, JSON.parse(why.stdout));
    expect(answer?.operations).toContainEqual(
      expect.objectContaining({ operation, verdict: 'denied', gate }),
    );
  });

  test('the call is seen, and explained', async ({ skip }) => {
    const missing = strace ?? (await toolMissing(tool));
    if (missing !== null) return skip(missing);
    const { stderr, code } = await asDeveloper(...capwright, 'trace', '--', ...command());
    expect(code).not.toBe(0);
    const lines = stderr.split('\n');
    const first = lines.indexOf(`capwright: ${call}`);
    expect(first, stderr).toBeGreaterThanOrEqual(0);
    expect(lines[first + 2]).toMatch(new RegExp(`^ {2}The gate is ${gate}: `));
  });
});

async function trace(...args: readonly string[]): Promise<Ran> {
  const options = args[0]?.startsWith('--') === true ? args : ['--', ...args];
  return as(bench.world.dev, ...capwright, 'trace', ...options);
}

describe.skipIf(strace !== null)('capwright trace', () => {
  const tun = (): string => bench.world.reach(fixtures.tun);

  test('with ambient capabilities nothing is refused, and the program answers as ever', async () => {
    const ran = await trace('--caps', 'net_admin', '--', tun());
    expect(ran.stdout).toMatch(/^ok tun\d+$/);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stderr).toContain('no call that a capability is asked for was refused.');
  });

  test('in a sandbox nothing is refused either', async () => {
    const ran = await trace('--sandbox', '--', tun());
    expect(ran).toMatchObject({ code: 0 });
  });

  test('file capabilities that strace takes away are told before anything runs', async () => {
    const program = join(bench.world.dev.home, 'traced');
    await copyFile(fixtures.tun, program);
    await mustRun(['setcap', 'cap_net_admin=ep', program]);
    expect(await as(bench.world.dev, program)).toMatchObject({ code: 0 });
    const { stderr, code } = await trace(program);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^capwright: a debugger without CAP_SYS_PTRACE .*: cap_net_admin\.\n/);
    expect(stderr).toContain('capwright: ioctl(TUNSETIFF): EPERM\n');
  });

  test('children and threads are followed, and a refusal that is repeated is told once', async () => {
    const many = `import threading, socket
def work():
  for _ in range(20):
    try: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    except OSError: pass
threads = [threading.Thread(target=work) for _ in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]`;
    const { stderr, code } = await trace('sh', '-c', 'python3 -c "$0"; exit 7', many);
    expect(code).toBe(7);
    expect(stderr.match(/socket\(AF_PACKET\): EPERM/g)).toHaveLength(1);
    expect(stderr).toContain('capwright: 80 calls were refused.');
  });

  test('as JSON, the answer alone is on standard output', async () => {
    const twice = 'for i in 1 2; do "$0"; done; echo printed; exit 7';
    const { stdout, stderr, code } = await trace('--json', '--', 'sh', '-c', twice, tun());
    expect(code).toBe(7);
    expect(stderr).toContain('printed');
    expect(stderr).not.toContain('capwright:');
    expect(v.parse(traceAnswer, JSON.parse(stdout))).toMatchObject({
      ...{
        schema: 'capwright.trace/1',
        command: ['sh', '-c', twice, tun()],
        losses: [],
        status: 7,
      },
      refused: [
        {
          ...{ call: 'ioctl(TUNSETIFF)', errno: 'EPERM', count: 2 },
          operations: [{ operation: 'tun.create', verdict: 'denied', gate: 'tun-net-admin' }],
        },
      ],
    });
    const absent = await trace('--json', '--', 'nothing-of-that-name');
    expect(absent).toMatchObject({ code: 2 });
    expect(JSON.parse(absent.stdout)).toMatchObject({ error: { blame: 'user' } });
  });

  test('an option that would count for nothing is refused', async () => {
    const ran = await trace('--env', 'A=1', '--', 'true');
    expect(ran).toMatchObject({ code: 2 });
    expect(ran.stderr).toContain('--via and --env belong to --caps or --sandbox');
  });

  test('a program that is not there is named', async () => {
    const path = await trace('/srv/home/dev/nothing');
    expect(path).toMatchObject({ code: 2 });
    expect(path.stderr).toContain('"/srv/home/dev/nothing"');
    const name = await trace('nothing-of-that-name');
    expect(name).toMatchObject({ code: 2 });
    expect(name.stderr).toContain('There is no program "nothing-of-that-name" along PATH.');
  });
});

describe('capwright why', () => {
  const why = async (...args: readonly string[]): Promise<Ran> =>
    as(bench.world.dev, ...capwright, 'why', ...args);

  test('asks what this terminal may do, of the port that the message names', async () => {
    const { stdout, code } = await why('listen tcp :443: bind: permission denied');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^bind answered EACCES: Binding a low port \(bind\.low-port\)\.\n/);
    expect(stdout).toContain('bind(port 443) needs CAP_NET_BIND_SERVICE');
    expect(stdout).toContain('With --program PROGRAM: each way to start it, and the repairs.');
  });

  test('asks of a program on every launch path', async () => {
    const program = bench.world.reach(fixtures.tun);
    const { stdout, code } = await why('TUNSETIFF: Operation not permitted', '--program', program);
    expect(code).toBe(1);
    expect(stdout).toContain('tun.create');
    expect(stdout).toContain('sandbox');
  });

  test('of systemd it names the step', async () => {
    const { stdout, code } = await why(
      'tun.service: Failed at step CAPABILITIES spawning /usr/bin/vpn: Operation not permitted',
    );
    expect(code).toBe(1);
    expect(stdout).toContain('218/CAPABILITIES');
  });

  test('says so where it knows nothing', async () => {
    const { stderr, code } = await why('Segmentation fault');
    expect(code).toBe(3);
    expect(stderr).toContain('No refusal that Capwright knows');
  });

  test('as JSON, tells a unit’s failure without asking anything', async () => {
    const { stdout, code } = await why(
      '--json',
      'tun.service: Failed at step CAPABILITIES spawning /usr/bin/vpn: Operation not permitted',
    );
    expect(code).toBe(1);
    const said = { schema: 'capwright.why/1', units: ['tun.service'], answer: null };
    expect(JSON.parse(stdout)).toMatchObject(said);
  });
});

test('Python tells which call it was only to strace', async ({ skip }) => {
  if (strace !== null) return skip(strace);
  const plain = await as(bench.world.dev, ...python(raw));
  const refused = { kind: 'refused', wanted: { operations: [] } };
  expect(plain.stderr.split('\n').flatMap(complaintsIn)).toMatchObject([refused]);
  const bound = await as(bench.world.dev, ...python(bind));
  expect(bound.stderr.split('\n').flatMap(complaintsIn)).toMatchObject([
    { ...refused, errno: 'EACCES' },
  ]);
  expect((await trace(...python(raw))).stderr).toContain('capwright: socket(SOCK_RAW): EPERM\n');
  expect((await trace(...python(bind))).stderr).toContain('capwright: bind: EACCES\n');
});

test('Rust tells which errno it was and no more, as an error and as what unwrap() says', async ({
  skip,
}) => {
  const missing = await toolMissing('rustc');
  if (missing !== null) return skip(missing);
  const { home } = bench.world.dev;
  const listens = 'std::net::TcpListener::bind("0.0.0.0:80")';
  const mains = {
    unwraps: `fn main() { ${listens}.unwrap(); }`,
    prints: `fn main() { if let Err(error) = ${listens} { eprintln!("server: {error}"); } }`,
  };
  for (const [name, main] of Object.entries(mains)) {
    const source = join(home, `${name}.rs`);
    await writeFile(source, main);
    // As root: a toolchain may be installed for one user alone.
    await mustRun(['rustc', '-o', join(home, name), source]);
    const { stderr } = await as(bench.world.dev, join(home, name));
    expect(stderr.split('\n').flatMap(complaintsIn), stderr).toMatchObject([
      { kind: 'refused', wanted: { operations: [] }, errno: 'EACCES' },
    ]);
  }
});
