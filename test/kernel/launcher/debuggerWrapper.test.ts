/** What stands for a debugger in a rewritten configuration, started as the extension of that debugger starts it. */
import { access, chmod, chown, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { writeWrapper } from '../../../extension/app/debugging/debuggerWrapper.ts';
import { rewriteConfiguration } from '../../../extension/fixes/debugger/rewriteConfiguration.ts';
import type { DebugConfiguration } from '../../../extension/fixes/debugger/rewriting.ts';
import { mustRun, toolMissing } from '../world/command.ts';
import {
  as,
  copyOf,
  credentialsIn,
  holding,
  openBench,
  showCredentials,
  type Bench,
} from './bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
  return () => bench.dispose();
});

/** The value of a key after the rewriting, with its wrappers written into a new folder of the developer. */
async function wrapped(
  name: string,
  configuration: DebugConfiguration,
  key: string,
  before: readonly string[] = [bench.installed],
): Promise<string> {
  const { dev } = bench.world;
  const folder = join(dev.home, name);
  await mkdir(folder, { mode: 0o700 });
  await chown(folder, dev.uid, dev.gid);
  const words = [...before, '--caps', 'net_admin', '--'];
  const elevates = before[0] === 'sudo';
  const rewriting = rewriteConfiguration(configuration, { words, folder, elevates });
  if (rewriting.kind === 'refused') throw new Error(JSON.stringify(rewriting.refusal));
  for (const wrapper of rewriting.wrappers) {
    expect(await writeWrapper(wrapper)).toBeNull();
    await chown(wrapper.path, dev.uid, dev.gid);
  }
  return String(rewriting.configuration[key]);
}

test('gdb debugs a program with the capabilities, stopped where it ends; by itself with none', async () => {
  expect(await toolMissing('gdb')).toBeNull();
  const { dev, tunners } = bench.world;
  const gdb = await wrapped("it's gdb", { type: 'gdb', request: 'launch', program: 'cat' }, 'gdb');
  const commands = ['-ex', 'catch syscall exit_group', '-ex', 'run'];
  const debug = ['-q', '-nx', '-batch', ...commands, '--args', ...showCredentials];
  const ran = await as(dev, gdb, ...debug);
  expect(ran.stdout).toContain('Catchpoint 1 (call to syscall exit_group)');
  expect(credentialsIn(ran)).toEqual(holding(dev, [dev.gid, tunners.gid], 'cap_net_admin'));
  expect(credentialsIn(await as(dev, 'gdb', ...debug))).toEqual(
    holding(dev, [dev.gid, tunners.gid]),
  );
});

test('arguments reach a runtime as they are', async () => {
  const node = await wrapped(
    'runtime',
    { type: 'node', request: 'launch', runtimeExecutable: '/usr/bin/printf' },
    'runtimeExecutable',
  );
  const ran = await as(bench.world.dev, node, '[%s]', '', 'a b', `'"$HOME`, '*', '\n');
  expect(ran).toMatchObject({ code: 0, stderr: '', stdout: `[][a b]['"$HOME][*][\n]` });
});

test('node starts what NODE_OPTIONS names first, by which js-debug debugs it, and has the capabilities', async () => {
  // The Node that runs the tests may lie where the developer cannot look.
  const runtimeExecutable = await copyOf(process.execPath, 'node');
  const { dev, tunners } = bench.world;
  const node = await wrapped(
    'node',
    { type: 'node', request: 'launch', runtimeExecutable },
    'runtimeExecutable',
  );
  const first = join(dev.home, 'first.cjs');
  await writeFile(first, 'console.log("first")');
  const program = 'console.log(require("fs").readFileSync("/proc/self/status", "utf8"))';
  const ran = await as(dev, 'env', `NODE_OPTIONS=--require=${first}`, node, '-e', program);
  expect(ran.stdout).toMatch(/^first\n/);
  expect(credentialsIn(ran)).toEqual(holding(dev, [dev.gid, tunners.gid], 'cap_net_admin'));
});

test('behind sudo it has the variables that it was started with, and nothing else has them then', async () => {
  const { dev, tunners } = bench.world;
  const node = await wrapped(
    'elevated',
    { type: 'node', request: 'launch', runtimeExecutable: '/bin/sh' },
    'runtimeExecutable',
    ['sudo', '-n', '--', bench.plain, '--drop-to-caller'],
  );
  const value = `it's $HOME\n"two" lines`;
  const script = 'printf "[%s]" "$NODE_OPTIONS"; cat /proc/self/status; ls "${0%/*}"';
  const ran = await as(dev, 'env', `NODE_OPTIONS=${value}`, node, '-c', script, node);
  expect(ran.stdout.startsWith(`[${value}]`)).toBe(true);
  expect(credentialsIn(ran)).toEqual(holding(dev, [dev.gid, tunners.gid], 'cap_net_admin'));
  // What has handed them over is gone before the program begins.
  expect(ran.stdout).toMatch(/\nsh$/);
});

