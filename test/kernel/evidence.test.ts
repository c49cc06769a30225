/** What is told of real processes: where they run, what they are started from, what sets them apart. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildFixtures } from '../fixtures/build.ts';
import { makeBundles } from './world/bundles.ts';
import { mustRun, run, startAndWait, toolMissing, type Running } from './world/command.ts';
import { logIn, prepareWorld, type World } from './world/world.ts';

const commandLine = new URL('../../dist/cli.mjs', import.meta.url).pathname;
const waits = ['sh', '-c', 'echo ready && read -r line'];

let world: World;
let program: string;
const running: Running[] = [];

beforeAll(async () => {
  await makeBundles();
  const fixtures = await buildFixtures();
  world = await prepareWorld();
  program = join(world.dev.home, 'evidence');
  await mustRun(['install', '--mode=0755', fixtures.tun, program]);
  await mustRun(['setcap', 'cap_net_admin=ep', program]);
});

afterAll(async () => {
  for (const each of running) await each.finish();
  await world.dispose();
});

async function start(argv: readonly string[]): Promise<number> {
  const started = await startAndWait(argv);
  running.push(started);
  return started.pid;
}

const launcher = v.object({
  pid: v.number(),
  confinement: v.nullable(v.object({ kind: v.string(), name: v.nullable(v.string()) })),
  confinementUnseen: v.nullable(v.string()),
});
const answer = v.object({
  launcher,
  debugLauncher: launcher,
  paths: v.array(
    v.object({
      path: v.string(),
      verdicts: v.array(v.object({ verdict: v.string(), errno: v.optional(v.string()) })),
    }),
  ),
});

/** As root, whom every process shows its root directory; the text is that of a wide terminal. */
async function check(...options: readonly string[]) {
  const command = [process.execPath, commandLine, 'check', ...options];
  const { stdout } = await run([...command, '--json', '--', program]);
  const { stdout: text } = await run(['env', 'COLUMNS=160', ...command, '--', program]);
  return { ...v.parse(answer, JSON.parse(stdout)), text };
}

/** A process whose root directory holds these files, and the machine's programs. */
async function withRoot(name: string, files: Readonly<Record<string, string>>): Promise<number> {
  const root = join('/srv', name);
  await mkdir(root);
  await mustRun(['mount', '-t', 'tmpfs', name, root]);
  for (const folder of ['usr', 'bin', 'lib', 'lib64']) {
    const target = join(root, folder);
    await mkdir(target);
    const bound = await run(['mount', '--rbind', `/${folder}`, target]);
    if (bound.code !== 0 && folder !== 'lib64') throw new Error(bound.stderr);
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const { uid, gid } = world.dev;
  const started = await startAndWait([
    ...['setpriv', '--no-new-privs', '--', 'chroot', `--userspec=${uid}:${gid}`, root, ...waits],
  ]);
  running.push({
    ...started,
    finish: async () => {
      const ran = await started.finish();
      await mustRun(['umount', '--recursive', '--lazy', root]);
      return ran;
    },
  });
  return started.pid;
}

it.each([
  [
    'flatpak',
    '.flatpak-info',
    '[Application]\nname=com.visualstudio.code\n',
    'com.visualstudio.code',
  ],
  ['container', 'run/.containerenv', 'engine="podman-5.4.2"\n', 'podman'],
  ['container', '.dockerenv', '', 'docker'],
  ['container', 'run/systemd/container', 'systemd-nspawn\n', 'systemd-nspawn'],
])('a process in a %s shows the mark %s in its root', async (kind, mark, text, name) => {
  const pid = await withRoot(`root-${name}`, { [mark]: text });
  const told = await check(`--pid=${pid}`);
  expect(told.launcher).toEqual({ pid, confinement: { kind, name }, confinementUnseen: null });
  expect(told.text).toMatch(new RegExp(`^ {2}from sh \\(pid ${pid}\\): .*in .*${name}`, 'm'));
  expect(told.text).toContain('file-capabilities-under-no-new-privs');

  // It is a chroot, which the kernel gives no user namespace.
  expect(verdicts(told)).toMatchObject({ sandbox: 'EPERM' });
  expect(told.text).toContain('sandbox-in-chroot');
  const entered = ['nsenter', `--target=${pid}`, '--mount', '--root', '--', 'unshare', '--user'];
  const kernel = await run([...entered, 'true']);
  expect(kernel.stderr).toContain('unshare failed: Operation not permitted');
  const may = [world.reach(process.execPath), world.reach(commandLine), 'can', 'namespace.user'];
  const { stdout } = await run([...may, `--pid=${pid}`]);
  expect(stdout).toContain('the process has another root directory than its mount namespace');
});

it('a process that may not be traced keeps its root to itself, and that is said', async () => {
  const pid = await start(waits);
  const asked = [world.reach(process.execPath), world.reach(commandLine), 'check', '--json'];
  const { stdout } = await run([...logIn(world.dev), ...asked, `--pid=${pid}`, '--', program]);
  const { launcher: told } = v.parse(answer, JSON.parse(stdout));
  expect(told.confinement).toBeNull();
  expect(told.confinementUnseen).toMatch(/EACCES/);
});

it('a debugger is judged by the process that starts it, and the terminal by its own', async ({
  skip,
}) => {
  const missing = await toolMissing('strace');
  if (missing !== null) skip(missing);
  const plain = await start([...logIn(world.dev), ...waits]);
  const tracing = ['--inh-caps=+sys_ptrace', '--ambient-caps=+sys_ptrace'];
  const privileged = await start([...logIn(world.dev, ...tracing), ...waits]);

  const told = await check(`--pid=${plain}`, `--debugger-pid=${privileged}`);
  expect(told.launcher.pid).toBe(plain);
  expect(told.debugLauncher.pid).toBe(privileged);
  expect(verdicts(told)).toMatchObject({ terminal: 'allowed', debugger: 'allowed' });
  const other = await check(`--pid=${privileged}`, `--debugger-pid=${plain}`);
  expect(verdicts(other)).toMatchObject({ terminal: 'allowed', debugger: 'EPERM' });
  expect(other.text).toContain(`a debugger started from sh (pid ${plain}) traces it`);

  const underStrace = ['strace', '-o', '/dev/null', '--', program];
  const done = await run([...logIn(world.dev, ...tracing), ...underStrace]);
  expect(done.stdout).toMatch(/^ok /);
  const refused = await run([...logIn(world.dev), ...underStrace]);
  expect(refused.stdout).toContain('EPERM');
});

it('threads whose credentials are not those of the main thread are named', async ({ skip }) => {
  const missing = await toolMissing('python3');
  if (missing !== null) skip(missing);
  // PR_SET_NO_NEW_PRIVS (38) is for the thread that calls it; PR_SET_NAME (15) as well.
  const pid = await start([
    ...logIn(world.dev),
    'python3',
    '-c',
    [
      'import ctypes, threading, sys',
      'def apart():',
      '  libc = ctypes.CDLL(None)',
      '  libc.prctl(38, 1, 0, 0, 0)',
      '  libc.prctl(15, b"apart", 0, 0, 0)',
      '  print("ready", flush=True)',
      '  threading.Event().wait()',
      'threading.Thread(target=apart, daemon=True).start()',
      'sys.stdin.readline()',
    ].join('\n'),
  ]);
  const { text } = await check(`--pid=${pid}`);
  expect(text).toMatch(/^ {2}from python3 .*other credentials in its threads apart$/m);
});

function verdicts({ paths }: v.InferOutput<typeof answer>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    paths.map(({ path, verdicts: [first] }) => [path, first?.errno ?? first?.verdict ?? '']),
  );
}
