/** The processes that run a program, as their user sees them; the kernel's own account is root's to read. */
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { findInstances } from '../../../extension/app/programs/describeProgram.ts';
import type { InstanceView } from '../../../extension/report/instanceView.ts';
import { makeBundles } from '../world/bundles.ts';
import { mustRun, startAndWait, toolMissing } from '../world/command.ts';
import { developerHost } from '../world/developerHost.ts';
import { logIn, prepareWorld, type World } from '../world/world.ts';

const waits = 'echo ready; read -r line';

let world: World;
let host: ReturnType<typeof developerHost>;
let folder: string;

beforeAll(async () => {
  await makeBundles();
  world = await prepareWorld();
  host = developerHost(world);
});
afterAll(async () => {
  host.dispose();
  await world.dispose();
});
beforeEach(async () => {
  folder = await mkdtemp(join(world.dev.home, 'instances '));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true }));
});

/** Starts a program that says when it runs; its pid. */
async function start(
  argv: readonly string[],
  user = world.dev,
  privileges: readonly string[] = [],
) {
  const { pid, finish } = await startAndWait([...logIn(user, ...privileges), ...argv]);
  onTestFinished(async () => {
    await finish();
  });
  return pid;
}

async function instances(
  path: string,
  scripts: readonly string[] = [],
): Promise<readonly InstanceView[]> {
  const found = await findInstances(host, { path, scripts });
  if (found.kind === 'unknown') throw new Error(found.reason);
  return found.value;
}

function factOf({ facts }: InstanceView, name: string): string | undefined {
  return facts.find((each) => each.name === name)?.text;
}

async function statusField(pid: number, name: string): Promise<string> {
  const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
  return new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
}

/** A shell of its own file, so that nothing else on the machine runs it. */
async function ownShell(name = 'tunnel'): Promise<string> {
  const path = join(folder, name);
  await copyFile('/bin/dash', path);
  await chmod(path, 0o755);
  return path;
}

const netAdmin = 'cap_net_admin';
const inEffect = 'cap_net_admin in effect';
// __ptrace_may_access() and cap_ptrace_access_check(): whoever holds less is not told what it executes.
const unseen = ' · by its name alone: which file it executes may not be seen';

interface Row {
  readonly held: string;
  readonly privileges?: readonly string[];
  readonly file?: string;
  readonly effective: string;
  readonly summary: string;
}

const rows: readonly Row[] = [
  { held: 'nothing', effective: 'none', summary: 'no capability in effect' },
  {
    held: 'ambient capabilities',
    privileges: ['--inh-caps=+net_admin', '--ambient-caps=+net_admin'],
    ...{ effective: netAdmin, summary: `${inEffect}${unseen}` },
  },
  {
    held: 'file capabilities',
    file: 'cap_net_admin=ep',
    ...{ effective: netAdmin, summary: `${inEffect}${unseen}` },
  },
];

test.each(rows)('one that holds $held is told with what it holds', async (row) => {
  const { effective, summary, privileges, file } = row;
  const path = await ownShell();
  if (file !== undefined) await mustRun(['setcap', file, path]);
  expect(await instances(path)).toEqual([]);
  const pid = await start([path, '-c', waits], world.dev, privileges);
  const found = await instances(path);
  expect(found).toMatchObject([{ pid, summary }]);
  const told = (name: string) => found.map((each) => factOf(each, name));
  const bits = effective === 'none' ? 0n : 1n << 12n;
  expect(BigInt(`0x${await statusField(pid, 'CapEff')}`)).toBe(bits);
  expect(told('effective')).toEqual([effective]);
  expect(told('user id')).toEqual([String(world.dev.uid)]);
  const groups = (await statusField(pid, 'Groups')).trim().replaceAll(' ', ', ');
  expect(told('groups')).toEqual([groups]);
  expect(told('no_new_privs')).toEqual(['not set']);
});