test('what hands the variables over is nobody else’s to read or change, in a folder open to all too', async () => {
  const { dev, other } = bench.world;
  const folder = join(dev.home, 'watched');
  const prober = '/srv/prober';
  const intruder = `setpriv --reuid=${other.uid} --regid=${other.gid} --clear-groups --`;
  const attempts = [
    'cat "$each" >&2',
    'cp /dev/null "$each"',
    'mv "$each" "$each.taken"',
    'ln -sf /etc/passwd "$each"',
    'rm -f "$each"',
  ];
  const probing = [
    '#!/bin/sh',
    `chmod 755 '${dev.home}' '${folder}'`,
    `for each in '${folder}'/*; do`,
    '  stat -c "%a %u" "$each" >&2',
    ...attempts.map(
      (attempt) =>
        `  ${intruder} ${attempt} 2>/dev/null && echo "done: ${attempt.split(' ')[0]}" >&2`,
    ),
    'done',
    'exec "$@"',
  ];
  await writeFile(prober, probing.join('\n'), { mode: 0o755 });
  const node = await wrapped(
    'watched',
    { type: 'node', request: 'launch', runtimeExecutable: '/bin/sh' },
    'runtimeExecutable',
    ['sudo', '-n', '--', prober, bench.plain, '--drop-to-caller'],
  );
  const ran = await as(
    dev,
    'env',
    'NODE_OPTIONS=handed over',
    node,
    '-c',
    'printf %s "$NODE_OPTIONS"',
  );
  expect(ran).toMatchObject({ code: 0, stdout: 'handed over' });
  expect(ran.stderr.trim().split('\n').toSorted()).toEqual([`600 ${dev.uid}`, `700 ${dev.uid}`]);
});

test.each([
  ['a link to a file of the user', (path: string, own: string) => symlink(own, path)],
  ['a link that leads nowhere', (path: string) => symlink('/srv/nowhere', path)],
  ['a file that everybody may write', (path: string) => writeFile(path, 'touch owned\n')],
  ['a pipe', (path: string) => mustRun(['mkfifo', '-m', '666', path])],
])('where another user has put %s, that is neither written nor read', async (name, put) => {
  const { dev, other } = bench.world;
  const node = await wrapped(
    name,
    { type: 'node', request: 'launch', runtimeExecutable: '/bin/sh' },
    'runtimeExecutable',
    ['sudo', '-n', '--', bench.plain, '--drop-to-caller'],
  );
  const own = join(dev.home, `${name}, kept`);
  await writeFile(own, 'kept', { mode: 0o600 });
  await chown(own, dev.uid, dev.gid);
  const hand = `${node}.env`;
  await put(hand, own);
  await mustRun(['chown', '-h', `${other.uid}:${other.gid}`, hand]);
  if (name.includes('everybody')) await chmod(hand, 0o666);
  const ran = await as(dev, 'env', 'VALUE=secret', node, '-c', 'printf %s "$VALUE"');
  expect(ran).toMatchObject({ code: 0, stderr: '', stdout: 'secret' });
  expect(await readFile(own, 'utf8')).toBe('kept');
  await expect(access('/srv/nowhere')).rejects.toThrow('ENOENT');
});

test('where it cannot be put in place of another user’s file, nothing starts', async () => {
  const { dev, other } = bench.world;
  const node = await wrapped(
    'sticky',
    { type: 'node', request: 'launch', runtimeExecutable: '/bin/sh' },
    'runtimeExecutable',
    ['sudo', '-n', '--', bench.plain, '--drop-to-caller'],
  );
  const folder = join(dev.home, 'sticky');
  const hand = `${node}.env`;
  await writeFile(hand, '');
  await chmod(hand, 0o666);
  for (const path of [hand, folder]) await chown(path, other.uid, other.gid);
  await chmod(folder, 0o1777);
  const ran = await as(dev, 'env', 'VALUE=secret', node, '-c', 'echo started');
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toContain('cannot remove');
  expect(await readFile(hand, 'utf8')).toBe('');
});

