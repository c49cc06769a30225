import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CredentialsAnswer } from '../../../extension/protocol/debug.ts';
import { mustRun } from '../world/command.ts';
import {
  expectNoHolder,
  holders,
  lineOf,
  openDebugging,
  openDebuggingIn,
  type Debugging,
} from './bench.ts';
import type { Client } from './client.ts';
import { debuggers, treeTime, type DebuggerCase } from './debuggers.ts';
import { evaluate, resume, setBreakpoints, stack, type Stopped } from './sequence.ts';
import { changedCode, expectUntraced, seeItRun, startTarget, type Target } from './target.ts';

let machine: Debugging;
let debugging: Debugging;
let client: Client;
let target: Target;

beforeAll(async () => {
  machine = await openDebugging();
  debugging = machine;
  return () => machine.dispose();
});

afterEach(async () => {
  client.adapter.kill('SIGKILL');
  target.process.kill('SIGKILL');
  await expectNoHolder(debugging.dev);
});

async function start(...argv: readonly string[]): Promise<void> {
  target = await startTarget(debugging, ...argv);
}

async function attach(configuration: object): Promise<DebugProtocol.Response> {
  await client.initialize();
  return client.ask('attach', configuration);
}

const capable = (each: DebuggerCase): boolean => each.attaches;

describe.each(debuggers.filter(capable))('$debugger', (each) => {
  let program: string;

  beforeAll(async () => {
    const place = await each.place?.();
    if (place !== undefined) debugging = await openDebuggingIn(machine, place);
    program = await each.build(debugging);
    return async () => {
      debugging = machine;
      await place?.dispose();
    };
  }, treeTime);

  /** Attaches, stops at a breakpoint, looks, and leaves it running. */
  async function prove(capabilities: readonly string[]): Promise<void> {
    client = debugging.open(false, each.debugger);
    await client.initialize();
    const attached = client.request('attach', { ...each.configuration, pid: target.pid, program });
    attached.catch(() => undefined);
    await Promise.race([
      client.event('initialized'),
      attached.then(() => new Promise(() => undefined)),
    ]);
    const path = join(debugging.dev.home, each.source);
    await setBreakpoints(client, path, await lineOf(each.source, 'after the call'));
    await client.request('configurationDone');
    await attached;
    expect(await client.event<Stopped>('stopped')).toMatchObject({ reason: 'breakpoint' });
    expect(client.last('process')).toMatchObject({
      ...{ systemProcessId: target.pid, startMethod: 'attach' },
    });
    const frames = (await stack(client)).map(({ name }) => name);
    expect(frames.slice(0, each.frames.length)).toEqual(each.frames);
    if (capabilities.length > 0) expect(await evaluate(client, each.device)).toMatch(/tun\d+/);
    const { threads } = await client.request<CredentialsAnswer>('capwright/credentials');
    expect(threads[0]?.permitted).toEqual(capabilities);
    // The debugger holds what the process does, or nothing, and no other process of it does.
    const names = (await holders(debugging.dev)).map(({ name }) => name).toSorted();
    expect(names).toEqual(capabilities.length === 0 ? [] : each.holders);

    await setBreakpoints(client, path);
    await resume(client);
    await seeItRun(target);
    await client.disconnect();
    await expectUntraced(target);
    expect(await changedCode(target.pid)).toEqual([]);
  }

  test('attaches to a program with the capabilities that it holds, and leaves it running', async () => {
    const { installed } = debugging.bench;
    await start(installed, '--caps', 'net_admin', '--', program, '100000');
    await prove(['cap_net_admin']);
  });

  test('attaches without any to a program that holds none', async () => {
    await start(program, '100000');
    await prove([]);
  });

  test('leaves it running when the client goes away', async () => {
    await start(program, '100000');
    client = debugging.open(false, each.debugger);
    const attached = attach({ ...each.configuration, pid: String(target.pid) });
    attached.catch(() => undefined);
    await client.event('initialized');
    const configured = client.request('configurationDone');
    await attached;
    await configured;
    await seeItRun(target);
    const ended = new Promise((resolve) => client.adapter.once('exit', resolve));
    client.adapter.stdin?.end();
    await ended;
    await expectUntraced(target);
  });
});

describe('nothing is started, and what refuses is told', () => {
  async function refusal(configuration: object): Promise<readonly [kind: string, text: string]> {
    client = debugging.open(false, 'gdb');
    const response = await attach(configuration);
    expect(response.success).toBe(false);
    const { error } = response.body as DebugProtocol.ErrorResponse['body'];
    return [error?.variables?.['kind'] ?? '', response.message ?? ''];
  }

  test('for a program with file capabilities', async () => {
    const file = join(debugging.dev.home, 'granted');
    await copyFile(debugging.program, file);
    await mustRun(['setcap', 'cap_net_admin=ep', file]);
    await start(file, '100000');
    const [kind, text] = await refusal({ pid: target.pid });
    expect(kind).toBe('attach');
    expect(text).toContain('It is not dumpable');
    expect(text).toContain('Start the program with “capwright run”');
  });

  test('for a debugger that would hold less', async () => {
    await start(
      debugging.bench.installed,
      '--caps',
      'net_admin',
      '--',
      debugging.program,
      '100000',
    );
    const [kind, text] = await refusal({ pid: target.pid, capabilities: [] });
    expect(kind).toBe('attach');
    expect(text).toContain('It holds cap_net_admin, which the debugger would not hold.');
  });

  test('for Python, into which no debugger gets without changing it', async () => {
    await start(debugging.program, '100000');
    client = debugging.open(false, 'python');
    const response = await attach({ pid: target.pid });
    expect(response.message).toContain('would change its code');
  });

  test('for what the launcher may not give', async () => {
    await start(debugging.program, '100000');
    const asked = { pid: target.pid, capabilities: ['sys_ptrace'], with: 'launcher' };
    expect((await refusal(asked))[0]).toBe('not-granted');
  });

  test('for a pid that is none', async () => {
    await start(debugging.program, '100000');
    expect((await refusal({ pid: 4_194_304 }))[0]).toBe('program');
    client.adapter.kill('SIGKILL');
    expect((await refusal({}))[0]).toBe('configuration');
  });
});