test('no_new_privs and a smaller bounding set are told', async () => {
  const path = await ownShell();
  await start([path, '-c', waits], world.dev, ['--no-new-privs', '--bounding-set=-net_admin']);
  const [found] = await instances(path);
  expect(found && factOf(found, 'no_new_privs')).toBe('set');
  expect(found && factOf(found, 'bounding')).toMatch(/^every capability but cap_net_admin\b/);
});

/** A thread that gives up what it holds for itself alone, as workers of servers do. */
const dropsInThread = `import ctypes, sys, threading
libc = ctypes.CDLL(None)
def drop():
  libc.capset((ctypes.c_uint * 2)(0x20080522, 0), (ctypes.c_uint * 6)())
  libc.prctl(38, 1, 0, 0, 0)
  print("ready", flush=True)
  threading.Event().wait()
threading.Thread(target=drop, daemon=True).start()
sys.stdin.readline()
`;

test('a thread that holds less than the main one is told with what it holds', async ({ skip }) => {
  const missing = await toolMissing('/usr/bin/python3');
  if (missing !== null) return skip(missing);
  const script = join(folder, 'worker.py');
  await writeFile(script, dropsInThread);
  const ambient = ['--inh-caps=+net_admin', '--ambient-caps=+net_admin'];
  const pid = await start(['/usr/bin/python3', script], world.dev, ambient);
  const [tid = ''] = (await readdir(`/proc/${String(pid)}/task`)).filter(
    (each) => each !== String(pid),
  );
  const status = await readFile(`/proc/${String(pid)}/task/${tid}/status`, 'utf8');
  expect(status).toMatch(/^CapEff:\s0{16}$/m);
  const found = await instances('/usr/bin/python3', [script]);
  expect(found).toMatchObject([
    { pid, threads: [{ tid: Number(tid), summary: 'no capability in effect' }] },
  ]);
  expect(found[0]?.summary).toContain(inEffect);
  expect(found[0]?.threads[0]?.facts).toContainEqual({ name: 'no_new_privs', text: 'set' });
  expect(found[0] && factOf(found[0], 'no_new_privs')).toBe('not set');
});

test('one whose file was built anew is of an older build', async () => {
  const path = await ownShell();
  const pid = await start([path, '-c', waits]);
  await rm(path);
  expect(await instances(path)).toMatchObject([
    { pid, summary: expect.stringContaining('older build') as string },
  ]);
  await ownShell();
  expect(await instances(path)).toMatchObject([
    { pid, summary: expect.stringContaining('older build') as string },
  ]);
});

test('another user’s, and one of a file that is called alike, are none', async () => {
  const path = await ownShell();
  await mkdir(join(folder, 'other'));
  const alike = await ownShell('other/tunnel');
  await start([path, '-c', waits], world.other);
  await start([alike, '-c', waits]);
  expect(await instances(path)).toEqual([]);
});

test('a script’s process executes its interpreter, and is the script’s', async () => {
  const script = join(folder, 'run.sh');
  await writeFile(script, `#!/bin/sh\n${waits}\n`, { mode: 0o755 });
  await writeFile(join(folder, 'other.sh'), `#!/bin/sh\n${waits}\n`, { mode: 0o755 });
  const direct = await start([script]);
  const relative = await start(['env', `--chdir=${folder}`, './run.sh']);
  await start([join(folder, 'other.sh')]);
  expect((await instances(script)).map(({ pid }) => pid).toSorted()).toEqual(
    [direct, relative].toSorted(),
  );
});

test('of an interpreter, those are meant that interpret the script', async () => {
  const shell = await ownShell('interpreter');
  for (const name of ['wanted.sh', 'other.sh']) await writeFile(join(folder, name), `${waits}\n`);
  const pid = await start(['env', `--chdir=${folder}`, shell, 'wanted.sh']);
  await start([shell, join(folder, 'other.sh')]);
  expect(await instances(shell, [join(folder, 'wanted.sh')])).toMatchObject([{ pid }]);
  expect(await instances(shell)).toHaveLength(2);
});