test('what another user has put in its place meanwhile is not read', async () => {
  const { dev, other } = bench.world;
  const swapper = '/srv/swapper';
  const folder = join(dev.home, 'swapped');
  const node = await wrapped(
    'swapped',
    { type: 'node', request: 'launch', runtimeExecutable: '/bin/sh' },
    'runtimeExecutable',
    ['sudo', '-n', '--', swapper, bench.plain, '--drop-to-caller'],
  );
  const swapping = [
    '#!/bin/sh',
    `chmod 755 '${dev.home}' && chmod 777 '${folder}'`,
    `setpriv --reuid=${other.uid} --regid=${other.gid} --clear-groups -- sh -c '
      rm -f "$0" && echo "echo owned" >"$0" && chmod 644 "$0"' '${node}.env' || exit`,
    'exec "$@"',
  ];
  await writeFile(swapper, swapping.join('\n'), { mode: 0o755 });
  const ran = await as(dev, node, '-c', 'echo started');
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toContain('not what was handed over');
  expect(await readFile(`${node}.env`, 'utf8')).toBe('echo owned\n');
});

test('LD_PRELOAD is loaded into the program, and into nothing else that holds capabilities', async () => {
  const { dev } = bench.world;
  const seen = join(dev.home, 'seen');
  const source = join(dev.home, 'seen.c');
  const library = join(dev.home, 'seen.so');
  await writeFile(
    source,
    `#include <stdio.h>
#include <string.h>
__attribute__((constructor)) static void see(void) {
  char line[256], name[256] = "";
  FILE *status = fopen("/proc/self/status", "r"), *seen = fopen("${seen}", "a");
  while (fgets(line, sizeof line, status)) {
    if (strncmp(line, "Name:", 5) == 0) strcpy(name, line);
    if (strncmp(line, "CapEff:", 7) == 0 && strtok(line + 7, "\\t0\\n")) fputs(name, seen);
  }
  fclose(status);
  fclose(seen);
}
`,
  );
  await mustRun(['cc', '-shared', '-fPIC', '-o', library, source]);
  const program = await copyOf('/bin/sh', 'program');
  const node = await wrapped(
    'preloaded',
    { type: 'node', request: 'launch', runtimeExecutable: program },
    'runtimeExecutable',
    ['sudo', '-n', '--', bench.plain, '--drop-to-caller'],
  );
  const ran = await as(dev, 'env', `LD_PRELOAD=${library}`, node, '-c', 'echo started');
  expect(ran).toMatchObject({ code: 0, stdout: 'started' });
  expect(await readFile(seen, 'utf8')).toBe('Name:\tprogram\n');
});

test('no variable that is handed over is taken for a command, whatever its name and value', async () => {
  const { dev } = bench.world;
  const node = await wrapped(
    'hostile',
    { type: 'node', request: 'launch', runtimeExecutable: '/bin/sh' },
    'runtimeExecutable',
    ['sudo', '-n', '--', bench.plain, '--drop-to-caller'],
  );
  const owned = join(dev.home, 'owned');
  const value = `'; touch ${owned}; $(touch ${owned})\`touch ${owned}\`\ntouch ${owned}`;
  const variables = [
    `VALUE=${value}`,
    `x;touch ${owned};=1`,
    `x\ntouch ${owned}\n=1`,
    `BASH_FUNC_exec%%=() { touch ${owned}; }`,
  ];
  const ran = await as(dev, 'env', ...variables, node, '-c', 'printf %s "$VALUE"');
  expect(ran).toMatchObject({ code: 0, stderr: '', stdout: value });
  await expect(access(owned)).rejects.toThrow('ENOENT');
});

test('a program that is not there is named, and nothing is written for it', async () => {
  const path = join(bench.world.dev.home, 'nothing');
  const program = { names: ['lldb-server-99', 'no-such-server'], beside: 'no-such-adapter' };
  expect(await writeWrapper({ path, words: [], program })).toBe('lldb-server-99, no-such-server');
  await expect(access(path)).rejects.toThrow('ENOENT');
});

test('a server is found beside its adapter, where links lead', async () => {
  const { dev } = bench.world;
  const folder = join(dev.home, 'llvm');
  await mkdir(folder);
  const [adapter, server] = [join(folder, 'lldb-dap'), join(folder, 'lldb-server')];
  for (const path of [adapter, server]) await writeFile(path, '#!/bin/sh\n', { mode: 0o755 });
  const link = join(dev.home, 'lldb-dap-16');
  await symlink(adapter, link);
  const path = join(dev.home, 'server');
  const program = { names: ['lldb-server-16', 'lldb-server'], beside: link };
  expect(await writeWrapper({ path, words: ['env', '--'], program })).toBeNull();
  expect(await readFile(path, 'utf8')).toContain(`exec 'env' '--' '${server}' "$@"`);
});
